"""The 20 indicators of all stocks as polars expressions, on every core."""

import pandas as pd
import polars as pl

from core.indicators.catalogue import NAMES

KEYS = ["symbol", "week"]


def friday() -> pl.Expr:
    """The Friday of each date's week, in whole days since 1970-01-01."""
    day = pl.col("date").cast(pl.Date).cast(pl.Int32)
    return (day + (8 - day % 7) % 7).alias("week")


def own(expression: pl.Expr) -> pl.Expr:
    """Within each stock."""
    return expression.over("symbol")


def smoothed(values: pl.Expr, row: pl.Expr, seed: pl.Expr, at: int, alpha: float) -> pl.Expr:
    """An exponential average that begins with a seed, as TA-Lib's does."""
    begun = pl.when(row < at).then(None).when(row == at).then(seed).otherwise(values)
    return own(begun.ewm_mean(alpha=alpha, adjust=False, ignore_nulls=True))


def polars_indicators(daily: pl.DataFrame, weeks: pd.DatetimeIndex) -> pl.DataFrame:
    """The 20 indicators by stock and market week.

    Parameters
    ----------
    daily : polars DataFrame
        symbol, date, open, high, low, close, volume, value; by symbol and date.
    """
    c, v = pl.col("close"), pl.col("volume")
    ret = pl.col("ret")
    days = (
        daily.lazy()
        .with_columns(friday(), traded=pl.col("value").fill_nan(None).fill_null(c * v))
        .with_columns(ret=own(c / c.shift() - 1))
        .with_columns(cost=pl.when(pl.col("traded") > 0).then(ret.abs() / pl.col("traded")))
        .with_columns(
            vol=own(ret.rolling_std(20)) * 252**0.5,
            max5=own(ret.rolling_max(5)),
            max20=own(ret.rolling_max(20)),
            amihud=own(pl.col("cost").rolling_mean(20, min_samples=10)),
        )
    )
    last = ("close", "vol", "max5", "max20", "amihud")
    w = days.group_by(KEYS, maintain_order=True).agg(
        pl.col("high").max(),
        pl.col("low").min(),
        v.sum(),
        pl.col("traded").sum(),
        *(pl.col(name).last() for name in last),
    )
    row = own(pl.int_range(pl.len()))
    before = own(c.shift())
    w = w.with_columns(
        row=row,
        ma10=own(c.rolling_mean(10)),
        ma20=own(c.rolling_mean(20)),
        ma40=own(c.rolling_mean(40)),
        range=pl.max_horizontal("high", before) - pl.min_horizontal("low", before),
        change=own(c.diff()),
        usable=pl.when(pl.col("traded") > 0).then(pl.col("traded")),
    ).with_columns(
        range=pl.when(pl.col("row") > 0).then(pl.col("range")),
        up=pl.col("change").clip(lower_bound=0),
        down=(-pl.col("change")).clip(lower_bound=0),
    )
    n, amihud = pl.col("row"), pl.col("amihud")
    gain = smoothed(pl.col("up"), n, pl.col("up").rolling_mean(14), 14, 1 / 14)
    loss = smoothed(pl.col("down"), n, pl.col("down").rolling_mean(14), 14, 1 / 14)
    fast = smoothed(c, n, c.rolling_mean(12), 25, 2 / 13)
    slow = smoothed(c, n, c.rolling_mean(26), 25, 2 / 27)
    deviation, width = own(v.rolling_std(12)), own(c.rolling_std(20, ddof=0))
    month = own(v.rolling_sum(4))
    moved = own(c.rolling_max(15)) > own(c.rolling_min(15))
    w = (
        w.with_columns(line=fast - slow, rsi=100 * gain / (gain + loss))
        .with_columns(
            rsi=pl.when((n >= 59) & moved).then(pl.col("rsi")),
            signal=smoothed(pl.col("line"), n, pl.col("line").rolling_mean(9), 33, 0.2),
        )
        .select(
            *KEYS,
            "close",
            price_vs_MA20_w=c / pl.col("ma20") - 1,
            MA_cross_10_40_w=pl.col("ma10") / pl.col("ma40") - 1,
            breakout_20w=c / own(pl.col("high").rolling_max(20)),
            vol_4w=pl.when(pl.col("vol") > 0).then(pl.col("vol")),
            ATR_4w_pct=own(pl.col("range").rolling_mean(4)) / c,
            MAX_1w="max5",
            MAX_4w="max20",
            bb_width_w=pl.when(width > 0).then(2 * width / c),
            vol_zscore_12w=pl.when(deviation > 0).then((v - own(v.rolling_mean(12))) / deviation),
            turnover_w=(
                pl.col("usable") / own(pl.col("usable").rolling_median(52, min_samples=40))
            ).log(),
            obv_mom_4w=pl.when(month > 0).then(
                own((pl.col("change").sign() * v).rolling_sum(4)) / month
            ),
            illiq_rank=own(amihud.rolling_rank(52, method="average", min_samples=40))
            / own(amihud.is_not_null().cast(pl.Float64).rolling_sum(52, min_samples=1)),
            RSI_14w="rsi",
            RSI_speed=own(pl.col("rsi").diff()),
            MACD_hist_w=pl.when(n >= 59).then((pl.col("line") - pl.col("signal")) / c),
        )
    )
    grid = pl.LazyFrame({"week": weeks.to_numpy().astype("datetime64[D]").astype("int32")})
    lives = w.group_by("symbol").agg(first=pl.col("week").min(), last=pl.col("week").max())
    rows = (
        lives.join(grid, how="cross")
        .filter(pl.col("week").is_between("first", "last"))
        .select(KEYS)
    )
    return (
        rows.join(w, on=KEYS, how="left")
        .sort(KEYS)
        .with_columns(own(c / c.shift(k) - 1).alias(f"ret_{k}w") for k in (1, 4, 12, 26, 52))
        .select(*KEYS, *NAMES)
        .collect()
    )
