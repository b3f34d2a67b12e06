"""Out-of-sample rows of a made-up version, and the same weeks as live forecasts."""

import numpy as np
import pandas as pd

from core.training.out_of_sample import COLUMNS

PRIOR = (0.4, 0.2, 0.4)
STOCKS = tuple(f"S{i:02d}" for i in range(12))
FIRST = pd.Timestamp("2020-01-03")


def out_of_sample(weeks: int = 120, seed: int = 1, skill: float = 0.6) -> pd.DataFrame:
    """Rows as a training run keeps them: forecasts that know a share of what comes.

    Outcomes are sums of four weeks, so that neighbouring weeks share three; a part of each
    is the market's.
    """
    random = np.random.default_rng(seed)
    n = len(STOCKS)
    known = random.normal(0, 0.02, (weeks + 3, n))
    noise = random.normal(0, 0.02, (weeks + 3, n)) + random.normal(0, 0.01, (weeks + 3, 1))
    four = [sum(part[i : i + weeks] for i in range(4)) for part in (known, noise)]
    ret = skill * four[0] + four[1]
    forecast = skill * four[0] * 0.8
    lean = 2.5 * np.tanh(forecast / 0.04)
    up, down = (PRIOR[0] * np.exp(sign * lean) for sign in (0.5, -0.5))
    total = up + down + PRIOR[1]
    week = np.repeat(FIRST + pd.to_timedelta(7 * np.arange(weeks), unit="D"), n)
    move = np.round(np.expm1(ret), 9).ravel()
    rows = pd.DataFrame(
        {
            "symbol": np.tile(STOCKS, weeks),
            "week": week,
            "target_date": week + pd.Timedelta(days=28),
            "close": 20.0,
            "ret": ret.ravel(),
            "label": np.where(move > 0.01, 2, np.where(move < -0.01, 0, 1)),
            "forecast": forecast.ravel(),
            "half_80": 0.062,
            "half_95": 0.1,
            "move": 0.03,
            "p_down": (down / total).ravel(),
            "p_sideways": (PRIOR[1] / total).ravel(),
            "p_up": (up / total).ravel(),
            **dict(zip(("prior_down", "prior_sideways", "prior_up"), PRIOR, strict=True)),
            "call": np.where(forecast.ravel() > 0, 2, 0),
        }
    )
    return rows[list(COLUMNS)]


def flipped(rows: pd.DataFrame) -> pd.DataFrame:
    """The same with every forecast turned round."""
    call = rows["call"].map({0: 2, 2: 0, 1: 1, -1: -1})
    swapped = {"p_down": rows["p_up"], "p_up": rows["p_down"], "call": call}
    return rows.assign(forecast=-rows["forecast"], **swapped)


def doubled(rows: pd.DataFrame, band: float = 0.01) -> pd.DataFrame:
    """The same with every log return that came twice as large."""
    ret = 2 * rows["ret"]
    move = np.round(np.expm1(ret), 9)
    label = np.where(move > band, 2, np.where(move < -band, 0, 1))
    return rows.assign(ret=ret, label=label)
