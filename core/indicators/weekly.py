"""Weekly bars and the 20 indicators: all stocks in one call, or one."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from core.indicators.daily import MONTH, daily_measures
from core.indicators.formulas import LONGEST, weekly_measures
from core.indicators.stack import Bars, Places, Weeks, apart, offsets, spaced, weeks_of
from core.indicators.table import COLUMNS, WEEKLY_COLUMNS, Indicators
from core.indicators.windows import Floats

RETURN_WEEKS = (1, 4, 12, 26, 52)
STOCKS_AT_ONCE = 8
"""About as many as keep the longest windows in a core's own cache."""


def weekly_bars(daily: pd.DataFrame) -> pd.DataFrame:
    """Bars of the weeks in which the stock traded.

    Parameters
    ----------
    daily : DataFrame
        Bars of one symbol with ``core.market.schema.BAR_COLUMNS``, dates ascending.

    Returns
    -------
    DataFrame indexed by ``week`` (the Friday)
        open, high, low, close, raw_close, volume, value, sessions. Where the
        source has no traded value, a day's value is close times volume.

    Raises
    ------
    ValueError
        If the dates are not strictly ascending.
    """
    found = weeks_of([daily])
    return pd.DataFrame(found.bars, index=pd.DatetimeIndex(found.week, name="week"))


class WeeklyIndicatorCalculator:
    """Computes the weekly indicators of stocks from their daily bars.

    Nothing looks ahead: cut the daily bars off after any week and every row
    that remains has the same bits. Nor does a stock depend on those computed
    with it.
    """

    def compute(self, daily: pd.DataFrame, weeks: pd.DatetimeIndex) -> pd.DataFrame:
        """Bars, helpers and indicators for each market week of one stock's life.

        As `compute_all`, with the frame of the one stock, indexed by ``week``.
        """
        return self.compute_all({"": daily}, weeks).frame("")

    def compute_all(self, stocks: Mapping[str, Bars], weeks: pd.DatetimeIndex) -> Indicators:
        """Bars, helpers and indicators of several stocks for each market week of their lives.

        Parameters
        ----------
        stocks : mapping of str to DataFrame or to dict of arrays
            By symbol, daily bars with ``core.market.schema.BAR_COLUMNS``, dates ascending.
        weeks : DatetimeIndex
            Fridays of the market weeks, ascending. A traded week that is not
            among them has no row: hand over complete weeks to leave out the
            one that is still trading.

        Returns
        -------
        Indicators
            Of each stock every market week from its first to its last. In a week without
            trading everything is NaN, ``sessions`` is 0 and ``n_weeks`` stands still.
            Never infinite.

        Raises
        ------
        ValueError
            If the dates of a stock are not strictly ascending.
        """
        grid = np.asarray(weeks).astype("datetime64[ns]")
        bars = list(stocks.values())
        lives = np.array([_life(daily, grid) for daily in bars], np.intp).reshape(-1, 2)
        made = _empty(list(stocks), grid, lives)

        # In one thread: two take turns between calls this short, and the pages need a core too.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for start in range(0, len(bars), STOCKS_AT_ONCE):
                some = slice(start, start + STOCKS_AT_ONCE)
                _fill(made, bars[some], grid, lives[some, 0], made.first[start:])
        return made


def _life(daily: Bars, grid: np.ndarray) -> tuple[int, int]:
    """The market weeks from a stock's first to its last, as a range of the grid."""
    dates = np.asarray(daily["date"])
    if len(dates) == 0:
        return 0, 0
    first, last = dates[[0, -1]].astype("datetime64[D]")
    # The first Friday on or after a day is its week's; the next is seven days later.
    begin = np.searchsorted(grid, first)
    return begin, max(begin, np.searchsorted(grid, last + 6, side="right"))


def _empty(symbols: list[str], grid: np.ndarray, lives: Places) -> Indicators:
    first = offsets(lives[:, 1] - lives[:, 0])
    week = np.empty(first[-1], "datetime64[ns]")
    for (begin, end), start, stop in zip(lives, first[:-1], first[1:], strict=True):
        week[start:stop] = grid[begin:end]
    values = np.empty((len(COLUMNS), first[-1]))
    return Indicators(symbols, first, week, values, np.zeros((2, first[-1]), np.int64))


def _fill(
    made: Indicators, bars: list[Bars], grid: np.ndarray, begin: Places, first: Places
) -> None:
    """Compute some stocks into the table, where ``first`` says that their rows begin."""
    found = weeks_of(bars)
    block, places = _traded_weeks(found)
    row = np.searchsorted(grid, found.week)
    inside = row < len(grid)
    inside[inside] = grid[row[inside]] == found.week[inside]
    whole = slice(first[0], first[len(bars)])
    sessions, n_weeks = made.counts[:, whole]
    for own in range(len(bars)):
        weeks = slice(found.first[own], found.first[own + 1])
        rows = slice(first[own], first[own + 1])
        length = rows.stop - rows.start
        at = row[weeks] - begin[own]
        # A traded week that the market does not have still counts from the next one on.
        n_weeks[rows.start - whole.start :][:length] = np.cumsum(
            np.bincount(at, minlength=length)[:length]
        )
        there = np.flatnonzero(inside[weeks])
        at = at[there]
        there += weeks.start
        sessions[rows.start - whole.start + at] = found.bars["sessions"][there]
        if len(there) == length and length and there[-1] - there[0] + 1 == length:
            made.values[:, rows] = block[:, places[there[0]] : places[there[-1]] + 1]
        else:
            made.values[:, rows] = np.nan
            made.values[:, rows.start + at] = block[:, places[there]]
    _returns(made.values[:, whole], first[: len(bars) + 1] - whole.start)


def _traded_weeks(found: Weeks) -> tuple[Floats, Places]:
    """The columns of each traded week, shape (36, n) with gaps, and the weeks' places in it."""
    days = apart(found.day_first, MONTH)
    daily = daily_measures(
        spaced(found.day_close, days), spaced(found.day_value, days), days[found.last_day]
    )
    places = apart(found.first, LONGEST)
    bars = {name: found.bars[name] for name in WEEKLY_COLUMNS} | daily
    columns = {name: spaced(values, places) for name, values in bars.items()}
    lives = [
        slice(places[start], places[stop - 1] + 1)
        for start, stop in pairwise(found.first)
        if stop > start
    ]
    columns |= weekly_measures(columns, lives)
    nothing = np.full(len(columns["close"]), np.nan)
    block = np.stack([columns.get(name, nothing) for name in COLUMNS])
    block[~np.isfinite(block)] = np.nan
    return block, places


def _returns(values: Floats, first: Places) -> None:
    """Write the returns over market weeks, which exist where both weeks were traded."""
    close = values[COLUMNS.index("close")]
    position = np.arange(len(close)) - np.repeat(first[:-1], np.diff(first))
    for k in RETURN_WEEKS:
        change = np.full(len(close), np.nan)
        change[k:] = close[k:] / close[:-k] - 1
        change[(position < k) | ~np.isfinite(change)] = np.nan
        values[COLUMNS.index(f"ret_{k}w")] = change
