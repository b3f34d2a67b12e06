"""Calibration in the two parts that three classes have: does it move, and which way.

How much a stock moves can be forecast, which way hardly. One temperature for
both lets a bold guess of the direction spoil a good one of the size, so each
part is calibrated for itself; the direction again in two, the market's and the
stock's own, because a whole market's month is one event, however many stocks
share it.
"""

from dataclasses import dataclass

import numpy as np

from models.baselines import CLASSES
from models.blocks import block_counts, weekly_sums
from models.calibration import TINY, Calibration, fit_calibration
from models.shrinkage import CAUTION, LEAST_MARKET_WEEKS, LEAST_WEEKS, weekly_mean

DOWN, SIDEWAYS, UP = (CLASSES.index(name) for name in ("DOWN", "SIDEWAYS", "UP"))


@dataclass(frozen=True)
class TwoPartCalibration:
    """Temperature and shrinkage for SIDEWAYS or not, shrinkage for UP against DOWN.

    Attributes
    ----------
    sideways : Calibration
        Of two classes, moved and SIDEWAYS.
    market, apart : float
        Shares kept, in [0, 1], of the log odds of UP against DOWN above the
        prior's: of their mean over the week, and of what sets a stock apart.
    prior : tuple of float
        Class shares of the training weeks.
    """

    sideways: Calibration
    market: float
    apart: float
    prior: tuple[float, ...]

    def apply(
        self, proba: np.ndarray, week: np.ndarray, among: np.ndarray | None = None
    ) -> np.ndarray:
        """Calibrated probabilities, shape (n, 3); a week's stocks must come together.

        Parameters
        ----------
        proba : ndarray of shape (n, 3)
        week : ndarray of shape (n,)
        among : ndarray of bool, shape (n,), optional
            Which rows make the week's mean; default all.
        """
        proba, prior = np.asarray(proba, dtype=float), np.asarray(self.prior)
        still = self.sideways.apply(_moved_or_not(proba))[:, 1]
        lift, usual = _direction(proba, prior)
        mean = weekly_mean(lift, week, among)
        odds = usual + self.market * mean + self.apart * (lift - mean)
        up = 1 / (1 + np.exp(-odds))
        told = np.empty_like(proba)
        told[:, DOWN], told[:, UP] = (1 - still) * (1 - up), (1 - still) * up
        told[:, SIDEWAYS] = still
        return told


def nothing_known(prior: np.ndarray) -> TwoPartCalibration:
    """Says the prior whatever it is given."""
    prior = tuple(float(p) for p in prior)
    return TwoPartCalibration(
        Calibration(1.0, 0.0, (1 - prior[SIDEWAYS], prior[SIDEWAYS])), 0.0, 0.0, prior
    )


def fit_two_part(
    proba: np.ndarray, labels: np.ndarray, week: np.ndarray, prior: np.ndarray
) -> TwoPartCalibration:
    """Fit on matured out-of-fold forecasts that stopped no training.

    The direction's shares are the lower moving-block bootstrap bounds of their
    slopes, as for the return (`models.shrinkage`): 0 unless the past says
    otherwise, and 0 with too little of it: two years for what sets stocks
    apart, ten for the market.

    Parameters
    ----------
    proba : ndarray of shape (n, 3)
        Uncalibrated.
    labels, week : ndarray of shape (n,)
    prior : ndarray of shape (3,)
    """
    prior = tuple(float(p) for p in prior)
    labels = np.asarray(labels, dtype=int)
    two = (1 - prior[SIDEWAYS], prior[SIDEWAYS])
    sideways = fit_calibration(_moved_or_not(proba), (labels == SIDEWAYS).astype(int), two)
    lift, usual = _direction(np.asarray(proba, dtype=float), np.asarray(prior))
    mean = weekly_mean(lift, week)
    moved = labels != SIDEWAYS
    surprise = np.where(moved, (labels == UP) - 1 / (1 + np.exp(-usual)), 0.0)
    market, apart = (
        _cautious_slope(x, surprise, usual, moved, week, least)
        for x, least in ((mean, LEAST_MARKET_WEEKS), (lift - mean, LEAST_WEEKS))
    )
    return TwoPartCalibration(sideways, market, apart, prior)


def _cautious_slope(
    x: np.ndarray,
    surprise: np.ndarray,
    usual: float,
    moved: np.ndarray,
    week: np.ndarray,
    least_weeks: int,
) -> float:
    """Lower bound of the logistic slope on ``x``, by one Newton step from zero.

    Log odds here are a few tenths, where the step and the full fit agree; the
    step is a ratio of sums over weeks, so all draws are one matrix product.
    """
    p = 1 / (1 + np.exp(-usual))
    information = np.where(moved, p * (1 - p) * x**2, 0.0)
    weeks, sums = weekly_sums(week, np.column_stack([x * surprise, information]))
    if len(weeks) < least_weeks:
        return 0.0
    drawn = block_counts(len(weeks), 13) @ sums
    if not (drawn[:, 1] > 0).all():
        return 0.0
    return float(np.clip(np.quantile(drawn[:, 0] / drawn[:, 1], CAUTION), 0.0, 1.0))


def _moved_or_not(proba: np.ndarray) -> np.ndarray:
    still = np.asarray(proba, dtype=float)[:, SIDEWAYS]
    return np.column_stack([1 - still, still])


def _direction(proba: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, float]:
    """Log odds of UP against DOWN above the prior's, and the prior's."""
    p = np.clip(proba, TINY, 1)
    usual = float(np.log(prior[UP] / prior[DOWN]))
    return np.log(p[:, UP] / p[:, DOWN]) - usual, usual
