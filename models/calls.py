"""When to say UP or DOWN, and when to say that there is no clear direction."""

from dataclasses import dataclass

import numpy as np

from models.baselines import CLASSES
from models.blocks import block_counts, weekly_sums

NO_CLEAR_DIRECTION = "no clear direction"
WITHHELD = -1
DOWN, UP = CLASSES.index("DOWN"), CLASSES.index("UP")
MARGINS = tuple(round(0.01 * step, 2) for step in range(1, 13))
CAUTION = 0.10
LEAST_WEEKS = 52


@dataclass(frozen=True)
class CallRule:
    """A direction is called only well above its usual share, and never against the median.

    Attributes
    ----------
    margin : float or None
        How far P(UP) or P(DOWN) must lie above its prior; None withholds every call.
    prior : tuple of float
        Class shares of the training weeks.
    """

    margin: float | None
    prior: tuple[float, ...]

    def apply(self, proba: np.ndarray, ret: np.ndarray) -> np.ndarray:
        """Class called for each row, shape (n,): 0 DOWN, 2 UP, -1 withheld.

        Parameters
        ----------
        proba : ndarray of shape (n, 3)
            Calibrated probabilities.
        ret : ndarray of shape (n,)
            Median forecast log return; a call needs it on its own side of zero.
        """
        if self.margin is None:
            return np.full(len(proba), WITHHELD)
        lift = np.asarray(proba, dtype=float) - np.asarray(self.prior)
        up = (lift[:, UP] > self.margin) & (lift[:, UP] > lift[:, DOWN]) & (ret > 0)
        down = (lift[:, DOWN] > self.margin) & (lift[:, DOWN] > lift[:, UP]) & (ret < 0)
        return np.where(up, UP, np.where(down, DOWN, WITHHELD))


def fit_call_rule(
    proba: np.ndarray, ret: np.ndarray, label: np.ndarray, week: np.ndarray, prior: np.ndarray
) -> CallRule:
    """The smallest margin whose calls were right more often than their class is usually.

    "More often" means the lower moving-block bootstrap bound over whole weeks
    of hit rate less the called class's prior lies above zero.

    Parameters
    ----------
    proba : ndarray of shape (n, 3)
        Calibrated out-of-fold probabilities with matured labels.
    ret : ndarray of shape (n,)
        Median forecast log return of the same rows.
    label, week : ndarray of shape (n,)
    prior : ndarray of shape (3,)
    """
    prior = tuple(float(p) for p in prior)
    if len(np.unique(week)) < LEAST_WEEKS:
        return CallRule(None, prior)
    usual = np.append(prior, 0.0)  # so that -1 reads a zero
    for margin in MARGINS:
        call = CallRule(margin, prior).apply(proba, ret)
        given = call != WITHHELD
        gain = np.where(given, (call == label) - usual[call], 0.0)
        weeks, sums = weekly_sums(week, np.column_stack([gain, given]))
        drawn = block_counts(len(weeks), 13) @ sums
        if (drawn[:, 1] > 0).mean() < 0.99:
            break
        rate = drawn[:, 0] / np.maximum(drawn[:, 1], 1)
        if np.quantile(rate, CAUTION) > 0:
            return CallRule(margin, prior)
    return CallRule(None, prior)
