"""New weeks of many stocks from their last weeks, with the bits of a computation of everything.

All but RSI and MACD look back over windows that the last weeks fill; those two are
computed over all closes again, which takes TA-Lib microseconds. A stock of which anything
earlier has changed, or whose last weeks do not fill a window, is not carried on.
Stocks lie end to end here, so that a whole market takes few calls of numpy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.indicators.daily import MONTH, daily_measures
from core.indicators.formulas import LONGEST, weekly_measures
from core.indicators.past import PAST_COLUMNS, Closes, Past, days_of
from core.indicators.stack import (
    DAY_COLUMNS,
    Places,
    Weeks,
    apart,
    offsets,
    ranges,
    spaced,
    weeks_laid,
)
from core.indicators.table import COLUMNS, WEEKLY_COLUMNS, Indicators
from core.indicators.weekly import RETURN_WEEKS
from core.indicators.windows import Floats
from core.market.latebars import SESSIONS, Laid


def without(rows: pa.Table, symbols: set[str]) -> pa.Table:
    """Named rows but those of some symbols."""
    if not symbols:
        return rows
    gone = pa.array(sorted(symbols), pa.string())
    return rows.filter(pc.invert(pc.is_in(rows.column("symbol"), value_set=gone)))


def marks_of(made: Indicators, late: Laid) -> dict[str, int]:
    """The fingerprint of each stock's bars up to its last row."""
    week, days = days_of(made.week), days_of(late.bars["date"])
    place, found = {symbol: at for at, symbol in enumerate(late.symbols)}, {}
    for symbol in made.symbols:
        rows, at = made.rows(symbol), place.get(symbol)
        if at is not None and rows.stop > rows.start:
            start, stop = late.first[at : at + 2]
            if count := np.searchsorted(days[start:stop], week[rows.stop - 1], side="right"):
                found[symbol] = int(late.until[start + count - 1])
    return found


@dataclass(frozen=True)
class _Going:
    """Stocks that go on, by column of shape (stocks,).

    ``at`` and ``late`` say where a stock is among the kept and the late ones, ``stop`` how many
    of its late days are in complete weeks; ``week`` is its last kept week, ``total`` its traded
    weeks up to that; its new market weeks are ``begin`` to ``end``, and ``mark`` is the
    fingerprint of its bars up to the last of them.
    """

    at: Places
    late: Places
    stop: Places
    week: NDArray[np.int64]
    total: NDArray[np.int64]
    begin: Places
    end: Places
    mark: NDArray[np.int64]

    def only(self, there: NDArray[np.bool_]) -> "_Going":
        return _Going(*(getattr(self, field.name)[there] for field in fields(self)))


def carried(
    past: Past,
    closes: Closes,
    marks: Mapping[str, int],
    late: Laid,
    weeks: np.ndarray,
    symbols: list[str],
) -> tuple[Indicators, dict[str, int]]:
    """The new weeks of those stocks that can be carried on, and their new marks.

    Parameters
    ----------
    past : Past
    closes : dict of str to array
        As `core.indicators.past.lengthened` gives them.
    marks : mapping of str to int
        Fingerprint of each stock's bars up to its last kept week.
    late : Laid
        The last bars as they are now.
    weeks : array of datetime64
        Fridays of the complete market weeks.
    symbols : list of str
        Which stocks to try.
    """
    grid = days_of(weeks)
    kept = {symbol: at for at, symbol in enumerate(past.symbols)}
    known = {symbol: at for at, symbol in enumerate(late.symbols)}
    there = [s for s in symbols if s in kept and s in known and s in closes and s in marks]
    going = _going(
        np.array([kept[s] for s in there], np.intp),
        np.array([known[s] for s in there], np.intp),
        np.array([marks[s] for s in there], np.int64),
        *(past, late, grid),
    )
    found, stock, new, row = _weeks(going, late, grid)
    lost = new & (grid[np.minimum(row, len(grid) - 1)] != days_of(found.week))
    if lost.any():  # traded in a week that the market lacks
        stays = np.ones(len(going.at), bool)
        stays[stock[lost]] = False
        going = going.only(stays)
        found, stock, new, row = _weeks(going, late, grid)
    names = [past.symbols[at] for at in going.at]
    own = [closes[name] for name in names]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        made = _made(past, own, going, found, new, stock[new], row[new], grid)
    return Indicators(names, *made), dict(zip(names, going.mark.tolist(), strict=True))


def _going(
    at: Places, own: Places, known: NDArray[np.int64], past: Past, late: Laid, grid: np.ndarray
) -> _Going:
    """Those of the given stocks that can go on."""
    start, stop = past.first[at], past.first[at + 1]
    length = stop - start
    week = past.week[stop - 1]
    first, last = late.first[own], late.first[own + 1]
    stock = np.repeat(np.arange(len(own)), last - first)
    days = days_of(late.bars["date"])[ranges(first, last)]

    def upto(day: np.ndarray) -> Places:
        """How many late days of each stock are not after its given one."""
        return np.bincount(stock[days <= day[stock]], minlength=len(own))

    count = upto(week)
    fits = (count > 0) & (late.until[first + np.maximum(count, 1) - 1] == known)
    fits &= (count >= MONTH) | (last - first < SESSIONS)  # else the days before are not here
    begin = np.searchsorted(grid, week) + 1
    end = np.searchsorted(grid, days_of(late.bars["date"])[last - 1] + 6, side="right")
    fits &= (end >= begin) & (length <= begin)

    rows = ranges(start, stop)
    of = np.repeat(np.arange(len(at)), length)
    place = rows - (stop - begin)[of]  # in the grid, if no market week is new or gone
    fits[of[grid[np.clip(place, 0, len(grid) - 1)] != past.week[rows]]] = False
    total = past.n_weeks[stop - 1]
    traded = np.bincount(of[past.sessions[rows] > 0], minlength=len(at))
    fits &= traded >= np.minimum(LONGEST, total)
    young = (past.n_weeks[start] == 1) & (past.sessions[start] > 0)
    fits &= (length >= LONGEST) | young
    until = upto(grid[np.maximum(end, 1) - 1])
    mark = late.until[first + np.maximum(until, 1) - 1]
    whole = upto(np.full(len(own), grid[-1]))
    return _Going(at, own, whole, week, total, begin, end, mark).only(fits)


