"""The rules a reader has made, kept in the data folder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.access import Role, require
from core.alerts.kinds import Event
from core.alerts.rules import checked, find_kind
from core.db import connect
from core.errors import UserError
from core.language import _

MOST_RULES = 200
EVERY = ""
"""A rule's channel: all that there are."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    id : int
    kind : str
        Of ``core.alerts.rules.KINDS``.
    given : dict
        Its parameters.
    channel : str
        Where it tells; empty is every channel.
    active : bool
    created : str
        UTC, ISO 8601.
    trouble : str
        Why it could not look the last time; empty where it could.
    """

    id: int
    kind: str
    given: dict
    channel: str
    active: bool
    created: str
    trouble: str


def rules(data_dir: Path) -> list[Rule]:
    """Every rule, the oldest first."""
    with connect(data_dir) as db:
        rows = db.execute("SELECT * FROM alert_rules ORDER BY id").fetchall()
    fields = [dict(row) for row in rows]
    return [
        Rule(**row | {"given": json.loads(row["given"]), "active": bool(row["active"])})
        for row in fields
    ]


def add(data_dir: Path, kind: str, given: Mapping, channel: str = EVERY) -> int:
    """Keep a new rule; returns its id.

    Raises
    ------
    UserError
        If a parameter does not fit, the same rule is there, or there are too many.
    """
    require(Role.ANALYST)
    kept = checked(data_dir, kind, given)
    there = rules(data_dir)
    if any((rule.kind, rule.given, rule.channel) == (kind, kept, channel) for rule in there):
        raise UserError(_("There is such a rule already: switch it on in the list."))
    if len(there) >= MOST_RULES:
        raise UserError(
            _("There are {count} rules already: delete one first.").format(count=MOST_RULES)
        )
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with connect(data_dir) as db:
        made = db.execute(
            "INSERT INTO alert_rules (kind, given, channel, created) VALUES (?, ?, ?, ?)",
            (kind, json.dumps(kept), channel, at),
        )
        return made.lastrowid


def switch(data_dir: Path, rule: int, active: bool) -> None:
    """Let a rule look, or rest."""
    require(Role.ANALYST)
    with connect(data_dir) as db:
        db.execute("UPDATE alert_rules SET active=? WHERE id=?", (active, rule))


def delete(data_dir: Path, rule: int) -> None:
    """Remove a rule; what it has told stays in the list."""
    require(Role.ANALYST)
    with connect(data_dir) as db:
        db.execute("DELETE FROM alert_rules WHERE id=?", (rule,))


def look(data_dir: Path, rule: Rule, now: datetime) -> list[Event]:
    """What a rule finds now; a problem the reader can mend is noted beside the rule."""
    trouble, found = "", []
    try:
        found = find_kind(rule.kind).look(data_dir, rule.given, now)
    except UserError as error:
        trouble = str(error)
    if trouble != rule.trouble:
        with connect(data_dir) as db:
            db.execute("UPDATE alert_rules SET trouble=? WHERE id=?", (trouble, rule.id))
    return found
