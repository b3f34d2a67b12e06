"""Messages on their way: kept in SQLite until a channel has taken them.

Nothing is lost and nothing is doubled by intent: what is found is noted as told and put on its
way in one transaction; who sends claims one message in another, so two processes never hold the
same; a claim whose process died is free again. A process that dies after a channel took a message
and before that is on record sends it a second time: at least once, not at most once.
"""

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from core.access import Role, require
from core.alerts.kinds import Event
from core.db import connect
from core.language import N_

WAITING, SENDING, SENT = N_("waiting"), N_("sending"), N_("sent")
UNDELIVERED = N_("undelivered")
WAITS = (1, 2, 4, 8, 15, 30, 60, 120)
"""Minutes until the next try; the last one goes on."""
GIVE_UP = timedelta(hours=24)
LEAST_TRIES = 5
"""A message counts as undelivered a day after its first try, and not before so many."""
LEASE = timedelta(minutes=10)
"""After so long a claim is free again even where its process lives: no message takes that long."""
MOST_APART = 5
"""More events of one rule at once are one message."""
SENT_KEPT = 500
LISTED = 30
"""Events listed in one such message."""


@dataclass(frozen=True)
class Delivery:
    """One message to one channel.

    Attributes
    ----------
    id, rule : int
    channel, text, market, symbol, as_of : str
    record : str
        Id of the stored forecast whose picture and link it carries; may be empty.
    created, due : str
        UTC, ISO 8601.
    state : str
        "waiting", "sending", "sent" or "undelivered".
    tries : int
    first_try, claimed, ended : str or None
    claimed_by : str
    reason : str
        Why the last try failed.
    """

    id: int
    rule: int
    channel: str
    text: str
    market: str
    symbol: str
    as_of: str
    record: str
    created: str
    state: str
    due: str
    tries: int
    first_try: str | None
    claimed_by: str
    claimed: str | None
    ended: str | None
    reason: str


def fresh(
    data_dir: Path, events: Iterable[Event], channel: str, now: datetime, repeat: timedelta
) -> list[Event]:
    """Events that a channel was not told, or long enough ago where they last."""
    with connect(data_dir) as db:
        return _fresh(db, events, channel, now, repeat)


def put(
    data_dir: Path,
    rule: int,
    events: Iterable[Event],
    channel: str,
    now: datetime,
    repeat: timedelta,
    records: Callable[[Event], str] = lambda event: "",
) -> int:
    """Put what is new for a channel on its way; returns how many messages that makes.

    Parameters
    ----------
    data_dir : Path
    rule : int
    events : iterable of Event
    channel : str
    now : datetime
        Time-zone aware.
    repeat : timedelta
        After so long a lasting event is told again.
    records : callable
        Gives the id of the stored forecast that goes with an event.
    """
    at = _stamp(now)
    with _alone(data_dir) as db:
        new = _fresh(db, events, channel, now, repeat)
        db.executemany(
            "INSERT OR REPLACE INTO alert_told VALUES (?, ?, ?)",
            [(event.key, channel, at) for event in new],
        )
        messages = new if len(new) <= MOST_APART else [_together(new)]
        db.executemany(
            "INSERT INTO alert_deliveries (rule, channel, text, market, symbol, as_of, record, "
            "created, state, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(rule, channel, one.text, one.market, one.symbol, one.as_of),
                    *(records(one) if one.symbol else "", at, WAITING, at),
                )
                for one in messages
            ],
        )
        db.execute(
            "DELETE FROM alert_deliveries WHERE state=? AND id NOT IN "
            "(SELECT id FROM alert_deliveries WHERE state=? ORDER BY id DESC LIMIT ?)",
            (SENT, SENT, SENT_KEPT),
        )
    return len(messages)


def claim(
    data_dir: Path,
    now: datetime,
    silent: Callable[[str], bool] = lambda market: False,
    spared: Collection[str] = (),
) -> Delivery | None:
    """Take the next message that is due; nobody else gets it until it is ended or free again.

    Parameters
    ----------
    data_dir : Path
    now : datetime
    silent : callable
        Whether an alert about a market has to wait now.
    spared : collection of str
        Channels that are left alone, because one has just failed.
    """
    with _alone(data_dir) as db:
        _release(db, now)
        rows = db.execute(
            "SELECT * FROM alert_deliveries WHERE state=? AND due<=? ORDER BY due, id",
            (WAITING, _stamp(now)),
        ).fetchall()
        free = (row for row in rows if row["channel"] not in spared and not silent(row["market"]))
        row = next(free, None)
        if row is None:
            return None
        # The next try is on record before this one begins: a message that kills whoever sends it
        # is not sent over and over.
        wait = timedelta(minutes=WAITS[min(row["tries"], len(WAITS) - 1)])
        db.execute(
            "UPDATE alert_deliveries SET state=?, claimed_by=?, claimed=?, tries=tries+1, due=?, "
            "first_try=coalesce(first_try, ?) WHERE id=?",
            (SENDING, _me(), _stamp(now), _stamp(now + wait), _stamp(now), row["id"]),
        )
        return _one(db, row["id"])


def taken(data_dir: Path, delivery: Delivery, now: datetime) -> None:
    """Note that the channel took a claimed message."""
    _end(data_dir, delivery, SENT, "", now)


