"""What a walk-forward gives: forecasts of weeks that no fit has seen."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class OutOfFold:
    """Forecasts of every candidate for the same rows, in order of time.

    Attributes
    ----------
    rows : ndarray of int, shape (n,)
        Row numbers of the inputs, by week, then by stock.
    fold : ndarray of int, shape (n,)
        Number of the fold that answered.
    told : dict of ndarray
        By candidate: log returns (n,) or uncalibrated probabilities (n, 3).
    """

    rows: np.ndarray
    fold: np.ndarray
    told: dict[str, np.ndarray]
