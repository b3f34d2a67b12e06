"""Changes of production: one at a time, in MLflow's alias and in the trail alike.

What is about to be done is written down first. A process that dies between the
alias and the trail leaves that note, and whoever looks next carries it to its
end; an alias that moved without one was moved by somebody outside Weeklens.

The lock is a file's, not a database transaction held open: the alias may lie on
a server, and a slow one must not keep every other writer of the folder waiting.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from core import registry, trail
from core.access import Role, require
from core.db import connect
from core.errors import UserError
from core.language import N_, _, using
from core.market.schema import MARKETS
from core.registry import Version
from core.stage_lock import alone
from core.trail import Entry

CUT_OFF = N_("Cut off half-way, and carried to its end afterwards.")
TAKEN_OVER = N_("From the tags of an older Weeklens: a version promoted twice is known once.")
PAIR_SECONDS = 5
"""Two models promoted within these were promoted as a pair, before the trail said so."""
SOMEBODY = N_("somebody outside Weeklens")


def in_production() -> dict[str, int]:
    """The version number of each model that has one in production, as MLflow says."""
    found = {model: registry.aliases(model).get("production") for model in registry.MODELS}
    return {model: int(version) for model, version in found.items() if version is not None}


def settle(data_dir: Path) -> dict[str, int]:
    """Bring the trail up to what MLflow says; cheap where there is nothing to do.

    Returns
    -------
    dict
        `in_production`, as it stands afterwards.
    """
    now = in_production()
    if _agree(data_dir, now):
        return now
    with alone(data_dir):
        return _settle(data_dir)


def change(
    data_dir: Path,
    moves: Sequence[tuple[str, int]],
    action: str,
    *,
    by: str,
    expected: Mapping[str, int] | None = None,
    reason: str = "",
    rules: Mapping[str, list[dict]] | None = None,
    tried: Mapping[str, int] | None = None,
) -> None:
    """Put versions into production together, and write down that it was done.

    Parameters
    ----------
    data_dir : Path
    moves : sequence of (str, int)
        Model and version.
    action : str
        ``trail.PROMOTED`` or ``trail.BACK``; the first of its market is recorded as such.
    by, reason : str
    expected : mapping, optional
        What the person saw in production: nothing is changed where it is another by now.
    rules, tried : mapping, optional
        By model, for the record.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    UserError
        If production changed meanwhile, or somebody else's change does not end.
    """
    require(Role.OWNER)
    with alone(data_dir):
        now = _settle(data_dir)
        for model, __ in moves:
            if expected is not None and expected.get(model) != now.get(model):
                stands = _("{model} v{version}") if model in now else _("no version of {model}")
                raise UserError(
                    _(
                        "Production changed meanwhile: it is now {stands}. Nothing was done; look "
                        "again before you decide."
                    ).format(stands=stands.format(model=model, version=now.get(model)))
                )
        first = {
            model
            for model, version in moves
            if action == trail.PROMOTED
            and not promoted_before(data_dir, registry.get(model, version))
        }
        act = uuid.uuid4().hex
        steps = [
            Entry(
                who=by,
                action=trail.FIRST if model in first else action,
                model=model,
                was=now.get(model),
                became=version,
                act=act,
                rules=list((rules or {}).get(model, [])),
                reason=reason,
                tried=(tried or {}).get(model),
            )
            for model, version in moves
            if now.get(model) != version
        ]
        if not steps:
            return
        with connect(data_dir) as db:
            db.execute(
                "INSERT INTO intents VALUES (1, ?)", (json.dumps([asdict(e) for e in steps]),)
            )
        for step in steps:
            registry.give_stage(step.model, step.became, "production", by=by)
        _record(data_dir, steps)


def promoted_before(data_dir: Path, version: Version) -> list[Entry]:
    """Changes that put a version of the same model and market into production, oldest first.

    One whose market is not known any more, because it was deleted or made by hand, counts for
    every market: a deletion must not make a second promotion a first one.
    """
    markets = {made.version: made.market for made in registry.versions(version.model)}
    found = []
    for entry in trail.entries(data_dir):
        if entry.model == version.model and entry.became and entry.action in trail.PRODUCTION:
            market = markets.get(entry.became) or entry.market
            if market == version.market or not {market, version.market} <= set(MARKETS):
                found.append(entry)
    return found


def put_in_staging(data_dir: Path, model: str, version: int, *, by: str) -> None:
    """Give a version the stage Staging, and write that down; for an owner."""
    require(Role.OWNER)
    with alone(data_dir):
        _settle(data_dir)
        was = registry.aliases(model).get("staging")
        registry.give_stage(model, version, "staging", by=by)
        if was is None or int(was) != version:
            note(data_dir, trail.STAGED, model, was=was, became=version, by=by)


def note(
    data_dir: Path,
    action: str,
    model: str,
    *,
    was: int | None,
    by: str,
    became: int | None = None,
    reason: str = "",
    said: str = "",
) -> None:
    """Write down something that changed no production."""
    act = uuid.uuid4().hex
    row = Entry(by, action, model, was, became, act, reason=reason, note=said)
    with connect(data_dir, writing=True) as db:
        trail.append(db, [row])


def _agree(data_dir: Path, now: dict[str, int]) -> bool:
    known = trail.last_known(data_dir)
    stands = {model: version for model, version in known.items() if version is not None}
    return stands == now and _intent(data_dir) is None


def _settle(data_dir: Path) -> dict[str, int]:
    """Finish what was cut off, then note what was done elsewhere; the lock is held."""
    left = _intent(data_dir)
    if left is not None:
        _finish(data_dir, left)
    now, known = in_production(), trail.last_known(data_dir)
    if unknown := [model for model in registry.MODELS if model not in known]:
        _take_over(data_dir, unknown)
        known = trail.last_known(data_dir)
    act = uuid.uuid4().hex
    rows = []
    for model in registry.MODELS:
        if known.get(model) == now.get(model):
            continue
        with using("en"):
            said = (
                _(
                    "Noticed at this moment: the alias was moved in MLflow itself, some time after "
                    "{moment}."
                ).format(moment=_last_change(data_dir, model))
                if model in known
                else _("Noticed at this moment: the alias was moved in MLflow itself.")
            )
        was, became = known.get(model), now.get(model)
        rows.append(Entry(SOMEBODY, trail.OUTSIDE, model, was, became, act, note=said))
    if rows:
        with connect(data_dir, writing=True) as db:
            trail.append(db, rows)
    return now


def _last_change(data_dir: Path, model: str) -> str:
    rows = [e for e in trail.entries(data_dir) if e.model == model and e.action in trail.PRODUCTION]
    return rows[-1].at[:16].replace("T", " ") + " UTC" if rows else ""


def _finish(data_dir: Path, steps: list[Entry]) -> None:
    """A change that was begun is carried to its end; one not begun is forgotten."""
    now = in_production()
    if any(now.get(step.model) == step.became for step in steps):
        for step in steps:
            if now.get(step.model) == step.was:
                registry.give_stage(step.model, step.became, "production", by=step.who)
            elif now.get(step.model) == step.became:
                # The alias had moved; what tells of it may be lacking.
                registry.tell_stage(
                    step.model, step.became, "production", was=step.was, by=step.who
                )
        now = in_production()
    done = [replace(step, note=CUT_OFF) for step in steps if now.get(step.model) == step.became]
    _record(data_dir, done)


def _record(data_dir: Path, steps: list[Entry]) -> None:
    with connect(data_dir, writing=True) as db:
        trail.append(db, steps)
        db.execute("DELETE FROM intents")


def _intent(data_dir: Path) -> list[Entry] | None:
    with connect(data_dir) as db:
        row = db.execute("SELECT act FROM intents").fetchone()
    return [Entry(**step) for step in json.loads(row["act"])] if row else None


def _take_over(data_dir: Path, models: Sequence[str]) -> None:
    """What an older Weeklens left on the versions as tags, as the trail's first rows."""
    told = [
        version
        for model in models
        for version in registry.versions(model)
        if version.tags.get("promoted_to") == "production" and "promoted_at" in version.tags
    ]
    rows: list[Entry] = []
    for version in sorted(told, key=lambda version: version.tags["promoted_at"]):
        at, was = version.tags["promoted_at"], version.tags.get("replaces", "")
        row = Entry(
            who=version.tags.get("promoted_by", ""),
            action=trail.KNOWN,
            model=version.model,
            was=int(was) if was.isdigit() else None,
            became=version.version,
            act=uuid.uuid4().hex,
            at=at,
            note=TAKEN_OVER,
        )
        if rows and rows[-1].model != row.model and _seconds(rows[-1].at, at) <= PAIR_SECONDS:
            row = replace(row, act=rows[-1].act)
        rows.append(row)
    with connect(data_dir, writing=True) as db:
        trail.append(db, rows)


def _seconds(first: str, then: str) -> float:
    try:
        return (datetime.fromisoformat(then) - datetime.fromisoformat(first)).total_seconds()
    except (ValueError, TypeError):  # a tag edited by hand
        return float("inf")
