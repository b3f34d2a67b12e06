"""Ridge on degree-2 features, the mean over penalties that no search can tell apart."""

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline

from models.price import PriceTargetModel

PENALTIES = (1e4, 3e4, 1e5, 3e5)


class MeanRidgeModel(PriceTargetModel):
    """The price model's features under several penalties at once.

    On three years of weeks an inner search picks anything from 1e4 to 1e6, by
    luck; the mean of the models in between has no such luck to depend on and is
    one linear model again.

    Parameters
    ----------
    penalties : tuple of float
    tail : float
        Share of rows winsorised at each end.

    Attributes
    ----------
    pipeline_ : sklearn.pipeline.Pipeline
        Exports to ONNX like the price model's.
    """

    def __init__(self, penalties: tuple[float, ...] = PENALTIES, tail: float = 0.005):
        super().__init__(alpha=None, tail=tail)
        self.penalties = penalties

    def fit(self, X: np.ndarray, y: np.ndarray, weeks: object = None) -> "MeanRidgeModel":
        """Fit on (n, k) indicators, NaN for missing, and (n,) targets; weeks are not needed."""
        X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
        features = self._features()
        A = features.fit_transform(X)
        count = len(self.penalties)
        many = Ridge(alpha=np.array(self.penalties), solver="cholesky")
        many.fit(A, np.repeat(y[:, None], count, axis=1))
        mean = Ridge(float(np.exp(np.mean(np.log(self.penalties)))))
        mean.coef_ = many.coef_.mean(axis=0)
        mean.intercept_ = float(np.mean(many.intercept_))
        mean.n_features_in_ = A.shape[1]
        self.alpha_ = mean.alpha
        self.search_ = []
        self.pipeline_ = Pipeline([("features", features), ("ridge", mean)])
        self.n_features_in_ = X.shape[1]
        return self
