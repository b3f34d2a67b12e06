"""New weeks of many stocks from their last weeks, with the bits of a computation of everything.

All but RSI and MACD look back over windows that the last weeks fill; those two are
computed over all closes again, which takes TA-Lib microseconds. A stock of which anything
earlier has changed, or whose last weeks do not fill a window, is not carried on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.indicators.daily import MONTH, daily_measures
from core.indicators.formulas import LONGEST, weekly_measures
from core.indicators.stack import Places, apart, offsets, spaced, weeks_of
from core.indicators.table import COLUMNS, COUNTS, WEEKLY_COLUMNS, Indicators, ordered
from core.indicators.weekly import RETURN_WEEKS
from core.indicators.windows import Floats
from core.market.latebars import SESSIONS, LateBars

PAST_COLUMNS = ("symbol", "week", *WEEKLY_COLUMNS, "amihud_w", *COUNTS)
"""Columns of the kept weeks that a new week needs."""
Closes = dict[str, Floats]
"""By symbol, the closes of its traded weeks from the first on."""


@dataclass(frozen=True)
class Past:
    """The kept last weeks of stocks, one stock after the other.

    Attributes
    ----------
    rows : dict of str to slice
    week : array of int64, shape (n,)
        Days since 1970.
    bars : dict of array, each of shape (n,)
        ``WEEKLY_COLUMNS`` and ``amihud_w``.
    sessions, n_weeks : array of int, shape (n,)
    """

    rows: dict[str, slice]
    week: NDArray[np.int64]
    bars: dict[str, Floats]
    sessions: NDArray[np.int64]
    n_weeks: NDArray[np.int64]


def past_of(kept: pa.Table) -> Past:
    """From rows with ``PAST_COLUMNS``, in any order."""
    symbols, first, order = ordered(kept)
    rows = {symbol: slice(first[i], first[i + 1]) for i, symbol in enumerate(symbols)}
    column = {name: kept.column(name).to_numpy()[order] for name in PAST_COLUMNS[2:]}
    return Past(
        rows,
        _days(kept.column("week").to_numpy()[order]),
        {name: column[name] for name in (*WEEKLY_COLUMNS, "amihud_w")},
        *(column[name] for name in COUNTS),
    )


def closes_of(made: Indicators) -> Closes:
    """The closes of whole histories; none of a stock that traded in a week the market lacks."""
    close, sessions, n_weeks = (made.column(name) for name in ("close", *COUNTS))
    found = {}
    for symbol in made.symbols:
        rows = made.rows(symbol)
        own = close[rows][sessions[rows] > 0]
        if len(own) and len(own) == n_weeks[rows.stop - 1]:
            found[symbol] = own
    return found


def lengthened(closes: Closes, past: Past) -> Closes:
    """The closes with those of the kept weeks that came after them."""
    found = {}
    for symbol, own in closes.items():
        if (rows := past.rows.get(symbol)) is not None:
            more = int(past.n_weeks[rows.stop - 1]) - len(own)
            traded = past.bars["close"][rows][past.sessions[rows] > 0]
            if 0 <= more <= len(traded):
                found[symbol] = np.concatenate([own, traded[len(traded) - more :]])
    return found


def without(rows: pa.Table, symbols: set[str]) -> pa.Table:
    """Named rows but those of some symbols."""
    if not symbols:
        return rows
    gone = pa.array(sorted(symbols), pa.string())
    return rows.filter(pc.invert(pc.is_in(rows.column("symbol"), value_set=gone)))


def marks_of(made: Indicators, late: Mapping[str, LateBars]) -> dict[str, int]:
    """The fingerprint of each stock's bars up to its last row."""
    week, found = _days(made.week), {}
    for symbol in made.symbols:
        rows = made.rows(symbol)
        if symbol in late and rows.stop > rows.start:
            days = _days(late[symbol].bars["date"])
            if count := np.searchsorted(days, week[rows.stop - 1], side="right"):
                found[symbol] = int(late[symbol].until[count - 1])
    return found


@dataclass(frozen=True)
class _One:
    """A stock that goes on: its late days before ``stop``, kept rows, and market weeks."""

    symbol: str
    stop: int
    week: int
    traded: Places
    rows: slice
    total: int
    begin: int
    end: int
    mark: int


def carried(
    past: Past,
    closes: Closes,
    marks: Mapping[str, int],
    late: Mapping[str, LateBars],
    weeks: np.ndarray,
    symbols: list[str],
) -> tuple[Indicators, dict[str, int]]:
    """The new weeks of those stocks that can be carried on, and their new marks.

    Parameters
    ----------
    past : Past
    closes : dict of str to array
        As `lengthened` gives them.
    marks : mapping of str to int
        Fingerprint of each stock's bars up to its last kept week.
    late : mapping of str to LateBars
        The last bars as they are now.
    weeks : array of datetime64
        Fridays of the complete market weeks.
    symbols : list of str
        Which stocks to try.
    """
    grid = _days(weeks)
    going = [
        one
        for symbol in symbols
        if symbol in late
        and symbol in closes
        and (one := _going(symbol, past, marks.get(symbol), late[symbol], grid)) is not None
    ]
    days = [
        {name: values[: one.stop] for name, values in late[one.symbol].bars.items()}
        for one in going
    ]
    found = weeks_of(days)
    stock = np.repeat(np.arange(len(going)), np.diff(found.first))
    week = _days(found.week)
    new = week > np.array([one.week for one in going], np.int64)[stock]
    row = np.searchsorted(grid, week)
    lost = new & (grid[np.minimum(row, len(grid) - 1)] != week)
    if lost.any():  # traded in a week that the market lacks
        odd = {going[place].symbol for place in stock[lost]}
        fewer = [one.symbol for one in going if one.symbol not in odd]
        return carried(past, closes, marks, late, weeks, fewer)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return _made(past, closes, going, found, new, stock[new], row[new], grid)


