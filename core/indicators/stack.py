"""Many stocks' daily bars laid end to end, so that one call of numpy computes them all.

Between two stocks lie missing values, as many as the longest window has, so that
no window ever sees two stocks and each gives the bits it gives for its stock alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.indicators.windows import Floats
from core.market.calendar import fridays

Bars = Mapping[str, object] | pd.DataFrame
"""Daily bars of one symbol: ``core.market.schema.BAR_COLUMNS`` by name, dates ascending."""
Places = NDArray[np.intp]
DAY_COLUMNS = ("open", "high", "low", "close", "raw_close", "volume", "value")


@dataclass(frozen=True)
class Weeks:
    """The weeks in which each of several stocks traded, one stock after the other.

    Attributes
    ----------
    week : array of datetime64[ns], shape (n,)
        Fridays.
    bars : dict of array, each of shape (n,)
        open, high, low, close, raw_close, volume, value, sessions. Where the
        source has no traded value, a day's value is close times volume.
    first : array of int, shape (stocks + 1,)
        Where each stock's weeks begin; the last is n.
    day_close, day_value : array of shape (days,)
        Closes and traded values of the days, one stock after the other.
    day_first : array of int, shape (stocks + 1,)
    last_day : array of int, shape (n,)
        Position of each week's last session among the days.
    """

    week: NDArray[np.datetime64]
    bars: dict[str, Floats]
    first: Places
    day_close: Floats
    day_value: Floats
    day_first: Places
    last_day: Places


def weeks_of(stocks: list[Bars]) -> Weeks:
    """Weekly bars of several stocks.

    Raises
    ------
    ValueError
        If the dates of a stock are not strictly ascending.
    """
    dates = [np.asarray(daily["date"]).astype("datetime64[D]").view(np.int64) for daily in stocks]
    day = {
        name: np.concatenate(
            [np.empty(0), *(np.asarray(daily[name], np.float64) for daily in stocks)]
        )
        for name in DAY_COLUMNS
    }
    days = np.concatenate([np.empty(0, np.int64), *dates])
    return weeks_laid(days, day, offsets([len(own) for own in dates]))


def weeks_laid(days: NDArray[np.int64], day: Mapping[str, Floats], day_first: Places) -> Weeks:
    """As `weeks_of`, of daily bars that lie end to end already.

    Parameters
    ----------
    days : array of int64, shape (days,)
        Since 1970.
    day : mapping of str to array of shape (days,)
        ``DAY_COLUMNS`` by name.
    day_first : array of int, shape (stocks + 1,)
        Where each stock's days begin.
    """
    opens = day_first[:-1][np.diff(day_first) > 0]
    begins = np.zeros(len(days), dtype=bool)
    begins[opens] = True
    if ((days[1:] <= days[:-1]) & ~begins[1:]).any():
        raise ValueError("the dates of a symbol's daily bars must ascend strictly")
    friday = fridays(days)
    begins[1:] |= friday[1:] != friday[:-1]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(days))[: len(first)] - 1
    value = np.where(np.isnan(day["value"]), day["close"] * day["volume"], day["value"])

    def by_week(function: np.ufunc, values: Floats) -> Floats:
        return function.reduceat(values, first) if len(first) else values

    bars = {
        "open": day["open"][first],
        "high": by_week(np.maximum, day["high"]),
        "low": by_week(np.minimum, day["low"]),
        "close": day["close"][last],
        "raw_close": day["raw_close"][last],
        "volume": by_week(np.add, day["volume"]),
        "value": by_week(np.add, value),
        "sessions": last - first + 1,
    }
    return Weeks(
        week=friday[first].astype("datetime64[D]").astype("datetime64[ns]"),
        bars=bars,
        first=np.searchsorted(first, day_first),
        day_close=day["close"],
        day_value=value,
        day_first=day_first,
        last_day=last,
    )


def offsets(lengths: list[int] | Places) -> Places:
    """Where each of several parts begins when they are laid end to end, and the end."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.intp)]).astype(np.intp)


def ranges(start: Places, stop: Places) -> Places:
    """The whole numbers from each start up to its stop, laid end to end."""
    lengths = np.maximum(stop - start, 0)
    first = offsets(lengths)
    return np.arange(first[-1]) + np.repeat(start - first[:-1], lengths)


def apart(first: Places, gap: int) -> Places:
    """Positions of the values of several stocks when ``gap`` places lie before each stock.

    Parameters
    ----------
    first : array of int, shape (stocks + 1,)

    Returns
    -------
    array of int, shape (n,)
    """
    lengths = np.diff(first)
    return np.arange(first[-1]) + np.repeat(np.arange(1, len(first)) * gap, lengths)


def spaced(values: Floats, places: Places) -> Floats:
    """Values at their places, missing between."""
    result = np.full(places[-1] + 1 if len(places) else 0, np.nan)
    result[places] = values
    return result