def refused(
    data_dir: Path, delivery: Delivery, reason: str, now: datetime, *, forever: bool = False
) -> str:
    """Note why a claimed message was not taken; returns its state, waiting or undelivered.

    Parameters
    ----------
    forever : bool
        Whether no later try can help.
    """
    trying = now - datetime.fromisoformat(delivery.first_try)
    over = forever or (trying >= GIVE_UP and delivery.tries >= LEAST_TRIES)
    state = UNDELIVERED if over else WAITING
    _end(data_dir, delivery, state, reason, now)
    return state


def again(data_dir: Path, delivery: int, now: datetime) -> None:
    """Send an undelivered message once more, or a waiting one at once."""
    require(Role.ANALYST)
    with _alone(data_dir) as db:
        db.execute(
            "UPDATE alert_deliveries SET state=?, tries=0, first_try=NULL, due=?, ended=NULL "
            "WHERE id=? AND state IN (?, ?)",
            (WAITING, _stamp(now), delivery, UNDELIVERED, WAITING),
        )


def drop(data_dir: Path, delivery: int) -> None:
    """Take an undelivered or waiting message off the list."""
    require(Role.ANALYST)
    with _alone(data_dir) as db:
        db.execute(
            "DELETE FROM alert_deliveries WHERE id=? AND state IN (?, ?)",
            (delivery, UNDELIVERED, WAITING),
        )


def deliveries(data_dir: Path, *states: str, limit: int = 100) -> list[Delivery]:
    """Messages in some states, the newest first."""
    marks = ", ".join("?" for __ in states)
    with connect(data_dir) as db:
        rows = db.execute(
            f"SELECT * FROM alert_deliveries WHERE state IN ({marks}) ORDER BY id DESC LIMIT ?",  # noqa: S608
            (*states, limit),
        ).fetchall()
    return [Delivery(**dict(row)) for row in rows]


def undelivered(data_dir: Path) -> int:
    """How many messages were given up."""
    return _count(data_dir, UNDELIVERED)


def waiting(data_dir: Path) -> int:
    """How many messages are still on their way."""
    return _count(data_dir, WAITING, SENDING)


def _count(data_dir: Path, *states: str) -> int:
    marks = ", ".join("?" for __ in states)
    with connect(data_dir) as db:
        sql = f"SELECT count(*) FROM alert_deliveries WHERE state IN ({marks})"  # noqa: S608
        return db.execute(sql, states).fetchone()[0]


def _fresh(
    db: sqlite3.Connection,
    events: Iterable[Event],
    channel: str,
    now: datetime,
    repeat: timedelta,
) -> list[Event]:
    rows = db.execute("SELECT key, at FROM alert_told WHERE channel=?", (channel,))
    told = {row["key"]: datetime.fromisoformat(row["at"]) for row in rows}
    found: dict[str, Event] = {}
    for event in events:
        at = told.get(event.key)
        if at is None or (event.lasting and now - at >= repeat):
            found.setdefault(event.key, event)
    return list(found.values())


def _together(events: list[Event]) -> Event:
    """Many events as one, without a picture."""
    lines = [event.text for event in events[:LISTED]]
    if more := len(events) - len(lines):
        lines.append(f"… +{more}")
    markets = {event.market for event in events}
    return Event("", "\n".join(lines), market=markets.pop() if len(markets) == 1 else "")


def _release(db: sqlite3.Connection, now: datetime) -> None:
    """Free what a dead process had claimed, or a living one too long ago."""
    rows = db.execute(
        "SELECT id, claimed_by, claimed FROM alert_deliveries WHERE state=?", (SENDING,)
    ).fetchall()
    for row in rows:
        old = now - datetime.fromisoformat(row["claimed"]) >= LEASE
        if old or not _alive(row["claimed_by"]):
            db.execute(
                "UPDATE alert_deliveries SET state=?, claimed_by='' WHERE id=?",
                (WAITING, row["id"]),
            )


def _end(data_dir: Path, delivery: Delivery, state: str, reason: str, now: datetime) -> None:
    with _alone(data_dir) as db:
        # Only who still holds the claim may say how it ended; that it was sent is true anyway.
        db.execute(
            "UPDATE alert_deliveries SET state=?, reason=?, claimed_by='', ended=? "
            "WHERE id=? AND (? OR (state=? AND claimed_by=? AND claimed=?))",
            (
                *(state, reason, None if state == WAITING else _stamp(now), delivery.id),
                *(state == SENT, SENDING, delivery.claimed_by, delivery.claimed),
            ),
        )


def _one(db: sqlite3.Connection, delivery: int) -> Delivery:
    row = db.execute("SELECT * FROM alert_deliveries WHERE id=?", (delivery,)).fetchone()
    return Delivery(**dict(row))


def _me() -> str:
    """This process: its number and its start, as numbers are used again."""
    return f"{os.getpid()} {psutil.Process().create_time()}"


def _alive(who: str) -> bool:
    try:
        pid, began = who.split()
        return psutil.Process(int(pid)).create_time() == float(began)
    except (psutil.Error, ValueError):
        return False


@contextmanager
def _alone(data_dir: Path) -> Iterator[sqlite3.Connection]:
    """A transaction that no other writer is beside."""
    with connect(data_dir) as db:
        db.execute("COMMIT")
        db.execute("BEGIN IMMEDIATE")
        yield db


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
