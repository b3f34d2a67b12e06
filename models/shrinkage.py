"""How much of a return forecast to believe: a pooled factor between 0 and 1 for each of two parts.

A forecast is its week's mean, one bet on the market, and what sets a stock
apart, a hundred smaller ones. The two are differently sure: one factor for
their sum would follow the market's noise and throw away the other.
"""

from dataclasses import dataclass

import numpy as np

from models.blocks import block_counts, weekly_sums

LEAST_WEEKS = 104
"""Fewer out-of-fold weeks than two years prove nothing: the factor is 0."""
LEAST_MARKET_WEEKS = 520
"""The market's part needs ten years: its month is one event whatever the number of stocks, and
two years hold eight quarters, of which a bootstrap bound means little. A bull market of three
years once "proved" a constant drift in the week before it ended."""
CAUTION = 0.10
"""Share of bootstrap draws below the factor: the lower end of an 80 % interval."""


@dataclass(frozen=True)
class Shrinkage:
    """The two factors of a version.

    Attributes
    ----------
    market, apart : float
        Shares kept, in [0, 1], of a week's mean forecast and of the rest.
    """

    market: float
    apart: float

    def apply(
        self, forecast: np.ndarray, week: np.ndarray, among: np.ndarray | None = None
    ) -> np.ndarray:
        """Shrunken log returns, shape (n,); a week's stocks must come together.

        ``among`` (n,) says which rows make the week's mean; default all.
        """
        mean = weekly_mean(forecast, week, among)
        return self.market * mean + self.apart * (forecast - mean)


def fit_shrinkage(forecast: np.ndarray, actual: np.ndarray, week: np.ndarray) -> Shrinkage:
    """Both factors from matured out-of-fold rows; arguments as in `pooled_shrinkage`."""
    mean = weekly_mean(forecast, week)
    return Shrinkage(
        pooled_shrinkage(mean, actual, week, least_weeks=LEAST_MARKET_WEEKS),
        pooled_shrinkage(forecast - mean, actual, week),
    )


def weekly_mean(
    values: np.ndarray, week: np.ndarray, among: np.ndarray | None = None
) -> np.ndarray:
    """The mean of each row's week, shape (n,).

    Of the rows that are ``among``, default all; of all in a week where none is.
    """
    _, at, count = np.unique(week, return_inverse=True, return_counts=True)
    mean = np.bincount(at, weights=values, minlength=len(count)) / count
    if among is not None:
        some = np.bincount(at, weights=among.astype(float), minlength=len(count))
        total = np.bincount(at, weights=np.where(among, values, 0.0), minlength=len(count))
        mean = np.where(some > 0, total / np.maximum(some, 1), mean)
    return mean[at]


def pooled_shrinkage(
    forecast: np.ndarray,
    actual: np.ndarray,
    week: np.ndarray,
    *,
    block: int = 13,
    least_weeks: int = LEAST_WEEKS,
) -> float:
    """The factor to multiply every forecast of a part with.

    The slope of what came on what was forecast (Mincer and Zarnowitz 1969,
    through the origin) says how much of a forecast comes true. Its lower
    moving-block bootstrap bound is used instead of itself, so that what is
    shown is not materially worse than "no change" when the slope was luck.

    Parameters
    ----------
    forecast, actual : ndarray of shape (n,)
        Log returns of matured out-of-fold rows.
    week : ndarray of shape (n,)
        As-of week of each row; weeks are drawn whole.
    block : int
        Weeks in a block.
    least_weeks : int
        Fewer distinct weeks than this give 0.

    Returns
    -------
    float
        In [0, 1].
    """
    forecast, actual = np.asarray(forecast, dtype=float), np.asarray(actual, dtype=float)
    weeks, sums = weekly_sums(week, np.column_stack([forecast * actual, forecast**2]))
    if len(weeks) < least_weeks:
        return 0.0
    drawn = block_counts(len(weeks), block) @ sums
    if not (drawn[:, 1] > 0).all():
        return 0.0
    return float(np.clip(np.quantile(drawn[:, 0] / drawn[:, 1], CAUTION), 0.0, 1.0))
