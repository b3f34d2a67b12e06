"""The 20 indicators of one stock in plain pandas, a loop over the stocks around it."""

import numpy as np
import pandas as pd
import talib

from core.market.calendar import week_of


def pandas_indicators(daily: pd.DataFrame, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """The 20 indicators by groupby and rolling, as one would write them first."""
    daily = daily.assign(
        week=week_of(daily["date"]),
        ret=daily["close"].pct_change(),
        traded=daily["value"].fillna(daily["close"] * daily["volume"]),
    )
    daily["cost"] = daily["ret"].abs() / daily["traded"].where(daily["traded"] > 0)
    daily["vol"] = daily["ret"].rolling(20).std() * np.sqrt(252)
    daily["max5"] = daily["ret"].rolling(5).max()
    daily["max20"] = daily["ret"].rolling(20).max()
    daily["amihud"] = daily["cost"].rolling(20, min_periods=10).mean()
    by_week = daily.groupby("week")
    w = by_week.agg(
        open=("open", "first"),
        high=("high", "max"),
        low=("low", "min"),
        close=("close", "last"),
        volume=("volume", "sum"),
        value=("traded", "sum"),
    )
    # The aggregation "last" would skip a missing last day.
    w = w.join(by_week.tail(1).set_index("week")[["vol", "max5", "max20", "amihud"]])
    grid = weeks[(weeks >= w.index[0]) & (weeks <= w.index[-1])]
    market_close = w["close"].reindex(grid)
    result = pd.DataFrame(index=grid)
    for k in (1, 4, 12, 26, 52):
        result[f"ret_{k}w"] = market_close.pct_change(k, fill_method=None)
    close, before = w["close"], w["close"].shift()
    average = {k: close.rolling(k).mean() for k in (10, 20, 40)}
    result["price_vs_MA20_w"] = close / average[20] - 1
    result["MA_cross_10_40_w"] = average[10] / average[40] - 1
    result["breakout_20w"] = close / w["high"].rolling(20).max()
    result["vol_4w"] = w["vol"].where(w["vol"] > 0)
    true_range = pd.concat(
        [w["high"] - w["low"], (w["high"] - before).abs(), (w["low"] - before).abs()], axis=1
    ).max(axis=1, skipna=False)
    result["ATR_4w_pct"] = true_range.rolling(4).mean() / close
    result["MAX_1w"], result["MAX_4w"] = w["max5"], w["max20"]
    width = 2 * close.rolling(20).std(ddof=0) / close
    result["bb_width_w"] = width.where(width > 0)
    quarter = w["volume"].rolling(12)
    result["vol_zscore_12w"] = (w["volume"] - quarter.mean()) / quarter.std().replace(0, np.nan)
    value = w["value"].where(w["value"] > 0)
    result["turnover_w"] = np.log(value / value.rolling(52, min_periods=40).median())
    signed = (np.sign(close.diff()) * w["volume"]).rolling(4).sum()
    result["obv_mom_4w"] = signed / w["volume"].rolling(4).sum().replace(0, np.nan)
    result["illiq_rank"] = w["amihud"].rolling(52, min_periods=40).rank(pct=True)
    rsi = pd.Series(talib.RSI(close.to_numpy(), 14), w.index).iloc[59:]
    result["RSI_14w"], result["RSI_speed"] = rsi, rsi.diff()
    histogram = pd.Series(talib.MACD(close.to_numpy(), 12, 26, 9)[2], w.index).iloc[59:]
    result["MACD_hist_w"] = histogram / close
    return result
