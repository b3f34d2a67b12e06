"""Small inputs for the walk-forward: six made-up stocks over some five years."""

from functools import lru_cache

import numpy as np
import pandas as pd

from core.dataset import build_panel
from core.evaluation.candidates import CANDIDATES, Candidate
from core.evaluation.inputs import Inputs, build_inputs
from tests.core.indicators.generate import walk

SESSIONS = 1400  # 280 weeks, 2015-01-05 to 2020-05-15
YEARS = (2018, 2020)
QUICK = (
    "no_change",
    "drift",
    "momentum",
    "ridge_apart",
    "prior",
    "persistence",
    "logistic_context",
)


def make_bars(count: int = 6) -> dict[str, pd.DataFrame]:
    """Stocks of different volatility; the second is halted for a while."""
    bars = {
        f"S{i}": walk(SESSIONS, 20 + i, halt=(900, 920) if i == 1 else None) for i in range(count)
    }
    for i, daily in enumerate(bars.values()):
        # From 0.5 to 1.5 times as wild: something for the intervals to see.
        first, power = daily["close"].iloc[0], 0.5 + i / count
        for name in ("open", "high", "low", "close"):
            daily[name] = first * (daily[name] / first) ** power
    return bars


def inputs_of(bars: dict[str, pd.DataFrame]) -> Inputs:
    """What the candidates see of some bars."""
    dates = np.unique(np.concatenate([daily["date"].to_numpy() for daily in bars.values()]))
    panel = build_panel(bars, pd.DatetimeIndex(dates), "US", horizon_weeks=4, band=0.01)
    return build_inputs(panel)


@lru_cache
def inputs() -> Inputs:
    """The inputs of `make_bars`, computed once."""
    return inputs_of(make_bars())


def quick() -> list[Candidate]:
    """Candidates that fit in a moment, and a blend of two of them."""
    parts = {"momentum": 0.5, "ridge_apart": 0.5}
    some = [CANDIDATES[name] for name in QUICK]
    return [*some, Candidate("blend", "price", None, parts=parts)]
