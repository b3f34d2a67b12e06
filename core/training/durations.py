"""About how long a training will take: from those that have run here, else from experience."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pandas as pd

from core.jobs.store import JobStore
from core.training.presets import OLD_NAMES
from core.training.recipe import Recipe

USUAL = {
    "quick": (12.0, 0.14),
    "standard": (12.0, 0.60),
    "specification": (11.0, 0.60),
    "thorough": (35.0, 11.5),
}
"""Seconds to start with, and for every thousand stock-weeks; on two cores."""
SPREAD = (0.6, 2.0)
"""Machines differ: a first run takes between so many times the usual."""
LIKE = 3.0
"""A past run is of about the same size up to so many times as many stock-weeks."""


@dataclass(frozen=True)
class Expected:
    """How long a training is likely to take.

    Attributes
    ----------
    low, high : float
        Seconds; equal where past runs say.
    runs : int
        How many past runs say so; 0 is an estimate.
    """

    low: float
    high: float
    runs: int


def stock_weeks(stocks: pd.DataFrame, params: dict) -> int:
    """Weeks of prices that a recipe covers, added up over its stocks.

    Parameters
    ----------
    stocks : DataFrame
        Rows of `BarStore.symbols` of the recipe's market.
    params : dict
        A ``Recipe`` as it is recorded.
    """
    if params["symbols"] is not None:
        stocks = stocks[stocks["symbol"].isin(params["symbols"])]
    first, last = stocks["first"], stocks["last"]
    if params.get("start"):
        first = first.clip(lower=pd.Timestamp(params["start"]))
    if params.get("end"):
        last = last.clip(upper=pd.Timestamp(params["end"]))
    return int(((last - first).dt.days.clip(lower=0) / 7).sum())


def expected_time(data_dir: Path, recipe: Recipe, stocks: pd.DataFrame) -> Expected:
    """Time a training of this recipe is likely to take.

    The median over the ended trainings of the same preset, of about the same
    size where there are any, each scaled to the recipe's stock-weeks.

    Parameters
    ----------
    data_dir : Path
    recipe : Recipe
    stocks : DataFrame
        Rows of `BarStore.symbols` of the recipe's market.
    """
    size = max(stock_weeks(stocks, recipe.model_dump(mode="json")), 1)
    usual = _usual(recipe.preset, size)
    past = []
    for job in JobStore(data_dir).all(kind="train", limit=200):
        named = OLD_NAMES.get(job.params["preset"], job.params["preset"])
        if job.state != "done" or named != recipe.preset or not job.seconds:
            continue
        if job.params["market"] != recipe.market and job.params["symbols"] is None:
            continue  # how many stocks "all" of another market were is not known here
        its = job.result.get("stock_weeks") or stock_weeks(stocks, job.params)
        if its:
            past.append((its, job.seconds))
    like = [run for run in past if max(run[0] / size, size / run[0]) <= LIKE] or past
    if not like:
        return Expected(usual * SPREAD[0], usual * SPREAD[1], 0)
    said = median(seconds / _usual(recipe.preset, its) for its, seconds in like) * usual
    return Expected(said, said, len(like))


def _usual(preset: str, size: int) -> float:
    begin, each = USUAL[preset]
    return begin + each * size / 1000
