"""Gradient boosting on the indicators as they are: shallow trees, several seeds averaged.

Trees see levels (an RSI above 60, a best day at the price limit), which ranks
and linear models miss. Depth, rounds and leaves are kept small: weeks overlap
and stocks move together, so 40,000 rows are worth some 170.
"""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.utils.validation import check_is_fitted

from models.baselines import CLASSES


class _Boosted(BaseEstimator):
    def __init__(
        self,
        depth: int = 2,
        rounds: int = 60,
        learning_rate: float = 0.03,
        least_in_leaf: int = 500,
        l2: float = 100.0,
        features: float = 0.3,
        seeds: int = 3,
    ):
        self.depth = depth
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.least_in_leaf = least_in_leaf
        self.l2 = l2
        self.features = features
        self.seeds = seeds

    def _made(self, kind: type, seed: int):
        return kind(
            max_depth=self.depth,
            max_iter=self.rounds,
            learning_rate=self.learning_rate,
            min_samples_leaf=self.least_in_leaf,
            l2_regularization=self.l2,
            max_features=self.features,
            # scikit-learn's own stopping draws rows at random: neighbours in time on both sides.
            early_stopping=False,
            random_state=seed,
        )


class BoostedReturnModel(RegressorMixin, _Boosted):
    """Boosted regression of a return, the mean over seeds.

    Parameters
    ----------
    depth, rounds, least_in_leaf : int
    learning_rate, l2 : float
    features : float
        Share of columns each split may choose from, which makes seeds differ.
    seeds : int

    Attributes
    ----------
    models_ : list of HistGradientBoostingRegressor
    """

    def fit(
        self, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None
    ) -> "BoostedReturnModel":
        """Fit on (n, k) columns, NaN for missing, and (n,) log returns."""
        self.models_ = [
            self._made(HistGradientBoostingRegressor, seed).fit(X, y, sample_weight)
            for seed in range(self.seeds)
        ]
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Log return, shape (n,)."""
        check_is_fitted(self, "models_")
        return np.mean([model.predict(X) for model in self.models_], axis=0)


class BoostedPatternModel(ClassifierMixin, _Boosted):
    """Boosted probabilities of DOWN, SIDEWAYS, UP, the mean over seeds.

    Parameters as in `BoostedReturnModel`.

    Attributes
    ----------
    models_ : list of HistGradientBoostingClassifier
    classes_ : ndarray
        The three classes; one that never occurred has probability 0.
    """

    def fit(self, X: np.ndarray, y: np.ndarray) -> "BoostedPatternModel":
        """Fit on (n, k) columns, NaN for missing, and (n,) labels 0, 1, 2."""
        self.models_ = [
            self._made(HistGradientBoostingClassifier, seed).fit(X, y) for seed in range(self.seeds)
        ]
        self.classes_ = np.arange(len(CLASSES))
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Uncalibrated probabilities, shape (n, 3)."""
        check_is_fitted(self, "models_")
        told = np.zeros((len(X), len(CLASSES)))
        for model in self.models_:
            told[:, model.classes_] += model.predict_proba(X) / len(self.models_)
        return told

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class, shape (n,)."""
        return self.predict_proba(X).argmax(axis=1)
