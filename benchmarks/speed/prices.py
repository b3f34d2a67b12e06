"""Daily bars to measure on: of a file, and as many stocks and years as wanted made of them."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.market.sample import sample_bars
from core.market.schema import BAR_COLUMNS

Arrays = dict[str, np.ndarray]
SESSIONS_A_YEAR = 261
"""Every weekday trades, so that years make weeks."""


def read(file: Path | None, count: int) -> dict[str, Arrays]:
    """Bars of the first ``count`` symbols of a Parquet file, or of the sample, by column."""
    if file is None:
        frames = dict(list(sample_bars().items())[:count])
    else:
        whole = pd.read_parquet(file).sort_values(["symbol", "date"])
        names = sorted(whole["symbol"].unique())[:count]
        whole = whole[whole["symbol"].isin(names)].reindex(columns=["symbol", *BAR_COLUMNS])
        frames = dict(iter(whole.groupby("symbol")))
    return {
        symbol: {
            "date": frame["date"].to_numpy("datetime64[ns]"),
            **{name: frame[name].to_numpy(np.float64) for name in BAR_COLUMNS[1:]},
        }
        for symbol, frame in frames.items()
    }


def grown(bars: dict[str, Arrays], stocks: int, years: int) -> dict[str, Arrays]:
    """As many stocks and years as asked for: the given ones repeated, each copy shifted."""
    sessions = years * SESSIONS_A_YEAR
    last = max(columns["date"][-1] for columns in bars.values())
    dates = pd.bdate_range(end=last, periods=sessions).to_numpy("datetime64[ns]")
    given = list(bars.values())
    made = {}
    for number in range(stocks):
        columns = given[number % len(given)]
        at = (np.arange(sessions) + 7 * number) % len(columns["date"])
        made[f"S{number:04d}"] = {
            "date": dates,
            **{name: columns[name][at] for name in BAR_COLUMNS[1:]},
        }
    return made
