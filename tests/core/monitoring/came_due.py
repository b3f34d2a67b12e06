"""Stored forecasts of the trained world that have come due."""

from pathlib import Path

import pandas as pd

from core import forecasts, registry
from core.training import out_of_sample
from models.baselines import CLASSES
from models.calls import NO_CLEAR_DIRECTION

PAIR = (1, 1)


def store_live(data_dir: Path, weeks: int, *, half: float = 1.0) -> pd.DataFrame:
    """Store the last out-of-sample weeks of the versions in production as if forecast in time.

    Parameters
    ----------
    data_dir : Path
        A copy of the trained world, which the settings point at.
    weeks : int
    half : float
        Width of the intervals, as a multiple of what it was.

    Returns
    -------
    DataFrame
        The rows that were stored.
    """
    rows = out_of_sample.read(registry.get(registry.PRICE, PAIR[0]))
    rows = rows[rows["week"].isin(rows["week"].unique()[-weeks:])]
    names = [*CLASSES, NO_CLEAR_DIRECTION]
    forecasts.save(data_dir, [_record(row, names[row.call], half) for row in rows.itertuples()])
    return rows


def _record(row, call: str, half: float) -> dict:
    as_of = f"{row.week:%Y-%m-%d}"
    priors = {name: getattr(row, name) for name in forecasts.PRIORS}
    return {
        "created": f"{as_of}T20:00:00+00:00",
        "market": "VN",
        "symbol": row.symbol,
        "as_of": as_of,
        "target_date": f"{row.target_date:%Y-%m-%d}",
        "horizon_weeks": 4,
        "band": 0.01,
        "close": row.close,
        "ret": row.forecast,
        "ret_low": row.forecast - half * row.half_80,
        "ret_high": row.forecast + half * row.half_80,
        "p_down": row.p_down,
        "p_sideways": row.p_sideways,
        "p_up": row.p_up,
        **priors,
        "call": call,
        "missing": 0,
        "in_sample": 0,
        "fingerprint": f"live{as_of}",
        "source": "made up",
        "price_version": PAIR[0],
        "pattern_version": PAIR[1],
    }
