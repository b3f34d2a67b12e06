"""The price model: next month's log return by Ridge on degree-2 features."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import TimeSeriesSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from models.winsor import Winsorizer

ALPHAS = tuple(float(a) for a in np.logspace(0, 8, 17))
"""Penalties tried by the inner search; the largest is "no change" but for a constant."""


class PriceTargetModel(RegressorMixin, BaseEstimator):
    """Winsorise, scale, expand to degree 2, Ridge; the target is a log return.

    Raw prices cannot be pooled over stocks quoted at 10 and at 200 thousand,
    so the model learns returns; a price is ``close * exp(return)``.

    Parameters
    ----------
    alpha : float or None
        Ridge penalty; ``None`` lets a time-ordered inner search choose it.
    degree : int
        Degree of the polynomial expansion.
    tail : float
        Share of rows winsorised at each end.
    folds, gap : int
        Folds of the inner search and distinct weeks left out before each
        (the horizon, because a label reaches that far ahead).

    Attributes
    ----------
    pipeline_ : sklearn.pipeline.Pipeline
    alpha_ : float
        The penalty in force.
    search_ : list of (float, float)
        Each penalty tried with its mean squared error; empty if fixed.
    """

    def __init__(
        self,
        alpha: float | None = None,
        degree: int = 2,
        tail: float = 0.005,
        folds: int = 4,
        gap: int = 4,
    ):
        self.alpha = alpha
        self.degree = degree
        self.tail = tail
        self.folds = folds
        self.gap = gap

    def fit(
        self, X: np.ndarray, y: np.ndarray, weeks: np.ndarray | None = None
    ) -> "PriceTargetModel":
        """Fit on the rows of the training weeks.

        Parameters
        ----------
        X : ndarray of shape (n, n_features)
            Indicators; missing ones become the training median.
        y : ndarray of shape (n,)
            Log return to the target date.
        weeks : ndarray of shape (n,), optional
            Week of each row; the inner search needs it.

        Raises
        ------
        ValueError
            If the search is asked for without weeks, or with too few of them.
        """
        X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
        self.search_: list[tuple[float, float]] = []
        if self.alpha is None:
            self.search_ = self._search(X, y, weeks)
            self.alpha_ = min(self.search_, key=lambda pair: pair[1])[0]
        else:
            self.alpha_ = float(self.alpha)
        self.pipeline_ = Pipeline([("features", self._features()), ("ridge", Ridge(self.alpha_))])
        self.pipeline_.fit(X, y)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Log return to the target date, shape (n,)."""
        check_is_fitted(self)
        return self.pipeline_.predict(np.asarray(X, dtype=float))

    def _features(self) -> Pipeline:
        return make_pipeline(
            SimpleImputer(strategy="median", keep_empty_features=True),
            Winsorizer(self.tail),
            StandardScaler(),
            PolynomialFeatures(self.degree, include_bias=False),
        )

    def _search(
        self, X: np.ndarray, y: np.ndarray, weeks: np.ndarray | None
    ) -> list[tuple[float, float]]:
        if weeks is None:
            raise ValueError("The penalty search needs the week of each row.")
        weeks = np.asarray(weeks)
        distinct = np.unique(weeks)
        errors, count = np.zeros(len(ALPHAS)), 0
        for past, ahead in TimeSeriesSplit(self.folds, gap=self.gap).split(distinct):
            fit, judge = np.isin(weeks, distinct[past]), np.isin(weeks, distinct[ahead])
            features = self._features()
            A = features.fit_transform(X[fit])
            middle, level = A.mean(axis=0), y[fit].mean()
            A -= middle
            # Of the Gram matrix's eigenvectors each penalty's solution is one product, where
            # solving for it anew would take most of a training's time.
            gram = A.T @ A
            with threadpool_limits(1):  # two threads on one so small mostly wait for each other
                spread, turned = np.linalg.eigh(gram)
            along = turned.T @ (A.T @ (y[fit] - level))
            weights = turned @ (along[:, None] / (np.maximum(spread, 0.0)[:, None] + ALPHAS))
            miss = (features.transform(X[judge]) - middle) @ weights + level - y[judge, None]
            errors += (miss**2).sum(axis=0)
            count += int(judge.sum())
        return [(a, float(e)) for a, e in zip(ALPHAS, errors / count, strict=True)]
