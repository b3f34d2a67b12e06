"""Looking and sending: once, or again and again in a thread beside the job runner."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core import forecasts
from core.access import as_system
from core.alerts import channels, kept, manners, outbox
from core.alerts.kept import EVERY, Rule
from core.alerts.kinds import Event
from core.alerts.message import compose, record_of
from core.alerts.post import Post
from core.db import connect
from core.errors import UserError
from core.jobs.runner import JobRunner
from core.language import N_, using
from core.market.store import BarStore

TICK_SECONDS = 60.0
GLANCE_SECONDS = 2.0
"""How often it is asked whether a job has ended, after which rules look at once."""
LOOK_SECONDS = 3600.0
"""Rules look at least so often: time alone makes prices stale."""
NO_CHANNEL = N_("This channel was deleted.")
UNWRITTEN = N_("The message could not be written; the log says why.")
log = logging.getLogger("weeklens")
_nudged = threading.Event()


@dataclass(frozen=True)
class Found:
    """What a rule found that a channel was not told yet.

    Attributes
    ----------
    rule : Rule
    channel : str
    events : list of Event
    """

    rule: Rule
    channel: str
    events: list[Event]


@dataclass(frozen=True)
class Round:
    """How one round of sending went.

    Attributes
    ----------
    sent : int
    failed : list of (str, str)
        Channel and reason of each message that was not taken.
    """

    sent: int
    failed: list[tuple[str, str]]


def found(data_dir: Path, now: datetime | None = None) -> list[Found]:
    """What every active rule finds that is new for its channels; nothing is put on its way."""
    now = now or datetime.now(UTC)
    ways, names = manners.read(data_dir), [one.name for one in channels.channels(data_dir)]
    new = []
    for rule in kept.rules(data_dir):
        to = names if rule.channel == EVERY else [n for n in names if n == rule.channel]
        if not rule.active or not to:
            continue
        with using(ways.language):
            events = kept.look(data_dir, rule, now)
        repeat = timedelta(hours=ways.repeat_hours)
        told = [Found(rule, n, outbox.fresh(data_dir, events, n, now, repeat)) for n in to]
        new += [one for one in told if one.events]
    return new


def look(data_dir: Path, now: datetime | None = None) -> int:
    """Put what the rules find on its way; returns how many messages that makes."""
    now = now or datetime.now(UTC)
    repeat = timedelta(hours=manners.read(data_dir).repeat_hours)
    count = 0
    for one in found(data_dir, now):
        records = {e: record_of(data_dir, e) for e in one.events if e.symbol}
        count += outbox.put(
            data_dir, one.rule.id, one.events, one.channel, now, repeat, records.get
        )
    return count


def send(data_dir: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Round:
    """Send what is due, one process a channel; one that fails is left alone until its next try.

    Parameters
    ----------
    data_dir : Path
    clock : callable
        The present, time-zone aware.
    """
    ways, sent, failed = manners.read(data_dir), 0, {}
    with ExitStack() as stack:
        open_: dict[str, Post] = {}
        while True:
            one = outbox.claim(data_dir, clock(), lambda m: ways.silent(m, clock()), failed)
            if one is None:
                return Round(sent, list(failed.items()))
            url = channels.address(data_dir, one.channel)
            if not url:
                outbox.refused(data_dir, one, NO_CHANNEL, clock(), forever=True)
                continue
            if one.channel not in open_:
                open_[one.channel] = stack.enter_context(Post(url))
            try:
                message = compose(data_dir, one, ways.language)
            except Exception:
                # One message must not stand in the way of the others.
                log.exception("Alert %s could not be written", one.id)
                outbox.refused(data_dir, one, UNWRITTEN, clock())
                continue
            reason = open_[one.channel].send(message)
            if reason:
                failed[one.channel] = reason
                outbox.refused(data_dir, one, reason, clock())
            else:
                sent += 1
                outbox.taken(data_dir, one, clock())


def nudge() -> None:
    """Let the thread of this process, if there is one, look and send at once."""
    _nudged.set()


def keep_sending(runner: JobRunner) -> None:
    """Look and send in a thread for as long as the job runner lives."""
    threading.Thread(target=as_system(Keeper(runner).loop), name="alerts", daemon=True).start()


class Keeper:
    """Looks where something has changed and sends what is due, a minute after a minute.

    Parameters
    ----------
    runner : JobRunner
    """

    def __init__(self, runner: JobRunner):
        self._runner = runner
        self._seen: tuple = ()
        self._looked = self._ticked = float("-inf")
        self._ended = ""

    def loop(self) -> None:
        """Go on until the runner ends."""
        while self._runner.alive:
            try:
                self.glance()
            except UserError as error:
                log.warning("Alerts: %s", error)
            except Exception:
                # One bad moment, such as a full disk, must not end the alerts after it.
                log.exception("Alerts could not be looked after")
            until = time.monotonic() + GLANCE_SECONDS
            while self._runner.alive and time.monotonic() < until and not _nudged.wait(0.25):
                pass

    def glance(self) -> None:
        """Tick, if it is time, a job has ended since, or somebody does not want to wait."""
        data_dir, nudged = self._runner.data_dir, _nudged.is_set()
        _nudged.clear()
        ended = _last_end(data_dir)
        early = time.monotonic() - self._ticked < TICK_SECONDS
        if early and ended == self._ended and not nudged:
            return
        self._ticked, self._ended = time.monotonic(), ended
        state = self._state(data_dir)
        if nudged or state != self._seen or time.monotonic() - self._looked >= LOOK_SECONDS:
            self._seen, self._looked = state, time.monotonic()
            look(data_dir)
        send(data_dir)

    def _state(self, data_dir: Path) -> tuple:
        """What rules look at, in short; while it stays the same they need not look again."""
        return (
            BarStore(data_dir).revision(),
            self._ended,
            str(forecasts.current(data_dir)),
            [(rule.id, rule.active) for rule in kept.rules(data_dir)],
            [one.name for one in channels.channels(data_dir)],
            manners.read(data_dir),
        )


def _last_end(data_dir: Path) -> str:
    with connect(data_dir) as db:
        return db.execute("SELECT coalesce(max(ended), '') FROM jobs").fetchone()[0]
