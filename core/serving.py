"""What a pair of versions answers for the stocks of one week.

A file of format 1 is one model with a fixed interval and one calibration; one
of format 2 is a blend that also reads the week's other stocks, with what its
out-of-fold forecasts taught beside it. Stocks are ranked among the whole market
here as in training; a week's mean is that of the stocks learned from.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.dataset import Panel, sequence_ends
from core.evaluation.inputs import Inputs, build_inputs
from core.indicators.catalogue import NAMES
from models.baselines import CLASSES
from models.calibration import Calibration
from models.calls import NO_CLEAR_DIRECTION, WITHHELD, CallRule
from models.conformal import MoveScale, ScoreHistory
from models.intervals import Interval
from models.runtime import OnnxModel
from models.shrinkage import Shrinkage
from models.two_part import TwoPartCalibration

VOLATILITY = list(NAMES).index("vol_4w")
BLEND_FORMAT = 2


def reads_other_stocks(*models: OnnxModel) -> bool:
    """Whether a forecast of one stock depends on the others' prices as well."""
    return any(model.bundle.get("format", 1) >= BLEND_FORMAT for model in models)


@dataclass(frozen=True)
class Week:
    """The rows of one week that can be forecast.

    Attributes
    ----------
    panel : Panel
    as_of : datetime64
    """

    panel: Panel
    as_of: np.datetime64

    @cached_property
    def ends(self) -> np.ndarray:
        """Every row of the panel that ends eight ready weeks, ascending."""
        return sequence_ends(self.panel)

    @cached_property
    def rows(self) -> np.ndarray:
        """Those of the week."""
        return self.ends[self.inputs.week[self.ends] == self.as_of]

    @cached_property
    def inputs(self) -> Inputs:
        """What the models read, for every row of the panel."""
        return build_inputs(self.panel)


def price_answer(model: OnnxModel, week: Week) -> dict[str, np.ndarray]:
    """Log return and interval ends of the week's rows; the 95 % ones are NaN for format 1."""
    inputs, rows, bundle = week.inputs, week.rows, model.bundle
    if not reads_other_stocks(model):
        X = inputs.X[rows]
        ret = model.run(X).reshape(-1)
        half = Interval(**bundle["interval"]).half_width(X[:, VOLATILITY])
        halves = np.column_stack([half, np.full(len(rows), np.nan)])
        move = np.full(len(rows), np.nan)
    else:
        scale = MoveScale(**bundle["scale"])
        ret = _returns(model, inputs, rows)
        move = scale.apply(inputs.vol_4w[rows], inputs.vol_52w[rows])
        since = _matured_since(week, model)
        miss = np.abs(inputs.ret[since] - _returns(model, inputs, since))
        widths = ScoreHistory(**bundle["scores"]).widths(
            miss / scale.apply(inputs.vol_4w[since], inputs.vol_52w[since]),
            inputs.week[since],
            week.as_of,
            bundle["horizon_weeks"],
        )
        halves = move[:, None] * np.asarray(widths)
    return {
        "ret": ret,
        "ret_low": ret - halves[:, 0],
        "ret_high": ret + halves[:, 0],
        "ret_low_95": ret - halves[:, 1],
        "ret_high_95": ret + halves[:, 1],
        "move": move,
    }


def pattern_answer(model: OnnxModel, week: Week) -> np.ndarray:
    """Calibrated probabilities of the week's rows, shape (m, 3)."""
    inputs, rows, given = week.inputs, week.rows, model.bundle["calibration"]
    if not reads_other_stocks(model):
        return Calibration(**given).apply(model.run(inputs.windows(rows)))
    raw = _raw(model, inputs, rows)
    calibration = TwoPartCalibration(**{**given, "sideways": Calibration(**given["sideways"])})
    return calibration.apply(raw, inputs.week[rows], _learned(model, inputs, rows))


def call_words(model: OnnxModel, proba: np.ndarray, ret: np.ndarray) -> list[str]:
    """The call of each row: a class, or that there is no clear direction."""
    if "rule" not in model.bundle:
        return [CLASSES[index] for index in proba.argmax(axis=1)]
    called = CallRule(**model.bundle["rule"]).apply(proba, ret)
    return [NO_CLEAR_DIRECTION if c == WITHHELD else CLASSES[c] for c in called]


def _raw(model: OnnxModel, inputs: Inputs, rows: np.ndarray) -> np.ndarray:
    return model.run(*(inputs.given(name, rows) for name in model.inputs))


def _returns(model: OnnxModel, inputs: Inputs, rows: np.ndarray) -> np.ndarray:
    if len(rows) == 0:
        return np.empty(0)
    raw = _raw(model, inputs, rows).reshape(-1)
    shrinkage = Shrinkage(**model.bundle["shrinkage"])
    return shrinkage.apply(raw, inputs.week[rows], _learned(model, inputs, rows))


def _learned(model: OnnxModel, inputs: Inputs, rows: np.ndarray) -> np.ndarray:
    """Which rows are of stocks that the version was judged on: they make a week's mean there.

    A version of every stock of the market names none.
    """
    symbols = model.bundle.get("symbols")
    return np.ones(len(rows), bool) if symbols is None else np.isin(inputs.symbol[rows], symbols)


def _matured_since(week: Week, model: OnnxModel) -> np.ndarray:
    """Rows after the version's last labelled week whose labels are known by now."""
    inputs = week.inputs
    ends = week.ends[_learned(model, inputs, week.ends)]
    last_week = np.datetime64(model.bundle["last_week"])
    known = (inputs.target_date[ends] <= week.as_of) & (inputs.label[ends] >= 0)
    return ends[known & (inputs.week[ends] > last_week)]
