"""Probabilities that mean what they say: temperature, and shrinkage to the class prior."""

from dataclasses import dataclass

import numpy as np

TINY = 1e-12


@dataclass(frozen=True)
class Calibration:
    """Temperature scaling (Guo et al. 2017) followed by shrinkage to the prior.

    Attributes
    ----------
    temperature : float
        Divides the log probabilities; above 1 softens them.
    weight : float
        Share of the model in [0, 1]; the rest is the prior, so that a model
        that knows nothing says the prior.
    prior : tuple of float
        Class shares of the training weeks, in the order of ``CLASSES``.
    """

    temperature: float
    weight: float
    prior: tuple[float, ...]

    def apply(self, proba: np.ndarray) -> np.ndarray:
        """Calibrated probabilities, same shape (n, 3) as ``proba``."""
        logit = np.log(np.clip(np.asarray(proba, dtype=float), TINY, 1)) / self.temperature
        logit -= logit.max(axis=1, keepdims=True)
        soft = np.exp(logit)
        soft /= soft.sum(axis=1, keepdims=True)
        return self.weight * soft + (1 - self.weight) * np.asarray(self.prior)


def fit_calibration(proba: np.ndarray, labels: np.ndarray, prior: np.ndarray) -> Calibration:
    """Choose temperature and weight by log loss on forecasts not used for fitting.

    Parameters
    ----------
    proba : ndarray of shape (n, 3)
        Uncalibrated out-of-sample probabilities.
    labels : ndarray of shape (n,)
        What happened: 0, 1 or 2.
    prior : ndarray of shape (3,)
        Class shares of the training weeks.
    """
    # Here, not above: serving applies a calibration, and only a training fits one.
    from scipy.optimize import minimize

    prior = tuple(float(p) for p in prior)
    labels = np.asarray(labels, dtype=int)
    rows = np.arange(len(labels))

    def loss(theta: np.ndarray) -> float:
        made = Calibration(float(np.exp(theta[0])), float(theta[1]), prior).apply(proba)
        return float(-np.log(np.clip(made[rows, labels], TINY, 1)).mean())

    # The loss has a flat valley (hot and heavy, cold and light), so several starts.
    tries = [
        minimize(loss, start, method="L-BFGS-B", bounds=[(-1.5, 2.5), (0.0, 1.0)])
        for start in ((0.0, 1.0), (0.0, 0.5), (1.0, 0.8))
    ]
    best = min(tries, key=lambda found: found.fun)
    return Calibration(float(np.exp(best.x[0])), float(best.x[1]), prior)


def calibrated_loss(proba: np.ndarray, labels: np.ndarray, prior: np.ndarray) -> float:
    """Mean log loss of probabilities after the calibration that suits them best.

    Two numbers are fitted on the rows that judge, so it only ranks forecasts of
    one model among each other; it is no score.
    """
    made = fit_calibration(proba, labels, prior).apply(proba)
    picked = made[np.arange(len(made)), np.asarray(labels, dtype=int)]
    return float(-np.log(np.clip(picked, TINY, 1)).mean())
