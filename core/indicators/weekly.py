"""Weekly bars and the 20 indicators of one stock."""

import numpy as np
import pandas as pd
import talib

from core.indicators import windows
from core.indicators.catalogue import HELPERS, NAMES
from core.indicators.daily import daily_measures
from core.indicators.windows import Floats
from core.market.calendar import week_of

WEEKLY_COLUMNS = ("open", "high", "low", "close", "raw_close", "volume", "value")
RETURN_WEEKS = (1, 4, 12, 26, 52)
YEAR = 52
LEAST_OF_YEAR = 40
"""Weeks that must be there for a rank or a median over a year."""
FIRST_RECURSIVE_WEEK = 60
"""Traded week from which RSI and MACD no longer remember where the history began."""


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
    bars, _, _ = _aggregate(daily)
    sessions = bars.pop("sessions").astype(np.int64)
    index = pd.DatetimeIndex(bars.pop("week"), name="week")
    return pd.DataFrame(bars, index=index).assign(sessions=sessions)


class WeeklyIndicatorCalculator:
    """Computes the weekly indicators of a stock from its daily bars.

    Nothing looks ahead: cut the daily bars off after any week and every row
    that remains has the same bits.
    """

    def compute(self, daily: pd.DataFrame, weeks: pd.DatetimeIndex) -> pd.DataFrame:
        """Bars, helpers and indicators for each market week of the stock's life.

        Parameters
        ----------
        daily : DataFrame
            Bars of one symbol with ``core.market.schema.BAR_COLUMNS``, dates ascending.
        weeks : DatetimeIndex
            Fridays of the market weeks, ascending. A traded week that is not
            among them has no row: hand over complete weeks to leave out the
            one that is still trading.

        Returns
        -------
        DataFrame indexed by ``week``
            Every market week from the stock's first to its last: the columns of
            `weekly_bars`, the helpers, the 20 indicators, and last ``sessions``
            and ``n_weeks``, the traded weeks so far. In a week without trading everything is NaN,
            ``sessions`` is 0 and ``n_weeks`` stands still. Never infinite.

        Raises
        ------
        ValueError
            If the dates are not strictly ascending.
        """
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return self._compute(daily, weeks)

    def _compute(self, daily: pd.DataFrame, weeks: pd.DatetimeIndex) -> pd.DataFrame:
        bars, day_value, last = _aggregate(daily)
        traded = bars["week"]
        grid = np.asarray(weeks, dtype="datetime64[ns]")
        grid = grid[(grid >= traded[0]) & (grid <= traded[-1])] if len(traded) else grid[:0]
        columns = {name: bars[name] for name in WEEKLY_COLUMNS}
        close = daily["close"].to_numpy(np.float64)
        columns |= daily_measures(close, day_value, last)
        columns |= _trend(bars) | _ranges(bars) | _volume(bars, columns["amihud_w"])
        columns |= _recursive(bars["close"])

        row = np.searchsorted(grid, traded)
        inside = row < len(grid)
        inside[inside] = grid[row[inside]] == traded[inside]
        row = row[inside]
        names = [*WEEKLY_COLUMNS, *HELPERS, *NAMES]
        block = np.full((len(names), len(grid)), np.nan)
        for position, name in enumerate(names):
            if name in columns:
                block[position, row] = columns[name][inside]
        market_close = block[names.index("close")]
        for k in RETURN_WEEKS:
            target = block[names.index(f"ret_{k}w")]
            target[k:] = market_close[k:] / market_close[:-k] - 1
        block[~np.isfinite(block)] = np.nan

        counts = np.zeros((2, len(grid)), dtype=np.int64)
        counts[0, row] = bars["sessions"][inside]
        counts[1] = np.searchsorted(traded, grid, side="right")
        index = pd.DatetimeIndex(grid, name="week")
        return pd.concat(
            [
                pd.DataFrame(block.T, index=index, columns=names),
                pd.DataFrame(counts.T, index=index, columns=["sessions", "n_weeks"]),
            ],
            axis=1,
        )


