"""The LSTM inside a fold: several seeds, each stopped early on its own block of past weeks.

The only file here that imports the pattern model, hence TensorFlow.
"""

import numpy as np

from core.evaluation.inputs import Inputs
from models.pattern import PatternLSTMModel

STOPPING_WEEKS = 52


def fit_pooled(inputs: Inputs, learn: np.ndarray, *, seeds: int) -> list[PatternLSTMModel]:
    """Several networks whose mean is the forecast.

    The learning weeks are cut into as many blocks as there are seeds. Each
    network leaves one block out, with the horizon on both sides of it, and
    stops on its log loss after calibration: together they have learned from
    every week, none has stopped on weeks it learned from.
    """
    rows = learn[inputs.judged[learn]]
    blocks = np.array_split(np.unique(inputs.week[rows]), seeds)
    reach = np.timedelta64(7 * inputs.horizon_weeks, "D")
    week = inputs.week[rows]
    fitted = []
    for seed, block in enumerate(blocks):
        stop = rows[(week >= block[0]) & (week <= block[-1])]
        fit = rows[(week + reach < block[0]) | (week > block[-1] + reach)]
        model = PatternLSTMModel(
            epochs=30, patience=4, seed=7 + seed, batch_size=128, stop_on_calibrated=True
        )
        fitted.append(
            model.fit(
                inputs.windows(fit),
                inputs.label[fit],
                validation=(inputs.windows(stop), inputs.label[stop]),
            )
        )
    return fitted


def pooled_proba(fitted: list[PatternLSTMModel], inputs: Inputs, judge: np.ndarray) -> np.ndarray:
    """Mean probabilities of the networks, shape (m, 3)."""
    X = inputs.windows(judge)
    told = np.zeros((len(judge), 3))
    for model in fitted:
        told += model.predict_proba(X) / len(fitted)
    return told


def specification_lstm(inputs: Inputs, learn: np.ndarray, judge: np.ndarray) -> np.ndarray:
    """The network as the specification writes it: relu, batches of 32, one seed; (m, 3).

    Early stopping on the last year before the judged weeks, less the horizon.
    """
    rows = learn[inputs.judged[learn]]
    week = inputs.week[rows]
    weeks = np.unique(week)
    begins = weeks[-min(STOPPING_WEEKS, len(weeks) // 3)]
    fit, stop = rows[inputs.target_date[rows] < begins], rows[week >= begins]
    model = PatternLSTMModel(activation="relu", batch_size=32, epochs=40, patience=6)
    model.fit(
        inputs.windows(fit),
        inputs.label[fit],
        validation=(inputs.windows(stop), inputs.label[stop]),
    )
    return model.predict_proba(inputs.windows(judge))
