"""Where a stock's indicators stand: against their own earlier weeks, and against other stocks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.indicators.catalogue import NAMES
from core.indicators.windows import Floats

LEAST_WEEKS = 52
"""Earlier weeks without which a percentile of the own history says nothing."""
LEAST_PEERS = 20
"""With fewer other stocks a rank is shown instead of a percentile."""


@dataclass(frozen=True)
class Standing:
    """One indicator's last value among others.

    Attributes
    ----------
    value : float
        NaN where it is missing.
    own : float
        Share of the stock's own earlier weeks that lie below it, equal ones counted half;
        NaN with fewer than 52 of them.
    weeks : int
        How many earlier weeks have a value.
    peers : float
        The same among the other stocks' values of this week; NaN without any.
    others : int
        How many other stocks have a value.
    rank : int
        1 is the highest; 0 where the value is missing.
    """

    value: float
    own: float
    weeks: int
    peers: float
    others: int
    rank: int


def standings(weekly: pd.DataFrame, others: pd.DataFrame) -> dict[str, Standing]:
    """How the last week's indicators stand.

    Parameters
    ----------
    weekly : DataFrame indexed by week
        Of one stock, with the 20 indicators, as ``IndicatorStore.weekly`` gives it. Only
        weeks before the last are its history, so nothing later can change a standing.
    others : DataFrame
        The 20 indicators of the other stocks in the same week, one row a stock.

    Returns
    -------
    dict of str to Standing
        By name, in the catalogue's order.
    """
    values = weekly[list(NAMES)].to_numpy(float)
    beside = others.reindex(columns=list(NAMES)).to_numpy(float)
    found = {}
    for place, name in enumerate(NAMES):
        value = float(values[-1, place]) if len(values) else np.nan
        earlier, there = _known(values[:-1, place]), _known(beside[:, place])
        missing = np.isnan(value)
        found[name] = Standing(
            value=value,
            own=share_below(earlier, value) if len(earlier) >= LEAST_WEEKS else np.nan,
            weeks=len(earlier),
            peers=share_below(there, value),
            others=len(there),
            rank=0 if missing else 1 + int((there > value).sum()),
        )
    return found


def share_below(values: Floats, value: float) -> float:
    """Share of values below one, equal ones counted half; NaN where there is nothing to compare."""
    if not len(values) or np.isnan(value):
        return np.nan
    return float(((values < value).sum() + 0.5 * (values == value).sum()) / len(values))


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)]
