"""The price model on a target in units of the stock's own expected move."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

from models.price import PriceTargetModel

CLIP = 2.5


class ScaledRidgeModel(RegressorMixin, BaseEstimator):
    """Winsorise, scale, degree 2, Ridge with a searched penalty, on clipped scaled returns.

    Parameters
    ----------
    gap : int
        Weeks left out before each fold of the inner search.

    Attributes
    ----------
    model_ : PriceTargetModel
    """

    def __init__(self, gap: int = 4):
        self.gap = gap

    def fit(
        self, X: np.ndarray, y: np.ndarray, weeks: np.ndarray, scale: np.ndarray
    ) -> "ScaledRidgeModel":
        """Fit on (n, k) indicators; ``scale`` (n,) is the expected move as a log return."""
        target = np.clip(np.asarray(y, dtype=float) / scale, -CLIP, CLIP)
        self.model_ = PriceTargetModel(gap=self.gap).fit(X, target, weeks)
        return self

    def predict(self, X: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """Log return to the target date, shape (n,)."""
        return self.model_.predict(X) * scale