def _weeks(
    going: _Going, late: Laid, grid: np.ndarray
) -> tuple[Weeks, Places, NDArray[np.bool_], Places]:
    """The late weeks; whose each is, whether it is new, and where it is in the grid."""
    first = late.first[going.late]
    rows = ranges(first, first + going.stop)
    day = {name: late.bars[name][rows] for name in DAY_COLUMNS}
    found = weeks_laid(days_of(late.bars["date"])[rows], day, offsets(going.stop))
    stock = np.repeat(np.arange(len(going.at)), np.diff(found.first))
    week = days_of(found.week)
    return found, stock, week > going.week[stock], np.searchsorted(grid, week)


def _made(
    past: Past,
    own: list[Floats],
    going: _Going,
    found: Weeks,
    new: NDArray[np.bool_],
    stock: Places,
    row: Places,
    grid: np.ndarray,
) -> tuple[Places, NDArray[np.datetime64], Floats, NDArray[np.int64]]:
    """The new rows; ``stock`` and ``row`` say whose the new traded weeks are, and in the grid."""
    bars = {name: found.bars[name][new] for name in WEEKLY_COLUMNS}
    days = apart(found.day_first, MONTH)
    made = bars | daily_measures(
        spaced(found.day_close, days), spaced(found.day_value, days), days[found.last_day[new]]
    )
    number = len(going.at)
    first = offsets(np.bincount(stock, minlength=number))
    before, of = _last_traded(past, going)
    columns, places, at = _behind(
        {name: np.concatenate([past.bars[name][before], made[name]]) for name in PAST_COLUMNS},
        *(of, stock, number),
    )
    ends = offsets(np.bincount(of, minlength=number) + np.diff(first))
    lives = [
        slice(start, stop + 1)
        for start, stop in zip(
            places[ends[:-1]].tolist(), places[ends[1:] - 1].tolist(), strict=True
        )
    ]
    close = bars["close"]
    wholes = [
        np.concatenate([closes, close[start:stop]])
        for closes, start, stop in zip(own, first[:-1].tolist(), first[1:].tolist(), strict=True)
    ]
    made |= weekly_measures(columns, lives, at, wholes)
    nothing = np.full(len(row), np.nan)
    block = np.stack([made.get(name, nothing) for name in COLUMNS])
    block[~np.isfinite(block)] = np.nan

    rows = offsets(going.end - going.begin)
    owner = np.repeat(np.arange(number), going.end - going.begin)
    there = rows[stock] + row - going.begin[stock]
    values = np.full((len(COLUMNS), rows[-1]), np.nan)
    values[:, there] = block
    numbers = np.zeros((2, rows[-1]), np.int64)
    numbers[0, there] = found.bars["sessions"][new]
    so_far = offsets((numbers[0] > 0).astype(np.intp))
    numbers[1] = going.total[owner] + so_far[1:] - so_far[rows[:-1]][owner]
    _returns(past, going, values, owner)
    friday = grid[going.begin[owner] + np.arange(rows[-1]) - rows[owner]]
    week = friday.astype("datetime64[D]").astype("datetime64[ns]")
    return rows, week, values, numbers


def _last_traded(past: Past, going: _Going) -> tuple[Places, Places]:
    """The last ``LONGEST`` traded ones of each stock's kept rows, and whose each is."""
    start, stop = past.first[going.at], past.first[going.at + 1]
    rows = ranges(start, stop)
    of = np.repeat(np.arange(len(going.at)), stop - start)
    traded = past.sessions[rows] > 0
    rows, of = rows[traded], of[traded]
    ends = offsets(np.bincount(of, minlength=len(going.at)))[1:]
    late = ends[of] - np.arange(len(of)) <= LONGEST
    return rows[late], of[late]


def _returns(past: Past, going: _Going, values: Floats, owner: Places) -> None:
    close = COLUMNS.index("close")
    start, stop = past.first[going.at], past.first[going.at + 1]
    start = np.maximum(start, stop - LONGEST)
    of = np.repeat(np.arange(len(going.at)), stop - start)
    both = {"close": np.concatenate([past.bars["close"][ranges(start, stop)], values[close]])}
    columns, _, at = _behind(both, of, owner, len(going.at))
    for k in RETURN_WEEKS:
        change = columns["close"][at] / columns["close"][at - k] - 1
        change[~np.isfinite(change)] = np.nan
        values[COLUMNS.index(f"ret_{k}w")] = change


def _behind(
    columns: dict[str, Floats], before: Places, new: Places, stocks: int
) -> tuple[dict[str, Floats], Places, Places]:
    """Columns with a gap before each stock, all places, and those of each stock's new ones.

    Given are first the kept rows of all stocks, then the new ones, and whose each is.
    """
    stock = np.concatenate([before, new])
    order = np.argsort(stock, kind="stable")
    places = apart(offsets(np.bincount(stock, minlength=stocks)), LONGEST)
    laid = {name: spaced(values[order], places) for name, values in columns.items()}
    return laid, places, places[order >= len(before)]
