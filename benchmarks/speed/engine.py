"""The indicators of many stocks, bars in memory."""

import numpy as np
import pandas as pd
import polars as pl

from benchmarks.rivals.in_polars import polars_indicators
from benchmarks.rivals.plain_pandas import pandas_indicators
from benchmarks.rivals.specification import specified_indicators
from benchmarks.speed.prices import Arrays
from benchmarks.speed.race import Row, once, race
from core.dataset import Panel, panel_of
from core.indicators.catalogue import NAMES
from core.indicators.table import Indicators
from core.indicators.weekly import WeeklyIndicatorCalculator
from core.market.calendar import market_weeks

compute_all = WeeklyIndicatorCalculator().compute_all
FEW, SLOW = 30, 6
"""Stocks that pandas and the specification are timed on: each stock costs them the same."""


def weeks_of(bars: dict[str, Arrays]) -> pd.DatetimeIndex:
    """Every week in which any stock traded."""
    return market_weeks(np.unique(np.concatenate([columns["date"] for columns in bars.values()])))


def panel_from(bars: dict[str, Arrays]) -> Panel:
    """Indicators and labels, as the models read them."""
    weeks = weeks_of(bars)
    return panel_of(compute_all(bars, weeks), weeks, horizon_weeks=4, band=0.01)


def in_polars(bars: dict[str, Arrays]) -> pl.DataFrame:
    """One table of all stocks, by symbol and date."""
    parts = [
        pl.DataFrame({"symbol": [symbol] * len(columns["date"]), **columns})
        for symbol, columns in sorted(bars.items())
    ]
    return pl.concat(parts)


def differing(ours: np.ndarray, theirs: np.ndarray) -> int:
    """Values that differ by more than a billionth."""
    return int((~np.isclose(ours, theirs, rtol=1e-9, atol=1e-9, equal_nan=True)).sum())


def values(made: Indicators, symbols: list[str] | None = None) -> np.ndarray:
    """The 20 indicators, a row a stock and week."""
    rows = [made.rows(symbol) for symbol in symbols or made.symbols]
    found = np.stack([made.column(name) for name in NAMES], axis=1)
    return np.concatenate([found[row] for row in rows])


def few(bars: dict[str, Arrays]) -> list[Row]:
    """Milliseconds a stock, beside the specification, plain pandas and polars."""
    weeks = weeks_of(bars)
    frames = {symbol: pd.DataFrame(columns) for symbol, columns in bars.items()}
    slow, some = list(frames)[:SLOW], list(frames)[:FEW]
    whole = in_polars(bars)
    seconds = race(
        {
            "ours": lambda: compute_all(bars, weeks),
            "pandas": lambda: [pandas_indicators(frames[s], weeks) for s in some],
            "polars": lambda: polars_indicators(whole, weeks),
        },
        rounds=3,
    )
    specified = once(lambda: [specified_indicators(frames[s], weeks) for s in slow]) / len(slow)
    made = compute_all(bars, weeks)
    ours = seconds["ours"] / len(bars) * 1e3

    def said(rival, symbols: list[str]) -> str:
        theirs = np.concatenate(
            [rival(frames[symbol], weeks)[list(NAMES)].to_numpy() for symbol in symbols]
        )
        mine = values(made, symbols)
        return f"{differing(mine, theirs)} of {mine.size} values differ"

    theirs = polars_indicators(whole, weeks).select(NAMES).to_numpy().astype(float)
    name = f"20 indicators, {len(bars)} stocks, ms a stock"
    return [
        Row(
            *(name, ours, "the specification's calculator", specified * 1e3, 100),
            note=said(specified_indicators, slow),
        ),
        Row(
            *(name, ours, "plain pandas", seconds["pandas"] / len(some) * 1e3, 20),
            note=said(pandas_indicators, some),
        ),
        Row(
            *(name, ours, "polars", seconds["polars"] / len(bars) * 1e3, 1),
            note=f"{differing(values(made), theirs)} of {theirs.size} values differ",
        ),
    ]


def many(bars: dict[str, Arrays]) -> list[Row]:
    """Seconds for a whole market over many years, beside polars."""
    weeks, whole = weeks_of(bars), in_polars(bars)
    seconds = race(
        {
            "ours": lambda: compute_all(bars, weeks),
            "polars": lambda: polars_indicators(whole, weeks),
        },
        rounds=3,
    )
    theirs = polars_indicators(whole, weeks).select(NAMES).to_numpy().astype(float)
    apart = differing(values(compute_all(bars, weeks)), theirs)
    years = round(len(weeks) / 52)
    name = f"20 indicators, {len(bars)} stocks x {years} years, s"
    return [
        Row(
            *(name, seconds["ours"], "polars", seconds["polars"], 1),
            note=f"{apart} of {theirs.size} values differ",
        ),
        Row(name, seconds["ours"], "at most 3 s", 3.0, 1),
    ]
