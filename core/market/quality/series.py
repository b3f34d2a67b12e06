"""What is odd about a stock's stored bars; nothing is changed here, only flagged.

Findings are told in English, whoever reads, as the record keeps them.
"""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.language import DEFAULT, N_, _, ngettext, using
from core.market.calendar import is_session
from core.market.closures import corrections
from core.market.quality.catalogue import (
    FEW_SHARES,
    MISSING_SESSIONS,
    STALE_FEW,
    STALE_SESSIONS,
    ZERO_SESSIONS,
    Finding,
)
from core.market.quality.moves import move_findings
from core.market.schema import PRICES, find_market

LISTED = 40
"""Runs of one rule listed one by one, the newest; older ones are summed up."""
SATURDAY = 5
WEEKDAYS = (
    *(N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday")),
    *(N_("Saturday"), N_("Sunday")),
)


@using(DEFAULT)
def check_series(
    bars: pd.DataFrame,
    sessions: pd.DatetimeIndex,
    market: str,
    exchange: object = None,
    listing_date: pd.Timestamp | None = None,
) -> list[Finding]:
    """Everything the catalogue's series rules find in one stock.

    Parameters
    ----------
    bars : DataFrame, shape (n, 8)
        `core.market.schema.BAR_COLUMNS`, as stored.
    sessions : DatetimeIndex
        The market's sessions.
    market : str
    exchange : str, optional
        Today's exchange.
    listing_date : Timestamp, optional
        First day on it.

    Returns
    -------
    list of Finding
        In order of the first day.
    """
    days = bars["date"].to_numpy()
    market_days = sessions.to_numpy()
    market_days = market_days[sessions.day_of_week < SATURDAY]
    traded = bars["volume"].to_numpy() != 0
    found = [
        *move_findings(bars, *_waited(days, market_days, traded), market, exchange, listing_date),
        *_stale(bars, days),
        *_zero_volume(days, ~traded),
        *_missing(days, market_days),
        *_no_session(days, market_days, market),
    ]
    return sorted(found, key=lambda finding: (finding.first, finding.rule))


def _waited(
    days: NDArray, market_days: NDArray, traded: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Market sessions before each bar: since the last bar with a trade, and since the last bar."""
    number = np.searchsorted(market_days, days)
    place = np.arange(len(days))
    before = np.maximum(place - 1, 0)
    trade = np.maximum.accumulate(np.where(traded, place, 0))[before]
    return tuple(np.maximum(number - number[last] - 1, 0) for last in (trade, before))


def _stale(bars: pd.DataFrame, days: NDArray) -> list[Finding]:
    values = bars[[*PRICES, "volume"]].to_numpy()
    same = (values[1:] == values[:-1]).all(axis=1) & (values[1:, -1] > 0)
    enough = np.where(values[:, -1] > FEW_SHARES, STALE_SESSIONS, STALE_FEW)
    runs = [(start, stop + 1) for start, stop in _runs(same) if stop + 1 - start >= enough[start]]
    return _each(
        "stale",
        runs,
        days,
        lambda start, stop: _(
            "The same open, high, low, close ({close}) and volume ({volume}) on {count} "
            "sessions in a row."
        ).format(
            close=f"{bars['close'].iat[start]:g}",
            volume=f"{bars['volume'].iat[start]:,.0f}",
            count=stop - start,
        ),
    )


def _zero_volume(days: NDArray, silent: NDArray[np.bool_]) -> list[Finding]:
    runs = [(start, stop) for start, stop in _runs(silent) if stop - start >= ZERO_SESSIONS]
    return _each(
        "zero_volume",
        runs,
        days,
        lambda start, stop: _("No trade on {count} bars in a row.").format(count=stop - start),
    )


def _missing(days: NDArray, market_days: NDArray) -> list[Finding]:
    expected = market_days[market_days >= days[0]]
    absent = ~np.isin(expected, days)
    runs = _runs(absent)
    long = [(start, stop) for start, stop in runs if stop - start >= MISSING_SESSIONS]

    def words(start: int, stop: int) -> str:
        if stop == len(expected):
            said = _(
                "No bar on {count} sessions of the market in a row, up to the market's last "
                "session."
            )
        else:
            said = _("No bar on {count} sessions of the market in a row.")
        return said.format(count=stop - start)

    found = _each("missing_sessions", long, expected, words)
    short = [(start, stop) for start, stop in runs if stop - start < MISSING_SESSIONS]
    if short:
        count = sum(stop - start for start, stop in short)
        first, last = _day(expected[short[0][0]]), _day(expected[short[-1][1] - 1])
        detail = ngettext(
            "{count} of {total} sessions without a bar, in {gaps} gap of fewer than {sessions}.",
            "{count} of {total} sessions without a bar, in {gaps} gaps of fewer than {sessions}.",
            len(short),
        ).format(
            count=f"{count:,}",
            total=f"{len(expected):,}",
            gaps=f"{len(short):,}",
            sessions=MISSING_SESSIONS,
        )
        found.append(Finding("short_gaps", "flagged", first, last, count, detail))
    return found


def _no_session(days: NDArray, market_days: NDArray, market: str) -> list[Finding]:
    odd = np.flatnonzero(~np.isin(days, market_days)).tolist()
    runs = [
        (place, place + 1) for place in odd if _closed(market, pd.Timestamp(days[place]).date())
    ]
    return _each(
        "no_session",
        runs,
        days,
        lambda start, stop: _("{weekday} {day} is no session of the market.").format(
            weekday=WEEKDAYS[pd.Timestamp(days[start]).weekday()], day=_day(days[start])
        ),
    )


def _closed(market: str, day: date) -> bool:
    """Whether all of the market's exchanges stood still on a day without a session."""
    said = corrections(market).get(day)
    # Closed for the index alone: HNX traded on 2018-01-23, while HOSE's system was at fault.
    index_alone = said is not None and said.source == find_market(market).index
    return not index_alone and not is_session(market, day)


def _each(rule: str, runs: list[tuple[int, int]], days: NDArray, words) -> list[Finding]:
    older, newest = runs[:-LISTED], runs[-LISTED:]
    found = [
        Finding(
            rule,
            "flagged",
            _day(days[start]),
            _day(days[stop - 1]),
            stop - start,
            words(start, stop),
        )
        for start, stop in newest
    ]
    if older:
        count = sum(stop - start for start, stop in older)
        first, last = _day(days[older[0][0]]), _day(days[older[-1][1] - 1])
        detail = _(
            "{stretches} earlier stretches like the later ones, {count} days in all."
        ).format(stretches=f"{len(older):,}", count=f"{count:,}")
        found.insert(0, Finding(rule, "flagged", first, last, count, detail))
    return found


def _runs(true: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and stop of each unbroken stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]]).astype("int8")))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _day(value: object) -> str:
    return str(value)[:10]
