"""Clipping each column to quantiles learned on the training rows."""

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted


class Winsorizer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Clip every column to two quantiles of the rows it was fitted on.

    A class of its own, because ``FunctionTransformer(np.clip)`` has no ONNX
    conversion and would take its limits from the rows it is shown.

    Parameters
    ----------
    tail : float
        Share of rows cut off at each end, in [0, 0.5).

    Attributes
    ----------
    low_, high_ : ndarray of shape (n_features,)
    """

    def __init__(self, tail: float = 0.005):
        self.tail = tail

    def fit(self, X: np.ndarray, y: object = None) -> "Winsorizer":
        X = np.asarray(X, dtype=float)
        self.n_features_in_ = X.shape[1]
        self.low_, self.high_ = np.nanquantile(X, [self.tail, 1 - self.tail], axis=0)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        check_is_fitted(self)
        return np.clip(np.asarray(X, dtype=float), self.low_, self.high_)
