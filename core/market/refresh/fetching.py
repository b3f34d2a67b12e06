"""Asking a source for a range: in pieces, at its pace, waiting where it asks to."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from core.language import _
from core.market.sources.base import Source, SourceError
from core.market.sources.pacing import Pace
from core.market.sources.registry import open_source
from core.settings import settings

ATTEMPTS = 3
GIVE_UP_AFTER = 3
"""Failures of a source, one after the other, after which the rest is not asked."""

Tell = Callable[[str], None]


class Desk:
    """The sources of one refresh, opened at need and closed together.

    Parameters
    ----------
    data_dir : Path
    opener : callable
        ``opener(name, data_dir)`` gives a source.
    """

    def __init__(self, data_dir: Path, opener: Callable[[str, Path], Source] = open_source):
        self._data_dir = data_dir
        self._opener = opener
        self._sources: dict[str, Source] = {}
        self._paces: dict[str, Pace] = {}
        self._failures: dict[str, list[SourceError]] = {}

    def source(self, name: str) -> Source:
        """The source of a name, opened once."""
        if name not in self._sources:
            self._sources[name] = source = self._opener(name, self._data_dir)
            if limit := source.promise.per_minute:
                self._paces[name] = Pace(self._data_dir, name, limit)
        return self._sources[name]

    def given_up(self, name: str) -> str:
        """Why a source is not asked any more in this refresh; empty while it is."""
        failures = self._failures.get(name, [])
        if failures and (
            len(failures) >= GIVE_UP_AFTER or failures[-1].state in ("blocked", "missing")
        ):
            return str(failures[-1])
        return ""

    def bars(
        self, name: str, market: str, symbol: str, kind: str, start: date, end: date, tell: Tell
    ) -> pd.DataFrame:
        """One symbol's reply for a range, of any length.

        Raises
        ------
        SourceError
        """
        source = self.source(name)
        parts, empty = [], None
        try:
            for first, last in pieces(start, end, source.promise.years_a_call):
                try:
                    parts.append(self._ask(source, market, symbol, kind, first, last, tell))
                except SourceError as error:
                    # A stock listed later has no bars in the earlier pieces.
                    if error.state != "empty":
                        raise
                    empty = error
        except SourceError as error:
            if error.of_the_source:
                self._failures.setdefault(name, []).append(error)
            raise
        self._failures.pop(name, None)
        if not parts:
            raise empty
        return pd.concat(parts, ignore_index=True)

    def listing(self, name: str, market: str, tell: Tell):
        """A source's names, at its pace; None where it has none."""
        source = self.source(name)
        self._wait_for_turn(source, tell)
        return source.listing(market)

    def close(self) -> None:
        """Close every source."""
        for thing in (*self._sources.values(), *self._paces.values()):
            thing.close()

    def _ask(self, source, market, symbol, kind, first, last, tell) -> pd.DataFrame:
        name = source.name
        for attempt in range(ATTEMPTS):
            self._wait_for_turn(source, tell)
            try:
                return source.bars(market, symbol, kind, first, last)
            except SourceError as error:
                bearable = 0 < error.wait <= settings().source_patience
                if attempt == ATTEMPTS - 1 or not bearable:
                    raise
                _count_down(
                    error.wait,
                    lambda s: tell(
                        _("waiting {seconds} s, as {source} asks for").format(
                            seconds=f"{s:.0f}", source=name
                        )
                    ),
                )
        raise AssertionError("unreachable")

    def _wait_for_turn(self, source: Source, tell: Tell) -> None:
        if pace := self._paces.get(source.name):
            allowed = source.promise.per_minute
            pace.wait(
                lambda left: tell(
                    _("waiting {seconds} s, {source} allows {allowed} requests a minute").format(
                        seconds=f"{left:.0f}", source=source.name, allowed=allowed
                    )
                )
            )


def pieces(start: date, end: date, years: int | None) -> list[tuple[date, date]]:
    """The range cut into pieces of at most so many years, the oldest first."""
    if years is None:
        return [(start, end)]
    cut = []
    while start <= end:
        last = min(start + timedelta(days=365 * years), end)
        cut.append((start, last))
        start = last + timedelta(days=1)
    return cut


def _count_down(seconds: float, tell: Callable[[float], None]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        tell(left)
        time.sleep(min(left, 1.0))
