"""Worse than it should be, or a bad month: a sequential test of each score.

A one-sided CUSUM (Page 1954) of a score's weekly figures: how far each lies on the bad
side of what the version scored out-of-sample, in standard deviations of its weeks, less
an allowance, summed up, and never below 0. Four-week labels of neighbouring weeks share
three weeks and all stocks of a week share the market, so no formula knows how high such
a sum climbs by chance: its threshold comes from years drawn from the version's own
out-of-sample weeks in blocks of whole weeks, which keep both.

The mean and the spread are themselves known from few weeks only. Each drawn year is
therefore judged by those of another draw of the history, not by the true ones: else the
threshold would be right for an expectation that nobody has. And few weeks hold few
different blocks, whose years are too much alike: the threshold is never below that of
normal figures that overlap as four-week labels do, known from as many weeks.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.evaluation.significance import BLOCKS
from core.monitoring.expectation import DRAWS, LEAST_WEEKS
from core.monitoring.scores import TESTED, Score
from models.blocks import block_counts, block_order

YEAR = 52
"""Weeks for which the chance of a false alarm is stated."""
FALSE_ALARMS = 0.03
"""How often a healthy year may raise an alarm of any score; the scores share it (Bonferroni)."""
ALLOWANCE = 1.0
"""Standard deviations of a week that are let pass: half the shift to be found, as is usual. That
is two: with overlapping weeks no allowance finds a smaller one within twelve of them."""
OVERLAP = 4
"""Weeks of a label: neighbours share all but one."""
LEAST_SPREAD = 1e-9
"""A score that never varies, such as the error of a version that always says "no change"."""


@dataclass(frozen=True)
class Cusum:
    """What a score is held against.

    Attributes
    ----------
    worse : int
        1 where more is worse, -1 where less is.
    mean, spread : float
        Of the out-of-sample weeks.
    threshold : float
        The sum, in spreads, that a healthy year passes with the score's share of
        ``FALSE_ALARMS``.
    """

    worse: int
    mean: float
    spread: float
    threshold: float

    def step(self, level: float, value: float) -> float:
        """The sum after one more week; a week without a figure leaves it."""
        if not np.isfinite(value):
            return level
        return max(0.0, level + self.worse * (value - self.mean) / self.spread - ALLOWANCE)

    def levels(self, values: np.ndarray) -> np.ndarray:
        """The sum after each week, one week after the other, from 0; shape (n,)."""
        level, found = 0.0, np.zeros(len(values))
        for place, value in enumerate(values):
            found[place] = level = self.step(level, float(value))
        return found


@dataclass(frozen=True)
class Verdict:
    """How a score stands after its last week.

    Attributes
    ----------
    alarmed : int or None
        Place of the week that raised the alarm which still stands.
    began : int or None
        Place of the week from which the sum has been above 0 since: about when it began.
    earlier : bool
        Whether there was an alarm that does not stand any more.
    """

    alarmed: int | None
    began: int | None
    earlier: bool


def calibrate(score: Score, history: np.ndarray, seed: int = 7) -> Cusum | None:
    """Calibrate the test of a score on a version's own out-of-sample weeks.

    Parameters
    ----------
    score : Score
    history : ndarray of shape (n,)
        The weekly figures it tests, in order; NaN where a week has none.
    seed : int

    Returns
    -------
    Cusum or None
        None with fewer than ``LEAST_WEEKS`` figures, or where they never vary.
    """
    known = history[np.isfinite(history)]
    if len(known) < LEAST_WEEKS or known.std() < LEAST_SPREAD:
        return None
    threshold = _threshold(score.worse, tuple(known.tolist()), seed)
    return Cusum(score.worse, float(known.mean()), float(known.std()), threshold)


def judge(test: Cusum, values: np.ndarray) -> Verdict:
    """Feed the weeks one by one.

    Parameters
    ----------
    test : Cusum
    values : ndarray of shape (n,)
        Weekly figures of the live weeks, in order.
    """
    levels = test.levels(values)
    above = levels > test.threshold
    if not len(above) or not above[-1]:
        return Verdict(None, None, bool(above.any()))
    quiet = np.flatnonzero(~above)
    alarmed = int(quiet[-1]) + 1 if len(quiet) else 0
    rest = np.flatnonzero(levels[:alarmed] == 0)
    began = int(rest[-1]) + 1 if len(rest) else 0
    return Verdict(alarmed, began, bool(above[:alarmed].any()))


@lru_cache(maxsize=64)
def _threshold(worse: int, history: tuple[float, ...], seed: int) -> float:
    values = worse * np.array(history)
    n = len(values)
    counts = block_counts(n, BLOCKS[0], DRAWS, seed + 1)
    mean = counts @ values / n
    spread = np.sqrt(np.maximum(counts @ values**2 / n - mean**2, LEAST_SPREAD**2))
    years = values[block_order(n, BLOCKS[0], YEAR, DRAWS, seed)]
    return max(_passed_by_few(years, mean, spread), _least_threshold(n))


@lru_cache(maxsize=64)
def _least_threshold(weeks: int, draws: int = DRAWS, seed: int = 7) -> float:
    """That of sums of ``OVERLAP`` independent normal weeks whose past is known for some weeks."""
    random = np.random.default_rng(seed)
    steps = random.normal(size=(draws, weeks + YEAR + 2 * (OVERLAP - 1))).cumsum(axis=1)
    sums = steps[:, OVERLAP:] - steps[:, :-OVERLAP]
    past, years = sums[:, :weeks], sums[:, -YEAR:]
    return _passed_by_few(years, past.mean(axis=1), past.std(axis=1))


def _passed_by_few(years: np.ndarray, mean: np.ndarray, spread: np.ndarray) -> float:
    """The height that the sums of few of the years, shape (draws, YEAR), ever pass."""
    steps = (years - mean[:, None]) / spread[:, None] - ALLOWANCE
    level, highest = np.zeros(len(years)), np.zeros(len(years))
    for step in steps.T:
        level = np.maximum(0.0, level + step)
        highest = np.maximum(highest, level)
    return float(np.quantile(highest, 1 - FALSE_ALARMS / len(TESTED)))
