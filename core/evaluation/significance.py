"""How sure a score is: block bootstrap over whole weeks, Diebold-Mariano, effective weeks.

statsmodels and arch have the parts, but a bootstrap of theirs calls a function
once a draw, and a HAC variance of one mean is the four lines below; neither is
worth two dependencies and their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from models.blocks import block_counts, weekly_sums

BLOCKS = (13, 8, 26)
"""Weeks in a block; the first gives the interval shown, the others stand beside it."""
TAILS = (0.025, 0.975)
LEAST_LAG = 3
"""Four-week labels of neighbouring weeks share three weeks."""


@dataclass(frozen=True)
class Estimate:
    """A score and its 95 % intervals.

    Attributes
    ----------
    value : float
    intervals : dict of (float, float)
        By block length in weeks.
    """

    value: float
    intervals: dict[int, tuple[float, float]]

    @property
    def low(self) -> float:
        """Lower end for blocks of 13 weeks."""
        return self.intervals[BLOCKS[0]][0]

    @property
    def high(self) -> float:
        """Upper end for blocks of 13 weeks."""
        return self.intervals[BLOCKS[0]][1]


def estimate(
    week: np.ndarray, columns: np.ndarray, score: Callable[[np.ndarray], np.ndarray]
) -> Estimate:
    """A score that is a function of sums over weeks, with bootstrap intervals.

    Parameters
    ----------
    week : ndarray of shape (n,)
    columns : ndarray of shape (n, k)
        What is summed over rows.
    score : callable
        From sums of shape (..., k) to scores of shape (...).
    """
    weeks, sums = weekly_sums(week, columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(score(sums.sum(axis=0)))
        intervals = {}
        for block in BLOCKS:
            drawn = score(block_counts(len(weeks), block) @ sums)
            known = drawn[np.isfinite(drawn)]
            low, high = np.quantile(known, TAILS) if len(known) else (np.nan, np.nan)
            intervals[block] = (float(low), float(high))
    return Estimate(value, intervals)


class Measure(NamedTuple):
    """A score before it is taken: what is summed over rows, and the score of the sums.

    Attributes
    ----------
    week : ndarray of shape (n,)
    columns : ndarray of shape (n, k)
    score : callable
        From sums of shape (..., k) to scores of shape (...).
    """

    week: np.ndarray
    columns: np.ndarray
    score: Callable[[np.ndarray], np.ndarray]

    @property
    def value(self) -> float:
        """The score of all rows."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(self.score(self.columns.sum(axis=0)))


def difference(one: Measure, other: Measure) -> Estimate:
    """The first score less the second, both of the same draws of weeks (paired bootstrap).

    A week that only one of them counts, such as one without ranks, adds nothing to the other.
    """
    parts = [weekly_sums(measure.week, measure.columns) for measure in (one, other)]
    weeks = np.union1d(parts[0][0], parts[1][0])
    sums = []
    for own, found in parts:
        filled = np.zeros((len(weeks), found.shape[1]))
        filled[np.searchsorted(weeks, own)] = found
        sums.append(filled)
    width = sums[0].shape[1]
    return estimate(
        weeks, np.hstack(sums), lambda s: one.score(s[..., :width]) - other.score(s[..., width:])
    )


@dataclass(frozen=True)
class DieboldMariano:
    """Whether two forecasts differ in mean loss.

    Attributes
    ----------
    difference : float
        Mean over weeks of the baseline's loss less the candidate's; above 0 the candidate is
        better.
    statistic, p_value : float
        Two-sided, Student's t.
    effective_weeks : float
        Independent weeks that would be as sure: weeks x variance / long-run variance.
    weeks : int
    """

    difference: float
    statistic: float
    p_value: float
    effective_weeks: float
    weeks: int


def diebold_mariano(week: np.ndarray, loss: np.ndarray, baseline: np.ndarray) -> DieboldMariano:
    """Test of Diebold and Mariano (1995) on weekly mean loss differences.

    Bartlett weights (Newey and West 1987) up to a lag of at least 3, the
    small-sample factor of Harvey, Leybourne and Newbold (1997).

    Parameters
    ----------
    week : ndarray of shape (n,)
    loss, baseline : ndarray of shape (n,)
        Loss of the candidate and of the baseline on the same rows.
    """
    _, sums = weekly_sums(week, np.column_stack([baseline - loss, np.ones(len(week))]))
    d = sums[:, 0] / sums[:, 1]
    n, mean = len(d), float(d.mean())
    lag = min(n - 1, max(LEAST_LAG, int(4 * (n / 100) ** (2 / 9))))
    apart = d - mean
    autocovariance = [float(apart[k:] @ apart[: n - k]) / n for k in range(lag + 1)]
    weights = 1 - np.arange(1, lag + 1) / (lag + 1)
    long_run = autocovariance[0] + 2 * float(weights @ autocovariance[1:])
    if long_run <= 0:
        return DieboldMariano(mean, 0.0, 1.0, float(n), n)
    ahead = lag + 1
    small = max((n + 1 - 2 * ahead + ahead * (ahead - 1) / n) / n, 0.0)
    statistic = float(np.sqrt(small) * mean / np.sqrt(long_run / n))
    # Here, not above: pages read estimates, and scipy.stats takes 40 MB and most of a second.
    from scipy.stats import t as student

    p_value = float(2 * student.sf(abs(statistic), max(n - 1, 1)))
    return DieboldMariano(
        mean, statistic, p_value, float(min(n, n * autocovariance[0] / long_run)), n
    )
