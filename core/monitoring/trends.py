"""How complete and how sound a market's prices were week by week, and how old production was."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from core import registry, trail
from core.errors import UserError
from core.indicators.store import IndicatorStore
from core.indicators.table import Indicators
from core.market.calendar import week_of
from core.market.quality.record import findings
from core.market.schema import find_market
from core.market.store import BarStore

WEEKS = 104
LATE = np.timedelta64(7, "D")
"""A stock whose last bar is more than this before a week's Friday is late, counted in weeks."""


@dataclass(frozen=True)
class Trends:
    """By week, the oldest first; empty without a complete week.

    Attributes
    ----------
    data : DataFrame indexed by week
        ``stocks`` that had begun by then, ``traded`` (share of them with a bar in the week),
        ``late`` (how many had none in this week nor in the one before).
    findings : DataFrame indexed by week
        A column for each rule that found something: how many findings begin in the week,
        the rule with the most first.
    age : Series indexed by week
        Weeks since the last one that the older of the versions then in production had learned
        from; NaN where none was, or it cannot be told any more.
    """

    data: pd.DataFrame
    findings: pd.DataFrame
    age: pd.Series


def trends(data_dir: Path, market: str, weeks: int = WEEKS) -> Trends:
    """The last weeks of a market.

    Parameters
    ----------
    data_dir : Path
    market : str
    weeks : int
        At most ``core.indicators.store.LATE_WEEKS``.

    Raises
    ------
    UserError
        If the market is unknown or its bars are damaged.
    """
    market = find_market(market).code
    store = BarStore(data_dir)
    made, grid = IndicatorStore(store).lately(market)
    grid = grid[-weeks:]
    if not len(made.week):
        grid = grid[:0]
    return Trends(
        _data(made, store.symbols(market)["first"], grid),
        _findings(findings(store, market), grid),
        _age(trail.entries(data_dir), market, grid),
    )


def _data(made: Indicators, began: pd.Series, grid: pd.DatetimeIndex) -> pd.DataFrame:
    fridays = grid.to_numpy("datetime64[ns]")
    first = np.sort(week_of(began).to_numpy("datetime64[ns]"))
    stocks = np.searchsorted(first, fridays, side="right")
    there = made.column("sessions") > 0
    traded, lately = np.zeros((2, len(grid)), int)
    for start, stop in pairwise(made.first):
        own = made.week[start:stop][there[start:stop]]
        if len(own):
            last = np.searchsorted(own, fridays, side="right") - 1
            ago = fridays - own[np.maximum(last, 0)]
            traded += (last >= 0) & (ago == np.timedelta64(0))
            lately += (last >= 0) & (ago <= LATE)
    return pd.DataFrame(
        {"stocks": stocks, "traded": traded / np.maximum(stocks, 1), "late": stocks - lately},
        index=grid,
    )


def _findings(found: pd.DataFrame, grid: pd.DatetimeIndex) -> pd.DataFrame:
    dated = found[found["first"].notna()]
    made = pd.crosstab(week_of(dated["first"]), dated["rule"].to_numpy())
    made = made.reindex(grid, fill_value=0).rename_axis(columns=None)
    made = made.loc[:, made.sum() > 0]
    return made[made.sum().sort_values(ascending=False, kind="stable").index]


def _age(rows: list[trail.Entry], market: str, grid: pd.DatetimeIndex) -> pd.Series:
    age = pd.Series(np.nan, grid, dtype=float)
    steps = [row for row in rows if row.action in trail.PRODUCTION]
    held: dict[str, int | None] = {}
    at = 0
    for friday in grid:
        end = datetime.combine(friday.date(), time.max, UTC)
        while at < len(steps) and datetime.fromisoformat(steps[at].at) <= end:
            held[steps[at].model] = steps[at].became
            at += 1
        learned = [_learned(model, version, market) for model, version in held.items() if version]
        known = [day for day in learned if day is not None]
        if known:
            age[friday] = max(0, (friday - min(known)).days // 7)
    return age


def _learned(model: str, version: int, market: str) -> pd.Timestamp | None:
    """The last week a version of the market had learned from; None where that is not known."""
    try:
        found = registry.get(model, version)
    except UserError:  # deleted since
        return None
    last = found.tags.get("last_week")
    return pd.Timestamp(last) if found.market == market and last else None
