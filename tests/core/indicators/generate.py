"""Daily bars for tests: random walks with gaps, silence and stillness."""

import numpy as np
import pandas as pd

from core.market.calendar import week_of


def walk(
    sessions: int = 700,
    seed: int = 0,
    *,
    missing: float = 0.0,
    silent: float = 0.0,
    still: float = 0.0,
    halt: tuple[int, int] | None = None,
    start: str = "2015-01-05",
) -> pd.DataFrame:
    """A random walk on business days.

    ``missing`` is the share of sessions left out, ``silent`` that of sessions
    without volume, ``still`` that of sessions without a price change, ``halt``
    a range of sessions without any bar. Half the days carry a traded value.
    """
    random = np.random.default_rng(seed)
    moves = random.normal(0.0004, 0.02, sessions)
    moves[random.random(sessions) < still] = 0.0
    close = 20 * np.exp(np.cumsum(moves))
    opened = close * np.exp(random.normal(0, 0.005, sessions))
    volume = np.floor(np.exp(random.normal(11, 1, sessions)))
    volume[random.random(sessions) < silent] = 0.0
    bars = pd.DataFrame(
        {
            "date": pd.bdate_range(start, periods=sessions).as_unit("ns"),
            "open": opened,
            "high": np.maximum(opened, close) * np.exp(np.abs(random.normal(0, 0.004, sessions))),
            "low": np.minimum(opened, close) * np.exp(-np.abs(random.normal(0, 0.004, sessions))),
            "close": close,
            "volume": volume,
            "value": np.where(random.random(sessions) < 0.5, close * volume * 1.01, np.nan),
            "raw_close": np.round(close, 2),
        }
    )
    keep = random.random(sessions) >= missing
    if halt:
        keep[slice(*halt)] = False
    return bars[keep].reset_index(drop=True)


def market_weeks_of(*frames: pd.DataFrame) -> pd.DatetimeIndex:
    """The weeks in which any of the frames has a session."""
    dates = pd.DatetimeIndex(np.concatenate([frame["date"].to_numpy() for frame in frames]))
    return week_of(dates).unique().sort_values()
