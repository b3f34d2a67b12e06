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
