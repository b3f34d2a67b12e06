"""The indicators over traded weeks, of many stocks at once."""

from inspect import unwrap

import numpy as np

from core.indicators import windows
from core.indicators.windows import Floats, Rows

YEAR = 52
LONGEST = YEAR
"""Weeks of the longest window: as many are missing between two stocks."""
LEAST_OF_YEAR = 40
"""Weeks that must be there for a rank or a median over a year."""
FIRST_RECURSIVE_WEEK = 60
"""Traded week from which RSI and MACD no longer remember where the history began."""


def weekly_measures(
    bars: dict[str, Floats],
    lives: list[slice],
    at: Rows = None,
    closes: list[Floats] | None = None,
) -> dict[str, Floats]:
    """Helpers and indicators of each traded week, the returns over market weeks left out.

    Parameters
    ----------
    bars : dict of arrays of shape (n,)
        open, high, low, close, volume, value and amihud_w of the stocks' traded weeks;
        ``LONGEST`` are missing between two stocks.
    lives : list of slice
        Where each stock's weeks stand.
    at : array of int, optional
        Only the weeks at these positions, each with the longest window of its stock, or all
        its stock's weeks, before it.
    closes : list of array, optional
        Of each stock the closes of all its traded weeks, where ``lives`` are only their ends.

    Returns
    -------
    dict of arrays of shape (n,) or (len(at),)
        Values between two stocks mean nothing.
    """
    return (
        _trend(bars, at)
        | _ranges(bars, at)
        | _volume(bars, at)
        | _recursive(bars["close"], lives, at, closes)
    )


def _trend(bars: dict[str, Floats], at: Rows) -> dict[str, Floats]:
    close = bars["close"]
    average = {k: windows.mean(windows.trailing(close, k, at)) for k in (10, 20, 40)}
    recent_high = windows.trailing(bars["high"], 20, at).max(axis=0)
    close = _only(close, at)
    return {
        "MA10_w": average[10],
        "MA20_w": average[20],
        "MA40_w": average[40],
        "price_vs_MA20_w": close / average[20] - 1,
        "MA_cross_10_40_w": average[10] / average[40] - 1,
        "breakout_20w": close / recent_high,
    }


def _ranges(bars: dict[str, Floats], at: Rows) -> dict[str, Floats]:
    high, low, close = bars["high"], bars["low"], bars["close"]
    before = np.concatenate([[np.nan], close])[: len(close)]
    true_range = np.maximum(high, before) - np.minimum(low, before)
    deviation = windows.spread(windows.trailing(close, 20, at), ddof=0)
    close = _only(close, at)
    return {
        "ATR_4w_pct": windows.mean(windows.trailing(true_range, 4, at)) / close,
        "bb_width_w": np.where(deviation > 0, 2 * deviation / close, np.nan),
    }


def _volume(bars: dict[str, Floats], at: Rows) -> dict[str, Floats]:
    close, volume = bars["close"], bars["volume"]
    quarter = windows.trailing(volume, 12, at)
    quarter_mean, quarter_spread = (
        windows.mean(quarter),
        windows.spread(quarter, ddof=1),
    )
    # A week in which nothing changed hands says nothing about what is usual.
    value = np.where(bars["value"] > 0, bars["value"], np.nan)
    usual = windows.median(windows.trailing(value, YEAR, at), LEAST_OF_YEAR)
    change = np.full(len(close), np.nan)
    change[1:] = np.sign(close[1:] - close[:-1])
    signed = windows.total(windows.trailing(change * volume, 4, at))
    month_total = windows.total(windows.trailing(volume, 4, at))
    value, volume = _only(value, at), _only(volume, at)
    return {
        "vol_w": volume,
        "vol_ma_4w": month_total / 4,
        "vol_ma_12w": quarter_mean,
        "vol_zscore_12w": np.where(
            quarter_spread > 0, (volume - quarter_mean) / quarter_spread, np.nan
        ),
        "turnover_w": np.log(value / usual),
        "obv_mom_4w": np.where(month_total > 0, signed / month_total, np.nan),
        "illiq_rank": windows.rank_of_last(
            windows.trailing(bars["amihud_w"], YEAR, at), LEAST_OF_YEAR
        ),
    }


def _recursive(
    close: Floats, lives: list[slice], at: Rows, closes: list[Floats] | None
) -> dict[str, Floats]:
    """RSI and MACD, whose smoothing reaches back to the first week."""
    import talib  # here, not above: pages read kept indicators, and it takes 28 MB

    # Without what looks for frames of pandas and polars, which takes as long as the work.
    strength, convergence = unwrap(talib.RSI), unwrap(talib.MACD)
    rsi, histogram, speed = np.full((3, len(close)), np.nan)
    early = FIRST_RECURSIVE_WEEK - 1
    for life, own in zip(lives, closes or [close[life] for life in lives], strict=True):
        if len(own) > early:
            count = min(len(own) - early, life.stop - life.start)
            late = slice(life.stop - count, life.stop)
            rsi[late] = strength(own, timeperiod=14)[-count:]
            histogram[late] = convergence(own, fastperiod=12, slowperiod=26, signalperiod=9)[2][
                -count:
            ]
    read = np.arange(len(close)) if at is None else np.union1d(at, at - 1)
    spell = windows.trailing(close, 15, None if at is None else read)
    rsi[read[spell.max(axis=0) == spell.min(axis=0)]] = np.nan  # no move: neither strong nor weak
    speed[1:] = rsi[1:] - rsi[:-1]
    found = {"RSI_14w": rsi, "RSI_speed": speed, "MACD_hist_w": histogram / close}
    return {name: _only(values, at) for name, values in found.items()}


def _only(values: Floats, at: Rows) -> Floats:
    return values if at is None else values[at]
