"""Keras needs seconds to build a network, so two fits serve all tests here."""

from dataclasses import dataclass, field

import keras
import numpy as np
import pytest

from models import pattern
from models.baselines import class_prior
from models.calibration import calibrated_loss
from models.onnx_export import stamp
from models.pattern import PatternLSTMModel
from models.runtime import OnnxModel

STEPS, FEATURES = 3, 4
SIZES = {"units": (6, 5), "dense": 8, "batch_size": 32, "learning_rate": 0.02, "seed": 3}


def make_sequences(n, seed, *, wide=1.0):
    """The class follows from the last week's first indicator; the rest is noise."""
    random = np.random.default_rng(seed)
    X = random.normal(0, 1, (n, STEPS, FEATURES)) * wide
    y = np.digitize(X[:, -1, 0], [-0.5 * wide, 0.5 * wide])
    X[:, :, 1:][random.random((n, STEPS, FEATURES - 1)) < 0.1] = np.nan
    return X, y


@dataclass
class Fit:
    model: PatternLSTMModel
    validation: tuple
    told: list = field(default_factory=list)


def fit(validation, **parameters):
    made = Fit(PatternLSTMModel(**SIZES, **parameters), validation)
    made.model.fit(
        *make_sequences(400, 1),
        validation=validation,
        on_epoch=lambda *line: made.told.append(line),
    )
    return made


@pytest.fixture(scope="module")
def skilled():
    """Validation weeks in which the same holds as in training."""
    return fit(make_sequences(150, 2), epochs=14, patience=14)


@pytest.fixture(scope="module")
def misled():
    """Validation weeks of another scale, in which the opposite holds: soon it only gets worse."""
    X, y = make_sequences(150, 2, wide=3.0)
    return fit((X, 2 - y), epochs=14, patience=2)


def test_the_same_seed_gives_the_same_losses(skilled, misled):
    """To the last bit: what it is judged on has no part in what it learns."""
    common = len(misled.model.history_)
    one, two = ([loss for loss, _ in f.model.history_[:common]] for f in (skilled, misled))
    assert one == two


def test_scale_and_limits_come_from_the_training_rows_alone(skilled, misled):
    for name in ("median_", "low_", "high_", "mean_", "scale_"):
        assert np.array_equal(getattr(skilled.model, name), getattr(misled.model, name))


def test_scale_equals_a_plain_computation(skilled):
    rows = make_sequences(400, 1)[0].astype(np.float32).astype(float).reshape(-1, FEATURES)
    for column, values in enumerate(rows.T):
        filled = np.where(np.isnan(values), np.median(values[~np.isnan(values)]), values)
        cut = np.clip(filled, np.quantile(filled, 0.005), np.quantile(filled, 0.995))
        assert skilled.model.mean_[column] == pytest.approx(cut.mean())
        assert skilled.model.scale_[column] == pytest.approx(cut.std())


def test_it_stops_when_validation_gets_no_better(misled):
    assert len(misled.model.history_) == misled.model.epochs_ + misled.model.patience < 14


def test_it_keeps_the_weights_of_the_lowest_validation_loss(misled):
    X, y = misled.validation
    proba = misled.model.predict_proba(X)
    kept = np.mean([-np.log(proba[i, label]) for i, label in enumerate(y)])
    judged = [loss for _, loss in misled.model.history_]
    assert judged.index(min(judged)) == misled.model.epochs_ - 1
    assert kept == pytest.approx(min(judged), rel=1e-4)
    assert judged[-1] > 1.001 * min(judged)


def test_every_epoch_is_told(skilled):
    history = skilled.model.history_
    assert skilled.told == [(i + 1, 14, *losses) for i, losses in enumerate(history)]


def test_classes_are_answered_in_the_order_down_sideways_up(skilled):
    X = np.zeros((3, STEPS, FEATURES))
    X[:, -1, 0] = [-2, 0, 2]
    assert skilled.model.predict(X).tolist() == [0, 1, 2]


