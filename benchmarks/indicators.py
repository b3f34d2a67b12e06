"""Speed of the weekly indicators, beside the same work written as plain pandas.

    python -m benchmarks.indicators [--data FILE] [--symbols 30] [--json OUT]

FILE is a Parquet of daily bars with the columns symbol, date, open, high, low,
close, volume. Every figure is the best of five rounds over the same stocks,
seconds for one stock. The share of values that differ by more than a billionth
says whether both compute the same.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import talib

from benchmarks.report import report
from core.indicators.catalogue import NAMES
from core.indicators.weekly import WeeklyIndicatorCalculator
from core.market.calendar import market_weeks, week_of
from core.market.sample import sample_bars

ROUNDS = 5


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


def read(file: Path | None, count: int) -> dict[str, pd.DataFrame]:
    """Daily bars of the first ``count`` symbols, in the product's columns."""
    if file is None:
        return dict(list(sample_bars().items())[:count])
    frame = pd.read_parquet(file)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[ns]")
    frame["volume"] = frame["volume"].astype(float)
    for name in ("value", "raw_close"):
        if name not in frame:
            frame[name] = np.nan
    symbols = sorted(frame["symbol"].unique())[:count]
    return {
        symbol: frame[frame["symbol"] == symbol].sort_values("date").reset_index(drop=True)
        for symbol in symbols
    }


def seconds(compute: Callable, stocks: dict[str, pd.DataFrame], weeks: pd.DatetimeIndex) -> float:
    """Best of several rounds over all stocks, for one stock."""
    best = np.inf
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for daily in stocks.values():
            compute(daily, weeks)
        best = min(best, (time.perf_counter() - start) / len(stocks))
    return best


def measure(stocks: dict[str, pd.DataFrame]) -> dict[str, float]:
    """Times of both, and how many of their values differ by more than a billionth."""
    weeks = market_weeks(np.concatenate([daily["date"].to_numpy() for daily in stocks.values()]))
    compute = WeeklyIndicatorCalculator().compute
    differing = values = 0
    for daily in stocks.values():
        ours = compute(daily, weeks)[list(NAMES)].to_numpy()
        theirs = pandas_indicators(daily, weeks)[list(NAMES)].to_numpy()
        same = np.isclose(ours, theirs, rtol=1e-9, atol=1e-9, equal_nan=True)
        differing, values = differing + np.count_nonzero(~same), values + same.size
    calculator = seconds(compute, stocks, weeks)
    plain = seconds(pandas_indicators, stocks, weeks)
    return {
        "stocks": len(stocks),
        "days_per_stock": round(float(np.mean([len(daily) for daily in stocks.values()]))),
        "calculator_seconds_per_stock": calculator,
        "pandas_seconds_per_stock": plain,
        "times_faster": plain / calculator,
        "share_of_values_differing": differing / values,
    }


def main() -> None:
    """Measure, print a table, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="Parquet of daily bars; default: the sample")
    parser.add_argument("--symbols", type=int, default=30, help="how many stocks (default 30)")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    report(measure(read(options.data, options.symbols)), options.json)


if __name__ == "__main__":
    main()
