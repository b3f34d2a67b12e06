"""What every forecast stands beside: no change, and the usual share of each class."""

import numpy as np

CLASSES = ("DOWN", "SIDEWAYS", "UP")
"""The order of the three classes everywhere: labels 0, 1, 2."""


def no_change(n: int) -> np.ndarray:
    """The log return of "the price stays", shape (n,)."""
    return np.zeros(n)


def class_prior(labels: np.ndarray) -> np.ndarray:
    """Share of each class among training labels, shape (3,).

    One count is added to each class (Laplace), so that a class not yet seen
    is improbable rather than impossible.
    """
    counts = np.bincount(np.asarray(labels, dtype=int), minlength=len(CLASSES)) + 1.0
    return counts / counts.sum()


def drift(returns: np.ndarray) -> float:
    """Mean log return of the training rows: what "it goes on as on average" says."""
    return float(np.mean(returns))


def persistence(past: np.ndarray, labels: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Probabilities of "next month is like the last one", shape (m, 3).

    The last month's class gets the share of training rows in which it came
    again; what is left is spread over the others by their usual share. A class
    named with certainty would have an infinite log loss.

    Parameters
    ----------
    past, labels : ndarray of shape (n,)
        Class of the weeks before, and class that came, of the training rows.
    now : ndarray of shape (m,)
        Class of the weeks before, of the rows to forecast.
    """
    prior = class_prior(labels)
    again = (np.sum(past == labels) + 1.0) / (len(labels) + len(CLASSES))
    told = np.tile(prior, (len(now), 1))
    rows = np.arange(len(now))
    told[rows, now] = 0.0
    told *= (1 - again) / told.sum(axis=1, keepdims=True)
    told[rows, now] = again
    return told
