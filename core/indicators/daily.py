"""Measures over daily sessions, taken at the last session of each week."""

import numpy as np

from core.indicators import windows
from core.indicators.stack import Places
from core.indicators.windows import Floats

SESSIONS_A_YEAR = 252
MONTH = 20
"""Sessions in four weeks."""
WEEK = 5
LEAST_FOR_AMIHUD = 10
AMIHUD_SCALE = 1e8
"""Per cent of price move for each million of the price unit traded."""


def daily_measures(close: Floats, value: Floats, last: Places) -> dict[str, Floats]:
    """Volatility, best days and illiquidity of the sessions up to each week's end.

    Parameters
    ----------
    close : array of shape (days,)
        Adjusted closes of the stocks' own sessions; ``MONTH`` are missing between two stocks.
    value : array of shape (days,)
        Traded value, in the market's price unit.
    last : array of shape (weeks,)
        Position of each week's last session.

    Returns
    -------
    dict of arrays of shape (weeks,)
        ``vol_4w`` (a year, as a fraction), ``MAX_1w``, ``MAX_4w`` (daily simple
        returns), ``amihud_w`` (per cent per million of the price unit). NaN
        where a session is missing to fill the window, or the price never moved.

    Notes
    -----
    MAX is the lottery measure of Bali, Cakici and Whitelaw (2011); the
    illiquidity is Amihud's (2002), without days on which nothing was traded.
    """
    returns = np.full(len(close), np.nan)
    returns[1:] = close[1:] / close[:-1] - 1
    month = windows.trailing(returns, MONTH, last)
    deviation = windows.spread(month, ddof=1)
    cost = np.where(value > 0, np.abs(returns) / value, np.nan)
    costs = windows.trailing(cost, MONTH, last)
    count = windows.present(costs)
    amihud = windows.total(np.where(np.isnan(costs), 0.0, costs)) / count * AMIHUD_SCALE
    return {
        "vol_4w": np.where(deviation > 0, deviation * np.sqrt(SESSIONS_A_YEAR), np.nan),
        "MAX_1w": month[-WEEK:].max(axis=0),
        "MAX_4w": month.max(axis=0),
        "amihud_w": np.where(count >= LEAST_FOR_AMIHUD, amihud, np.nan),
    }
