"""What a pair of versions could be expected to score: its own out-of-sample weeks."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.pattern_scores import log_loss
from core.evaluation.significance import BLOCKS, TAILS
from core.monitoring.scores import PRIOR, PROBA, ROWS
from core.monitoring.scoring import usual_loss
from models.blocks import block_order

LEAST_WEEKS = 52
"""Out-of-sample weeks below which the spread of a score is not known: four blocks of 13."""
DRAWS = 4000
PRICE_COLUMNS = ("forecast", "half_80")
PATTERN_COLUMNS = (*PROBA, *PRIOR, "call")


@dataclass(frozen=True)
class Band:
    """Where the mean of some weeks in a row lies in 95 of 100 cases.

    Attributes
    ----------
    mean, low, high : float
    """

    mean: float
    low: float
    high: float


def joined(price: pd.DataFrame, pattern: pd.DataFrame) -> pd.DataFrame:
    """The out-of-sample rows of a price and of a pattern version as those of one pair.

    Parameters
    ----------
    price, pattern : DataFrame
        From ``core.training.out_of_sample.read``; the same object where both are of one run.

    Returns
    -------
    DataFrame
        Weeks and stocks that both have, with the first's prices and outcomes.
    """
    if price is pattern:
        return price
    keys = ["symbol", "week"]
    told = pattern[[*keys, *PATTERN_COLUMNS]]
    return price.drop(columns=list(PATTERN_COLUMNS)).merge(told, on=keys)


def score(rows: pd.DataFrame, symbols: Collection[str] | None = None) -> pd.DataFrame:
    """Out-of-sample rows scored as stored forecasts are.

    Parameters
    ----------
    rows : DataFrame
        From `joined`.
    symbols : collection of str, optional
        Only these stocks: a mean of few spreads wider than one of many.

    Returns
    -------
    DataFrame
        ``core.monitoring.scores.ROWS``, by week and symbol.
    """
    rows = rows if symbols is None else rows[rows["symbol"].isin(symbols)]
    label, call = rows["label"].to_numpy(int), rows["call"].to_numpy(int)
    proba, prior = (rows[list(names)].to_numpy(float) for names in (PROBA, PRIOR))
    came, told = rows["ret"].to_numpy(float), rows["forecast"].to_numpy(float)
    half, called = rows["half_80"].to_numpy(float), call >= 0
    made = rows[["symbol", "week", "target_date", "forecast", "label", *PROBA]].assign(
        came=came,
        error=np.abs(np.expm1(told - came)),
        error_no_change=np.abs(np.expm1(-came)),
        inside=np.where(np.isfinite(half), np.abs(came - told) <= half, np.nan),
        reach=np.abs(came - told) / np.where(half > 0, half, np.nan),
        log_loss=log_loss(label, proba),
        usual_loss=usual_loss(label, prior),
        hit=np.where(called, call == label, np.nan),
        usual=np.where(called, prior[np.arange(len(rows)), call], np.nan),
    )
    return made.sort_values(["week", "symbol"], ignore_index=True)[list(ROWS)]


def band(values: np.ndarray, weeks: int, seed: int = 7) -> Band | None:
    """Expected mean of some weeks in a row, by a moving-block bootstrap of whole weeks.

    Parameters
    ----------
    values : ndarray of shape (n,)
        A score's weekly figures, in order; NaN where a week has none.
    weeks : int
    seed : int

    Returns
    -------
    Band or None
        None with fewer than ``LEAST_WEEKS`` figures.
    """
    known = values[np.isfinite(values)]
    if len(known) < LEAST_WEEKS:
        return None
    drawn = known[block_order(len(known), BLOCKS[0], weeks, DRAWS, seed)].mean(axis=1)
    low, high = np.quantile(drawn, TAILS)
    return Band(float(known.mean()), float(low), float(high))
