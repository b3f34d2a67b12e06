"""The part of a return that sets a stock apart from its market."""

import numpy as np

from models.shrinkage import weekly_mean

CLIP = 2.5
"""Expected moves beyond which a return is taken for an outlier."""


def demeaned(y: np.ndarray, week: np.ndarray) -> np.ndarray:
    """Each value less the mean of its week, shape (n,)."""
    return y - weekly_mean(y, week)


def cross_section_target(y: np.ndarray, week: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Robust target of the cross-section: demeaned, clipped, demeaned again.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Log returns to the target date.
    week : ndarray of shape (n,)
    scale : ndarray of shape (n,)
        Expected move of each stock; returns are clipped at 2.5 of it, so that
        a few wild stocks do not set the slope.
    """
    apart = demeaned(np.asarray(y, dtype=float), week)
    return demeaned(np.clip(apart, -CLIP * scale, CLIP * scale), week)


class FactorReturnModel:
    """Cross-sectional return as a slope on one or few factors (Fama and MacBeth 1973, pooled).

    Parameters
    ----------
    penalty : float
        Ridge penalty in rows of a factor with spread 1: so many rows are worth
        as much as the prior belief that the slope is zero.

    Attributes
    ----------
    spread_, slope_ : ndarray of shape (k,)
    """

    def __init__(self, penalty: float = 10_000.0):
        self.penalty = penalty

    def fit(
        self, F: np.ndarray, target: np.ndarray, sample_weight: np.ndarray
    ) -> "FactorReturnModel":
        """Fit the slopes, without an intercept: a week's mean return is not theirs.

        Parameters
        ----------
        F : ndarray of shape (n, k)
            Factors, each about zero within a week.
        target : ndarray of shape (n,)
            From `cross_section_target`.
        sample_weight : ndarray of shape (n,)
            One over the expected move, so that calm stocks count in full.
        """
        F = np.asarray(F, dtype=float)
        spread = F.std(axis=0)
        self.spread_ = np.where(spread > 0, spread, 1.0)
        A = F / self.spread_
        weight = np.asarray(sample_weight, dtype=float) / np.mean(sample_weight)
        gram = A.T @ (A * weight[:, None]) + self.penalty * np.eye(F.shape[1])
        self.slope_ = np.linalg.solve(gram, A.T @ (weight * target))
        return self

    def predict(self, F: np.ndarray) -> np.ndarray:
        """Log return apart from the market's, shape (n,)."""
        return (np.asarray(F, dtype=float) / self.spread_) @ self.slope_
