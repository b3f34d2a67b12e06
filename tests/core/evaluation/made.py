"""Small inputs for the walk-forward: six made-up stocks over some five years."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.dataset import build_panel
from core.evaluation import records, work
from core.evaluation.candidates import CANDIDATES, Candidate
from core.evaluation.inputs import Inputs, build_inputs
from core.jobs.kinds import KINDS
from core.jobs.progress import Progress
from core.market.store import BarStore
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


def evaluate_into(data_dir: Path) -> dict:
    """A whole evaluation of the six stocks in a data folder, with candidates that fit fast."""
    store = BarStore(data_dir)
    store.write("US", make_bars(), source="made up")
    store.set_listing(
        "US",
        pd.DataFrame(
            {
                "symbol": [f"S{i}" for i in range(6)],
                "sector": ["Banks", "Banks", "Steel", "Steel", "Steel", None],
                "exchange": ["A", "B", "A", "B", "A", "B"],
            }
        ),
    )
    folder = data_dir / "jobs" / "made"
    folder.mkdir(parents=True)
    params = {"market": "US", "symbols": None, "first": 2019, "last": 2020}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "chosen", lambda: [*quick(), called()])
        patch.setattr(work, "_workers", lambda: 0)
        result = work.work(params, folder, Progress(folder, KINDS["evaluate"].stages))
    records.keep(data_dir, "20200101-000000-made", folder)
    return result


def called() -> Candidate:
    """A pattern blend to call from, under the name of the one that is shipped."""
    parts = {"logistic_context": 0.5, "persistence": 0.5}
    return Candidate("blend_pattern", "pattern", parts=parts)


def quick() -> list[Candidate]:
    """Candidates that fit in a moment, and a blend of two of them."""
    parts = {"momentum": 0.5, "ridge_apart": 0.5}
    some = [CANDIDATES[name] for name in QUICK]
    return [*some, Candidate("blend", "price", parts=parts)]
