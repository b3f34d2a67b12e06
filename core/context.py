"""What the weekly indicators of all stocks say about one of them: ranks, one factor, volatility.

Everything here is built from the 20 indicators of the same week, and of the
stock's own earlier weeks: cut the data off and no earlier value changes.
"""

import numpy as np
import pandas as pd

from core.dataset import Panel
from core.indicators import windows
from core.indicators.catalogue import NAMES
from core.indicators.stack import apart, spaced
from core.indicators.weekly import STOCKS_AT_ONCE

YEAR = 52
LEAST_OF_YEAR = 26
SESSIONS_A_YEAR, SESSIONS_A_WEEK = 252, 5
MOMENTUM = (
    "ret_12w",
    "ret_26w",
    "ret_52w",
    "price_vs_MA20_w",
    "MA_cross_10_40_w",
    "breakout_20w",
    "RSI_14w",
    "obv_mom_4w",
)
"""Indicators of one idea, winners go on winning (Jegadeesh and Titman 1993), signs by theory.

One factor has one slope to learn; eight correlated columns have eight, from
data worth some 170 independent rows."""
CONTEXT = ("log_vol_4w", "log_vol_52w", "log_ATR_4w", "log_bb_width", "log_MAX_4w", "abs_ret_4w")
LEAST_MOVE, MOST_MOVE = 0.02, 0.50


def yearly_volatility(panel: Panel) -> np.ndarray:
    """Volatility of the last 52 weekly log returns, a year, as a fraction; shape (n,).

    NaN with fewer than 26 of them.
    """
    frame = panel.frame
    result = np.full(len(frame), np.nan)
    moves = np.log1p(frame["ret_1w"].to_numpy(float))
    first = np.append(panel.first, len(frame))
    for start in range(0, len(panel.first), STOCKS_AT_ONCE):
        own = first[start : start + STOCKS_AT_ONCE + 1]
        places = apart(own - own[0], YEAR)
        rows = slice(own[0], own[-1])
        year = windows.trailing(spaced(moves[rows], places), YEAR, places)
        count = windows.present(year)
        known = np.maximum(count, 2)
        there = ~np.isnan(year)
        centre = windows.total(np.where(there, year, 0.0)) / known
        square = windows.total(np.where(there, (year - centre) ** 2, 0.0))
        deviation = np.sqrt(square / (known - 1) * YEAR)
        result[rows] = np.where((count >= LEAST_OF_YEAR) & (deviation > 0), deviation, np.nan)
    return result


def weekly_ranks(panel: Panel) -> np.ndarray:
    """Rank of each indicator among the ready stocks of the same week, shape (n, 20).

    Spread evenly over (-0.5, 0.5), the middle where missing; rows that are not
    ready are NaN. A rank within the week needs no scale fitted on any week.
    """
    ready = panel.frame["ready"].to_numpy()
    frame = panel.frame.loc[ready, ["week", *NAMES]]
    grouped = frame.groupby("week")[list(NAMES)]
    ranks = (grouped.rank() - 0.5) / grouped.transform("count") - 0.5
    result = np.full((len(ready), len(NAMES)), np.nan)
    result[ready] = ranks.fillna(0.0).to_numpy()
    return result


def expected_move(panel: Panel, vol_52w: np.ndarray) -> np.ndarray:
    """One standard deviation of the log return to the horizon, shape (n,).

    The root mean square of the 4- and 52-week volatilities: the one is fresh,
    the other steady.
    """
    vol_4w = panel.frame["vol_4w"].to_numpy(float)
    short = np.where(np.isfinite(vol_4w), vol_4w, vol_52w)
    long = np.where(np.isfinite(vol_52w), vol_52w, short)
    years = panel.horizon_weeks * SESSIONS_A_WEEK / SESSIONS_A_YEAR
    move = np.sqrt((short**2 + long**2) / 2 * years)
    return np.clip(np.nan_to_num(move, nan=0.10), LEAST_MOVE, MOST_MOVE)


def momentum(ranks: np.ndarray, move: np.ndarray) -> np.ndarray:
    """The momentum factor of each stock, shape (n,).

    The mean of eight ranks over the root of the expected move: an edge in log
    returns does not grow with volatility (Barroso and Santa-Clara 2015).
    """
    columns = [NAMES.index(name) for name in MOMENTUM]
    return ranks[:, columns].mean(axis=1) / np.sqrt(move)


def volatility_context(panel: Panel, vol_52w: np.ndarray) -> np.ndarray:
    """Six measures of how much a stock moves, in the order of ``CONTEXT``; shape (n, 6)."""
    frame = panel.frame
    vol_4w = frame["vol_4w"].to_numpy(float)
    columns = {
        "log_vol_4w": _log(np.where(np.isfinite(vol_4w), vol_4w, vol_52w)),
        "log_vol_52w": _log(np.where(np.isfinite(vol_52w), vol_52w, vol_4w)),
        "log_ATR_4w": _log(frame["ATR_4w_pct"]),
        "log_bb_width": _log(frame["bb_width_w"]),
        "log_MAX_4w": _log(frame["MAX_4w"]),
        "abs_ret_4w": np.abs(frame["ret_4w"].to_numpy(float)),
    }
    return np.column_stack([columns[name] for name in CONTEXT])


def _log(values: pd.Series | np.ndarray) -> np.ndarray:
    return np.log(np.maximum(np.asarray(values, dtype=float), 0.003))
