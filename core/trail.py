"""The trail: who put which version into production, when, why, and what the rules said.

Rows are only ever added; the database refuses anything else. What is in
production is said by MLflow's alias alone; `core.stages` keeps the two in step.
"""

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

import pandas as pd

from core.db import connect
from core.jobs.store import now
from core.language import N_

FIRST, PROMOTED, BACK = N_("first"), N_("promoted"), N_("rolled back")
"""First: the first promotion to production of a version for its market."""
OUTSIDE, KNOWN = N_("made outside"), N_("before the trail")
STAGED, ARCHIVED = N_("staged"), N_("archived")
UNARCHIVED, DELETED = N_("unarchived"), N_("deleted")
PRODUCTION = (KNOWN, FIRST, PROMOTED, BACK, OUTSIDE)
"""Actions that changed what is in production."""
COLUMNS = ("at", "who", "action", "model", "was", "became", "reason", "tried", "failed", "note")


@dataclass(frozen=True)
class Entry:
    """One row.

    Attributes
    ----------
    who, action, model : str
    was, became : int or None
        Version in the place before and after; of what was archived or deleted, ``was``.
    act : str
        Shared by what was done in one step, such as the two models of a pair.
    at : str
        UTC, ISO 8601; never before the row above it.
    rules : list of dict
        What the gate found, see `core.gate.verdict.Rule`.
    reason : str
        Why, in the person's own words.
    tried : int or None
        Versions of its market made since the promotion before, this one included.
    note : str
        What else a reader must know.
    """

    who: str
    action: str
    model: str
    was: int | None
    became: int | None
    act: str
    at: str = ""
    rules: list[dict] = field(default_factory=list)
    reason: str = ""
    tried: int | None = None
    note: str = ""

    @property
    def failed(self) -> list[str]:
        """Titles of the rules that failed."""
        return [rule["title"] for rule in self.rules if not rule["passed"]]

    @property
    def market(self) -> str:
        """The market the gate found it was trained on; empty where it was not asked."""
        told = (rule.get("figures", {}).get("market", "") for rule in self.rules)
        return next(filter(None, told), "")


def append(db: sqlite3.Connection, rows: list[Entry]) -> None:
    """Add rows inside the caller's transaction."""
    last = db.execute("SELECT at FROM trail ORDER BY id DESC LIMIT 1").fetchone()
    floor = last["at"] if last else ""
    for row in rows:
        # A clock set back must not put a later row before an earlier one.
        floor = max(row.at or now(), floor)
        db.execute(
            "INSERT INTO trail (at, act, who, action, model, was, became, rules, reason, tried, "
            "note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(floor, row.act, row.who, row.action, row.model, row.was, row.became),
                *(json.dumps(row.rules), row.reason, row.tried, row.note),
            ),
        )


def entries(data_dir: Path) -> list[Entry]:
    """Every row, the oldest first."""
    with connect(data_dir) as db:
        rows = db.execute("SELECT * FROM trail ORDER BY id").fetchall()
    found = []
    for row in rows:
        fields = dict(row)
        del fields["id"]
        found.append(Entry(**fields | {"rules": json.loads(fields["rules"])}))
    return found


def last_known(data_dir: Path) -> dict[str, int | None]:
    """What the trail says is in production, for each model that ever was."""
    return {e.model: e.became for e in entries(data_dir) if e.action in PRODUCTION}


def in_production(data_dir: Path, on: date | datetime) -> dict[str, int]:
    """The version of each model in production at a moment, or at the end of a day (UTC).

    A change made outside counts from when it was noticed.
    """
    if not isinstance(on, datetime):
        on = datetime.combine(on, time.max, UTC)
    on = on.astimezone(UTC) if on.tzinfo else on.replace(tzinfo=UTC)
    found = {
        e.model: e.became
        for e in entries(data_dir)
        if e.action in PRODUCTION and datetime.fromisoformat(e.at) <= on
    }
    return {model: version for model, version in found.items() if version is not None}


def behind(rows: list[Entry], model: str, version: int, made: str = "9") -> Entry | None:
    """The row that put a version into production, the last one before a moment.

    Parameters
    ----------
    rows : list of Entry
        From `entries`.
    model : str
    version : int
        Of a stored forecast, for example (``price_version``, ``pattern_version``).
    made : str
        UTC, ISO 8601: when the forecast was made (``created``).
    """
    found = [
        e
        for e in rows
        if e.action in PRODUCTION and (e.model, e.became) == (model, version) and e.at <= made
    ]
    return found[-1] if found else None


def states(rows: list[Entry]) -> list[dict[str, int]]:
    """What was in production, step by step, without what was rolled back; the present last.

    Steps of one act are one step; a way back takes steps off instead of adding one, so that
    two of them lead two steps back.
    """
    stack: list[dict[str, int]] = []
    acts: dict[str, list[Entry]] = {}
    for e in rows:
        if e.action in PRODUCTION:
            acts.setdefault(e.act, []).append(e)
    state: dict[str, int] = {}
    for steps in acts.values():
        state = state | {e.model: e.became for e in steps}
        state = {model: version for model, version in state.items() if version is not None}
        if steps[0].action == BACK and state in stack:
            del stack[len(stack) - stack[::-1].index(state) :]
        else:
            stack.append(state)
    return stack


def table(data_dir: Path) -> pd.DataFrame:
    """The trail for a reader or a file, the newest first.

    Returns
    -------
    DataFrame
        ``COLUMNS``; ``failed`` names the rules that failed.
    """
    rows = [
        {name: getattr(e, name) for name in COLUMNS} | {"failed": "; ".join(e.failed)}
        for e in reversed(entries(data_dir))
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(dict.fromkeys(("was", "became", "tried"), "Int64"))