def test_it_learns_what_there_is_to_learn(skilled):
    X, y = make_sequences(300, 8)
    assert (skilled.model.predict(X) == y).mean() > 0.8


def test_probabilities_sum_to_one(skilled):
    proba = skilled.model.predict_proba(make_sequences(50, 5)[0])
    assert proba.shape == (50, 3)
    assert proba.sum(axis=1) == pytest.approx(1.0, abs=1e-6)


def test_no_sequences_get_no_probabilities(skilled):
    assert skilled.model.predict_proba(np.empty((0, STEPS, FEATURES))).shape == (0, 3)


def test_a_missing_indicator_counts_as_the_training_median(skilled):
    X = make_sequences(20, 5)[0]
    filled = np.where(np.isnan(X), skilled.model.median_, X)
    assert np.isnan(X).any()
    assert skilled.model.predict_proba(X) == pytest.approx(
        skilled.model.predict_proba(filled), abs=1e-6
    )


@pytest.fixture(scope="module")
def exported(skilled, tmp_path_factory):
    path = tmp_path_factory.mktemp("pattern") / "pattern.onnx"
    skilled.model.export_onnx(path)
    stamp(path, {"market": "VN"})
    return OnnxModel(path)


@pytest.mark.parametrize("wide", [1.0, 50.0], ids=["usual", "far outside the limits"])
def test_onnx_agrees_with_keras_where_indicators_are_missing(skilled, exported, wide):
    X = make_sequences(300, 6, wide=wide)[0].astype(np.float32)
    assert np.isnan(X).any()
    assert np.abs(exported.run(X) - skilled.model.predict_proba(X)).max() < 1e-6


def test_the_native_file_answers_the_same(skilled, tmp_path):
    skilled.model.save(tmp_path / "pattern.keras")
    X = make_sequences(20, 6)[0].astype(np.float32)
    read = np.asarray(keras.saving.load_model(tmp_path / "pattern.keras")(X))
    assert read == pytest.approx(skilled.model.predict_proba(X), abs=1e-7)


@pytest.fixture(scope="module")
def odd():
    """Fitted without validation, on one indicator always missing and one that never moves."""
    X, y = make_sequences(64, 1)
    X[:, :, 1], X[:, :, 2] = np.nan, 7.0
    return PatternLSTMModel(**SIZES, epochs=2).fit(X, y)


def test_without_validation_every_epoch_is_run_and_the_last_weights_kept(odd):
    assert odd.epochs_ == len(odd.history_) == 2
    assert [judged for _, judged in odd.history_] == [None, None]


def test_an_indicator_that_is_always_missing_or_constant_does_no_harm(odd):
    assert np.isfinite(odd.predict_proba(make_sequences(64, 1)[0])).all()


def test_stopping_on_the_calibrated_loss_keeps_its_lowest():
    """What is kept is the lowest loss after calibration, which noise in the labels calls for."""
    X, y = make_sequences(150, 2, wide=1.0)
    random = np.random.default_rng(5)
    y = np.where(random.random(150) < 0.5, random.integers(0, 3, 150), y)
    made = fit((X, y), epochs=6, patience=6, stop_on_calibrated=True)
    told = made.model.predict_proba(X)
    prior = class_prior(make_sequences(400, 1)[1])
    kept = made.model.history_[made.model.epochs_ - 1][1]
    assert kept == pytest.approx(calibrated_loss(told, y, prior), abs=1e-4)
    assert kept == min(judged for _, judged in made.model.history_)


def test_few_steps_and_many_learn_the_same(monkeypatch):
    """Fused and unrolled are two ways to compute one network."""
    losses = []
    for few in (0, 10_000):
        monkeypatch.setattr(pattern, "FEW_STEPS", few)
        losses.append(fit(make_sequences(150, 2), epochs=3).model.history_)
    np.testing.assert_allclose(losses[0], losses[1], rtol=2e-4)
