"""Whether each answer was true, held against the trail and the records of jobs."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.load.clients import MODELS
from benchmarks.load.seen import Answer
from core import trail
from core.db import path

Pair = tuple[int, int]
FOREVER = float("inf")


@dataclass(frozen=True)
class Held:
    """A pair of versions and the span (Unix time) in which it may be told."""

    pair: Pair
    began: float
    ended: float


def in_production(data_dir: Path, changes: list[tuple[float, float]]) -> list[Held]:
    """Which pair was in production when.

    Parameters
    ----------
    data_dir : Path
    changes : list of (float, float)
        When each change was asked for and answered: the alias moves before the trail's row is
        written, so a new version counts from when it was asked for.
    """
    state: dict[str, int] = {}
    steps: list[tuple[float, Pair]] = []
    rows = [row for row in trail.entries(data_dir) if row.action in trail.PRODUCTION]
    for place, row in enumerate(rows):
        state[row.model] = row.became
        last_of_act = place + 1 == len(rows) or rows[place + 1].act != row.act
        if last_of_act and set(MODELS) <= set(state):
            steps.append((_unix(row.at), tuple(state[model] for model in MODELS)))
    held = []
    for place, (at, pair) in enumerate(steps):
        asked = [began for began, answered in changes if began <= at <= answered + 1]
        ended = steps[place + 1][0] if place + 1 < len(steps) else FOREVER
        held.append(Held(pair, min(asked, default=at), ended))
    return held


def on_show(data_dir: Path) -> list[Held]:
    """Whose forecasts were on show when: a job's from some moment of its run on, until the next.

    One that has not ended yet may have put its own on show already.
    """
    with closing(sqlite3.connect(path(data_dir))) as db:
        rows = db.execute(
            f"SELECT json_extract(params, '$.{MODELS[0]}'), json_extract(params, '$.{MODELS[1]}'), "
            "started, ended FROM jobs WHERE kind='forecast' AND state IN ('done', 'running') "
            "AND json_extract(params, '$.as_of') IS NULL ORDER BY coalesce(ended, '9')"
        ).fetchall()
    ends = [_unix(row[3]) if row[3] else FOREVER for row in rows[1:]] + [FOREVER]
    return [
        Held((price, pattern), _unix(started), until)
        for (price, pattern, started, __), until in zip(rows, ends, strict=True)
    ]


def wrong(answers: list[Answer], production: list[Held], shown: list[Held]) -> list[str]:
    """Answers that name a version which was not in its place at any moment of the answer.

    A forecast on show must moreover be by a pair that had been in production by then.
    """
    found = []
    for one in answers:
        if one.production is not None and not _told(one, one.production, production):
            found.append(f"{one.who} {one.what} says {one.production} is in production")
        if one.shown is not None:
            if not _told(one, one.shown, shown):
                found.append(f"{one.who} {one.what} shows forecasts of {one.shown}")
            elif not any(h.pair == one.shown and h.began <= one.ended for h in production):
                found.append(f"{one.who} {one.what} shows {one.shown}, never in production")
    return found


def behind(answers: list[Answer], production: list[Held]) -> list[float]:
    """Seconds since each shown pair had left production: its successors' forecasts are awaited."""
    late = []
    for one in answers:
        if one.shown is not None:
            ends = [h.ended for h in production if h.pair == one.shown and h.began <= one.ended]
            if ends:
                late.append(max(0.0, one.began - max(ends)))
    return late


def checked(answers: list[Answer]) -> int:
    """How many answers name versions."""
    return sum(one.production is not None or one.shown is not None for one in answers)


def _told(one: Answer, pair: Pair, held: list[Held]) -> bool:
    return any(h.pair == pair and h.began <= one.ended and one.began <= h.ended for h in held)


def _unix(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
