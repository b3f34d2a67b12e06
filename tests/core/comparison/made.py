"""Out-of-sample rows made up, and versions without a store."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from core.registry import PATTERN, Version
from core.training import out_of_sample

WEEKS, STOCKS = 60, 6


def rows(seed: int, *, weeks: int = WEEKS, stocks: int = STOCKS, first: str = "2022-10-07"):
    """One version's rows; what came is the same for every seed, what was forecast is not."""
    fridays = pd.date_range(first, periods=weeks, freq="7D")
    frame = pd.DataFrame(
        {
            "symbol": np.repeat([f"S{i}" for i in range(stocks)], weeks),
            "week": np.tile(fridays, stocks),
        }
    )
    n = len(frame)
    came = np.random.default_rng(99)
    frame["target_date"] = frame["week"] + pd.Timedelta(days=28)
    frame["close"] = came.uniform(10, 200, n)
    frame["ret"] = came.normal(0, 0.06, n)
    frame["label"] = np.where(frame["ret"] > 0.01, 2, np.where(frame["ret"] < -0.01, 0, 1))
    own = np.random.default_rng(seed)
    proba = own.dirichlet([5, 3, 5], n)
    return out_of_sample.table(
        frame,
        forecast=0.1 * frame["ret"].to_numpy() + own.normal(0, 0.01, n),
        half=np.column_stack([np.full(n, 0.08), np.full(n, 0.12)]),
        move=np.full(n, 0.06),
        proba=proba,
        prior=np.array([0.42, 0.16, 0.42]),
        call=np.where(proba.max(axis=1) > 0.5, proba.argmax(axis=1), -1),
    )


def version(number: int, *, model: str = PATTERN, stage: str = "", **changes) -> Version:
    """A version that says of itself what training records."""
    traits = {"market": "VN", "horizon_weeks": "4", "band": "0.01", "last_week": "2024-05-31"}
    params = changes.pop("params", {})
    metrics = changes.pop("metrics", {})
    tags = {name: value for name, value in (traits | changes).items() if value is not None}
    return Version(
        model=model,
        version=number,
        stage=stage,
        created=datetime(2024, 6, number, tzinfo=UTC),
        run_id=f"run{number}",
        tags=tags,
        metrics=metrics,
        params=params,
    )