def _aggregate(daily: pd.DataFrame) -> tuple[dict[str, np.ndarray], Floats, np.ndarray]:
    """Weekly arrays, the traded value of each day, and each week's last position."""
    dates = daily["date"].to_numpy("datetime64[ns]")
    if (dates[1:] <= dates[:-1]).any():
        raise ValueError("the dates of a symbol's daily bars must ascend strictly")
    week = week_of(pd.DatetimeIndex(dates)).to_numpy("datetime64[ns]")
    new = np.ones(len(week), dtype=bool)
    new[1:] = week[1:] != week[:-1]
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(week))[: len(first)] - 1
    day = {
        name: daily[name].to_numpy(np.float64)
        for name in ("open", "high", "low", "close", "raw_close", "volume", "value")
    }
    value = np.where(np.isnan(day["value"]), day["close"] * day["volume"], day["value"])

    def by_week(function: np.ufunc, values: Floats) -> Floats:
        return function.reduceat(values, first) if len(first) else values

    bars = {
        "week": week[first],
        "open": day["open"][first],
        "high": by_week(np.maximum, day["high"]),
        "low": by_week(np.minimum, day["low"]),
        "close": day["close"][last],
        "raw_close": day["raw_close"][last],
        "volume": by_week(np.add, day["volume"]),
        "value": by_week(np.add, value),
        "sessions": last - first + 1,
    }
    return bars, value, last


def _trend(bars: dict[str, np.ndarray]) -> dict[str, Floats]:
    close = bars["close"]
    average = {k: windows.mean(windows.trailing(close, k)) for k in (10, 20, 40)}
    recent_high = windows.trailing(bars["high"], 20).max(axis=0)
    return {
        "MA10_w": average[10],
        "MA20_w": average[20],
        "MA40_w": average[40],
        "price_vs_MA20_w": close / average[20] - 1,
        "MA_cross_10_40_w": average[10] / average[40] - 1,
        "breakout_20w": close / recent_high,
    }


def _ranges(bars: dict[str, np.ndarray]) -> dict[str, Floats]:
    high, low, close = bars["high"], bars["low"], bars["close"]
    before = np.concatenate([[np.nan], close])[: len(close)]
    true_range = np.maximum(high, before) - np.minimum(low, before)
    deviation = windows.spread(windows.trailing(close, 20), ddof=0)
    return {
        "ATR_4w_pct": windows.mean(windows.trailing(true_range, 4)) / close,
        "bb_width_w": np.where(deviation > 0, 2 * deviation / close, np.nan),
    }


def _volume(bars: dict[str, np.ndarray], amihud: Floats) -> dict[str, Floats]:
    close, volume = bars["close"], bars["volume"]
    quarter = windows.trailing(volume, 12)
    quarter_mean, quarter_spread = (
        windows.mean(quarter),
        windows.spread(quarter, ddof=1),
    )
    # A week in which nothing changed hands says nothing about what is usual.
    value = np.where(bars["value"] > 0, bars["value"], np.nan)
    usual = windows.median(windows.trailing(value, YEAR), LEAST_OF_YEAR)
    change = np.full(len(close), np.nan)
    change[1:] = np.sign(close[1:] - close[:-1])
    signed = windows.total(windows.trailing(change * volume, 4))
    month_total = windows.total(windows.trailing(volume, 4))
    return {
        "vol_w": volume,
        "vol_ma_4w": month_total / 4,
        "vol_ma_12w": quarter_mean,
        "vol_zscore_12w": np.where(
            quarter_spread > 0, (volume - quarter_mean) / quarter_spread, np.nan
        ),
        "turnover_w": np.log(value / usual),
        "obv_mom_4w": np.where(month_total > 0, signed / month_total, np.nan),
        "illiq_rank": windows.rank_of_last(windows.trailing(amihud, YEAR), LEAST_OF_YEAR),
    }


def _recursive(close: Floats) -> dict[str, Floats]:
    """RSI and MACD, whose smoothing reaches back to the first week."""
    missing = np.full(len(close), np.nan)
    if len(close) < FIRST_RECURSIVE_WEEK:
        return {"RSI_14w": missing, "RSI_speed": missing, "MACD_hist_w": missing}
    rsi = talib.RSI(close, timeperiod=14)
    spell = windows.trailing(close, 15)
    rsi[spell.max(axis=0) == spell.min(axis=0)] = np.nan  # no move: neither strong nor weak
    histogram = talib.MACD(close, fastperiod=12, slowperiod=26, signalperiod=9)[2] / close
    rsi[: FIRST_RECURSIVE_WEEK - 1] = np.nan
    histogram[: FIRST_RECURSIVE_WEEK - 1] = np.nan
    speed = missing
    speed[1:] = rsi[1:] - rsi[:-1]
    return {"RSI_14w": rsi, "RSI_speed": speed, "MACD_hist_w": histogram}
