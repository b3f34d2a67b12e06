"""How each candidate is fitted: it learns from some rows and answers for later ones.

A candidate gets the inputs and two sets of row numbers and returns a log return
(m,) or probabilities (m, 3) for the second set. Whatever it fits, scales,
clips or searches, it does on the first set alone.
"""

from collections.abc import Callable

import numpy as np

from core.evaluation.inputs import Inputs
from models import baselines
from models.boosting import BoostedPatternModel, BoostedReturnModel
from models.cross_section import FactorReturnModel, cross_section_target
from models.logistic import LogisticPatternModel
from models.mean_ridge import MeanRidgeModel
from models.price import PriceTargetModel
from models.scaled_ridge import ScaledRidgeModel

SEEDS = 3

Forecast = Callable[[Inputs, np.ndarray, np.ndarray], np.ndarray]


def _no_change(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return baselines.no_change(len(judge))


def _drift(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return np.full(len(judge), baselines.drift(inputs.ret[learn]))


def _specification(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    model = PriceTargetModel(alpha=1.0).fit(inputs.X[learn], inputs.ret[learn])
    return model.predict(inputs.X[judge])


def fit_ridge(inputs: Inputs, learn: np.ndarray) -> PriceTargetModel:
    """Degree-2 Ridge, its penalty from a search in time order."""
    model = PriceTargetModel(gap=inputs.horizon_weeks)
    return model.fit(inputs.X[learn], inputs.ret[learn], inputs.week[learn])


def _ridge(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return fit_ridge(inputs, learn).predict(inputs.X[judge])


def fit_ridge_scaled(inputs: Inputs, learn: np.ndarray) -> ScaledRidgeModel:
    """The same on returns in units of the expected move."""
    return ScaledRidgeModel(gap=inputs.horizon_weeks).fit(
        inputs.X[learn], inputs.ret[learn], inputs.week[learn], inputs.move[learn]
    )


def _ridge_scaled(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return fit_ridge_scaled(inputs, learn).predict(inputs.X[judge], inputs.move[judge])


def fit_boosting(inputs: Inputs, learn: np.ndarray) -> BoostedReturnModel:
    """Boosted trees on the return itself."""
    return BoostedReturnModel(seeds=SEEDS).fit(inputs.X[learn], inputs.ret[learn])


def _boosting(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return fit_boosting(inputs, learn).predict(inputs.X[judge])


def _apart(inputs: Inputs, learn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Robust cross-sectional target and weights of the rows to learn from."""
    move = inputs.move[learn]
    return cross_section_target(inputs.ret[learn], inputs.week[learn], move), 1 / move


def fit_momentum(inputs: Inputs, learn: np.ndarray) -> FactorReturnModel:
    """The slope of the momentum factor."""
    return FactorReturnModel().fit(inputs.factor[learn, None], *_apart(inputs, learn))


def _momentum(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return fit_momentum(inputs, learn).predict(inputs.factor[judge, None])


def fit_ridge_apart(inputs: Inputs, learn: np.ndarray) -> MeanRidgeModel:
    """Degree-2 Ridge on what sets stocks apart."""
    return MeanRidgeModel().fit(inputs.X[learn], _apart(inputs, learn)[0])


def _ridge_apart(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return fit_ridge_apart(inputs, learn).predict(inputs.X[judge])


def fit_boosting_apart(inputs: Inputs, learn: np.ndarray) -> BoostedReturnModel:
    """Boosted trees on what sets stocks apart."""
    return BoostedReturnModel(seeds=SEEDS).fit(inputs.X[learn], *_apart(inputs, learn))


def _boosting_apart(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return fit_boosting_apart(inputs, learn).predict(inputs.X[judge])


def _market(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    """The median of all past months; not in the blend, because on 2018 it lost to no change."""
    return np.full(len(judge), np.median(inputs.ret[learn]))


def _prior(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return np.tile(baselines.class_prior(inputs.label[learn]), (len(judge), 1))


def _persistence(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return baselines.persistence(inputs.past[learn], inputs.label[learn], inputs.past[judge])


def fit_logistic(inputs: Inputs, learn: np.ndarray) -> LogisticPatternModel:
    """Logistic regression on the indicators."""
    return LogisticPatternModel(C=1e-3).fit(inputs.X[learn], inputs.label[learn])


def _logistic(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return fit_logistic(inputs, learn).predict_proba(inputs.X[judge])


def fit_logistic_context(inputs: Inputs, learn: np.ndarray) -> LogisticPatternModel:
    """Logistic regression on volatility and momentum."""
    return LogisticPatternModel(C=3e-3).fit(inputs.beside[learn], inputs.label[learn])


def _logistic_context(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return fit_logistic_context(inputs, learn).predict_proba(inputs.beside[judge])


def fit_logistic_degree_2(inputs: Inputs, learn: np.ndarray) -> LogisticPatternModel:
    """Logistic regression on the indicators, their squares and products."""
    return LogisticPatternModel(C=2e-4, degree=2).fit(inputs.X[learn], inputs.label[learn])


def _logistic_degree_2(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return fit_logistic_degree_2(inputs, learn).predict_proba(inputs.X[judge])


def fit_boosting_pattern(inputs: Inputs, learn: np.ndarray) -> BoostedPatternModel:
    """Boosted trees for the three classes."""
    model = BoostedPatternModel(seeds=SEEDS, least_in_leaf=300, l2=50.0)
    return model.fit(inputs.X[learn], inputs.label[learn])


def _boosting_pattern(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    return fit_boosting_pattern(inputs, learn).predict_proba(inputs.X[judge])


def _lstm(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    # Here, not above: only the process that trains it may load TensorFlow.
    from core.evaluation.networks import fit_pooled, pooled_proba

    return pooled_proba(fit_pooled(inputs, learn, seeds=SEEDS), inputs, judge)


def _lstm_specification(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    from core.evaluation.networks import specification_lstm

    return specification_lstm(inputs, learn, judge)


FORECASTS: dict[str, Forecast] = {
    "no_change": _no_change,
    "drift": _drift,
    "ridge_specification": _specification,
    "ridge": _ridge,
    "ridge_scaled": _ridge_scaled,
    "boosting": _boosting,
    "momentum": _momentum,
    "boosting_apart": _boosting_apart,
    "ridge_apart": _ridge_apart,
    "market_median": _market,
    "prior": _prior,
    "persistence": _persistence,
    "logistic": _logistic,
    "boosting_pattern": _boosting_pattern,
    "logistic_context": _logistic_context,
    "logistic_degree_2": _logistic_degree_2,
    "lstm": _lstm,
    "lstm_specification": _lstm_specification,
}
"""Of every candidate that is no blend of others."""
