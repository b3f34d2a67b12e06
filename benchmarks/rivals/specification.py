"""The specification's calculator: pandas throughout, Python functions inside ``rolling.apply``.

Repaired only as far as it runs and answers by the definitions of the catalogue.
"""

import numpy as np
import pandas as pd
import talib


def specified_indicators(daily: pd.DataFrame, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """The 20 indicators of one stock, by ``resample`` and ``rolling.apply``."""
    days = daily.set_index("date")
    traded = days["value"].fillna(days["close"] * days["volume"])
    ret = days["close"].pct_change()
    cost = (ret.abs() / traded).where(traded > 0)
    measures = pd.DataFrame(
        {
            "vol_4w": ret.rolling(20).apply(lambda x: x.std(ddof=1) * np.sqrt(252), raw=False),
            "MAX_1w": ret.rolling(5).apply(lambda x: x.max(), raw=False),
            "MAX_4w": ret.rolling(20).apply(lambda x: x.max(), raw=False),
            "amihud": cost.rolling(20, min_periods=10).apply(lambda x: x.mean(), raw=False),
        }
    )
    weekly = (
        days.assign(traded=traded)
        .resample("W-FRI")
        .agg(
            {
                "high": "max",
                "low": "min",
                "close": "last",
                "volume": "sum",
                "traded": "sum",
            }
        )
        .dropna(subset="close")
    )
    close, volume, before = weekly["close"], weekly["volume"], weekly["close"].shift()
    # The row of each week's last session: "last" would skip one whose measure is missing.
    measures["week"] = measures.index.to_period("W-FRI").end_time.normalize()
    weekly = weekly.join(measures.groupby("week").tail(1).set_index("week"))
    grid = weeks[(weeks >= weekly.index[0]) & (weeks <= weekly.index[-1])]
    out = pd.DataFrame(index=grid)
    market_close = close.reindex(grid)
    for k in (1, 4, 12, 26, 52):
        out[f"ret_{k}w"] = market_close / market_close.shift(k) - 1
    average = {k: close.rolling(k).apply(lambda x: x.mean(), raw=False) for k in (10, 20, 40)}
    out["price_vs_MA20_w"] = close / average[20] - 1
    out["MA_cross_10_40_w"] = average[10] / average[40] - 1
    out["breakout_20w"] = close / weekly["high"].rolling(20).apply(lambda x: x.max(), raw=False)
    out["vol_4w"] = weekly["vol_4w"].where(weekly["vol_4w"] > 1e-12)
    ranges = pd.concat(
        [
            weekly["high"] - weekly["low"],
            (weekly["high"] - before).abs(),
            (weekly["low"] - before).abs(),
        ],
        axis=1,
    ).max(axis=1, skipna=False)
    out["ATR_4w_pct"] = ranges.rolling(4).apply(lambda x: x.mean(), raw=False) / close
    out["MAX_1w"], out["MAX_4w"] = weekly["MAX_1w"], weekly["MAX_4w"]
    width = 2 * close.rolling(20).apply(lambda x: x.std(ddof=0), raw=False) / close
    out["bb_width_w"] = width.where(width > 1e-12)
    out["vol_zscore_12w"] = volume.rolling(12).apply(
        lambda x: (x.iloc[-1] - x.mean()) / x.std() if x.std() > 0 else np.nan, raw=False
    )
    value = weekly["traded"].where(weekly["traded"] > 0)
    usual = value.rolling(52, min_periods=40).apply(lambda x: x.median(), raw=False)
    out["turnover_w"] = np.log(value / usual)
    signed = (np.sign(close.diff()) * volume).rolling(4).apply(lambda x: x.sum(), raw=False)
    out["obv_mom_4w"] = signed / volume.rolling(4).sum().replace(0, np.nan)
    out["illiq_rank"] = (
        weekly["amihud"]
        .rolling(52, min_periods=40)
        .apply(lambda x: x.rank(pct=True).iloc[-1], raw=False)
    )
    rsi = pd.Series(talib.RSI(close.to_numpy(), 14), close.index).iloc[59:]
    out["RSI_14w"], out["RSI_speed"] = rsi, rsi.diff()
    histogram = pd.Series(talib.MACD(close.to_numpy(), 12, 26, 9)[2], close.index).iloc[59:]
    out["MACD_hist_w"] = histogram / close
    return out
