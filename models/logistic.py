"""A plain rival with strong shrinkage: multinomial logistic regression."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.utils.validation import check_is_fitted

from models.baselines import CLASSES
from models.winsor import Winsorizer


class LogisticPatternModel(ClassifierMixin, BaseEstimator):
    """Impute, winsorise, scale, multinomial logistic regression.

    Parameters
    ----------
    C : float
        Inverse penalty; small, because rows are many and independent ones few.
    tail : float
        Share of rows winsorised at each end of each column.
    degree : int
        2 adds squares and products of the scaled columns.

    Attributes
    ----------
    pipeline_ : sklearn.pipeline.Pipeline
    classes_ : ndarray
        The three classes; one that never occurred has probability 0.
    """

    def __init__(self, C: float = 1e-3, tail: float = 0.005, degree: int = 1):
        self.C = C
        self.tail = tail
        self.degree = degree

    def fit(self, X: np.ndarray, y: np.ndarray) -> "LogisticPatternModel":
        """Fit on (n, k) columns, NaN for missing, and (n,) labels 0, 1, 2."""
        self.pipeline_ = make_pipeline(
            SimpleImputer(strategy="median", keep_empty_features=True),
            Winsorizer(self.tail),
            StandardScaler(),
            PolynomialFeatures(self.degree, include_bias=False),
            LogisticRegression(C=self.C, max_iter=500),
        ).fit(X, y)
        self.classes_ = np.arange(len(CLASSES))
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Uncalibrated probabilities of DOWN, SIDEWAYS, UP; shape (n, 3)."""
        check_is_fitted(self, "pipeline_")
        told = np.zeros((len(X), len(CLASSES)))
        told[:, self.pipeline_.classes_] = self.pipeline_.predict_proba(X)
        return told

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class, shape (n,)."""
        return self.predict_proba(X).argmax(axis=1)