def _going(
    symbol: str, past: Past, known: int | None, late: LateBars, grid: np.ndarray
) -> _One | None:
    rows = past.rows.get(symbol)
    if rows is None or known is None:
        return None
    days, last = _days(late.bars["date"]), int(past.week[rows.stop - 1])
    count = np.searchsorted(days, last, side="right")
    if not count or late.until[count - 1] != known:
        return None
    if count < MONTH and len(days) == SESSIONS:
        return None  # the days before are not here
    begin = np.searchsorted(grid, last) + 1
    end = np.searchsorted(grid, days[-1] + 6, side="right")
    length = rows.stop - rows.start
    if end < begin or length > begin or (grid[begin - length : begin] != past.week[rows]).any():
        return None
    traded = np.flatnonzero(past.sessions[rows]) + rows.start
    total = int(past.n_weeks[rows.stop - 1])
    if len(traded) < min(LONGEST, total):
        return None
    if length < LONGEST and not (past.n_weeks[rows.start] == 1 and past.sessions[rows.start]):
        return None
    stop = np.searchsorted(days, grid[-1], side="right")
    upto = np.searchsorted(days, grid[end - 1], side="right")
    return _One(
        *(
            symbol,
            int(stop),
            last,
            traded[-LONGEST:],
            slice(max(rows.start, rows.stop - LONGEST), rows.stop),
        ),
        *(total, int(begin), int(end), int(late.until[upto - 1])),
    )


def _made(past, closes, going, found, new, stock, row, grid) -> tuple[Indicators, dict[str, int]]:
    """The new rows; ``stock`` and ``row`` say whose the new traded weeks are, and in the grid."""
    bars = {name: found.bars[name][new] for name in WEEKLY_COLUMNS}
    days = apart(found.day_first, MONTH)
    made = bars | daily_measures(
        spaced(found.day_close, days), spaced(found.day_value, days), days[found.last_day[new]]
    )
    counts = np.bincount(stock, minlength=len(going))
    first = offsets(counts)
    take = [
        np.concatenate([one.traded, np.arange(first[i], first[i + 1]) + len(past.week)])
        for i, one in enumerate(going)
    ]
    columns, places, at = _behind(
        {name: np.concatenate([past.bars[name], made[name]]) for name in past.bars}, take, counts
    )
    ends = offsets([len(one) for one in take])
    lives = [slice(places[ends[i]], places[ends[i + 1] - 1] + 1) for i in range(len(going))]
    wholes = [
        np.concatenate([closes[one.symbol], bars["close"][first[i] : first[i + 1]]])
        for i, one in enumerate(going)
    ]
    made |= weekly_measures(columns, lives, at, wholes)
    nothing = np.full(len(row), np.nan)
    block = np.stack([made.get(name, nothing) for name in COLUMNS])
    block[~np.isfinite(block)] = np.nan

    begin, end = (np.array([getattr(o, n) for o in going], np.intp) for n in ("begin", "end"))
    rows = offsets(end - begin)
    owner = np.repeat(np.arange(len(going)), end - begin)
    there = rows[stock] + row - begin[stock]
    values = np.full((len(COLUMNS), rows[-1]), np.nan)
    values[:, there] = block
    numbers = np.zeros((2, rows[-1]), np.int64)
    numbers[0, there] = found.bars["sessions"][new]
    so_far = offsets((numbers[0] > 0).astype(np.intp))
    total = np.array([one.total for one in going], np.int64)
    numbers[1] = total[owner] + so_far[1:] - so_far[rows[:-1]][owner]
    _returns(past, going, values, rows)
    friday = grid[begin[owner] + np.arange(rows[-1]) - rows[owner]]
    week = friday.astype("datetime64[D]").astype("datetime64[ns]")
    symbols = [one.symbol for one in going]
    marks = {one.symbol: one.mark for one in going}
    return Indicators(symbols, rows, week, values, numbers), marks


def _returns(past: Past, going: list[_One], values: Floats, rows: Places) -> None:
    close = COLUMNS.index("close")
    both = {"close": np.concatenate([past.bars["close"], values[close]])}
    take = [
        np.concatenate(
            [
                np.arange(one.rows.start, one.rows.stop),
                np.arange(rows[i], rows[i + 1]) + len(past.week),
            ]
        )
        for i, one in enumerate(going)
    ]
    columns, _, at = _behind(both, take, np.diff(rows))
    for k in RETURN_WEEKS:
        change = columns["close"][at] / columns["close"][at - k] - 1
        change[~np.isfinite(change)] = np.nan
        values[COLUMNS.index(f"ret_{k}w")] = change


def _behind(
    columns: dict[str, Floats], take: list[Places], new: Places
) -> tuple[dict[str, Floats], Places, Places]:
    """Columns with a gap before each stock, all places, and those of each stock's last ones."""
    lengths = np.array([len(one) for one in take], np.intp)
    places = apart(offsets(lengths), LONGEST)
    every = np.concatenate([np.empty(0, np.intp), *take]).astype(np.intp)
    since = np.repeat(lengths - new, lengths)
    position = np.arange(len(every)) - np.repeat(offsets(lengths)[:-1], lengths)
    return (
        {name: spaced(values[every], places) for name, values in columns.items()},
        places,
        places[position >= since],
    )


def _days(values: np.ndarray) -> NDArray[np.int64]:
    return np.asarray(values).astype("datetime64[D]").view(np.int64)
