import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from models.logistic import LogisticPatternModel
from models.onnx_export import export_logistic, stamp
from models.runtime import OnnxModel


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(0)
    X = random.normal(size=(800, 3))
    score = X[:, 0] + random.normal(0, 0.5, 800)
    return X, np.digitize(score, [-0.5, 0.5])


def test_equals_scikit_learn_on_columns_scaled_by_hand(rows):
    X, y = rows
    low, high = np.quantile(X, [0.005, 0.995], axis=0)
    cut = np.clip(X, low, high)
    scaled = (cut - cut.mean(axis=0)) / cut.std(axis=0)
    slow = LogisticRegression(C=0.1, max_iter=500).fit(scaled, y).predict_proba(scaled)
    told = LogisticPatternModel(C=0.1).fit(X, y).predict_proba(X)
    assert told == pytest.approx(slow, abs=1e-6)


def test_a_heavy_penalty_says_the_class_shares(rows):
    X, y = rows
    told = LogisticPatternModel(C=1e-9).fit(X, y).predict_proba(X)
    assert told == pytest.approx(np.tile(np.bincount(y) / len(y), (800, 1)), abs=1e-3)


def test_degree_two_sees_a_product():
    random = np.random.default_rng(1)
    X = random.normal(size=(1000, 2))
    y = np.where(X[:, 0] * X[:, 1] > 0, 2, 0)
    right = [
        (LogisticPatternModel(C=1.0, degree=degree).fit(X, y).predict(X) == y).mean()
        for degree in (1, 2)
    ]
    assert right[0] < 0.6
    assert right[1] > 0.9


def test_missing_values_become_the_training_median(rows):
    X, y = rows
    model = LogisticPatternModel(C=0.1).fit(X, y)
    gap, middle = X[:1].copy(), X[:1].copy()
    gap[0, 1], middle[0, 1] = np.nan, np.median(X[:, 1])
    assert np.array_equal(model.predict_proba(gap), model.predict_proba(middle))


def test_a_class_never_seen_has_probability_zero(rows):
    X, y = rows
    told = LogisticPatternModel().fit(X, np.where(y == 0, 1, y)).predict_proba(X)
    assert (told[:, 0] == 0).all()


@pytest.mark.parametrize("degree", [1, 2])
def test_its_export_agrees(rows, tmp_path, degree):
    X, y = rows
    model = LogisticPatternModel(C=0.1, degree=degree).fit(X, y)
    export_logistic(model, tmp_path / "m.onnx")
    stamp(tmp_path / "m.onnx", {})
    holes = X.copy()
    holes[::7, 1] = np.nan
    told = OnnxModel(tmp_path / "m.onnx").run(holes)
    assert told == pytest.approx(model.predict_proba(holes), abs=1e-5)


def test_without_all_classes_there_is_no_export(rows, tmp_path):
    X, y = rows
    model = LogisticPatternModel().fit(X, np.where(y == 0, 1, y))
    with pytest.raises(ValueError, match="all three classes"):
        export_logistic(model, tmp_path / "m.onnx")
