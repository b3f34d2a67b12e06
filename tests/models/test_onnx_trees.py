import numpy as np
import pytest

from models.boosting import BoostedPatternModel, BoostedReturnModel
from models.onnx_export import stamp
from models.onnx_trees import export_boosted
from models.runtime import OnnxModel

SMALL = {"least_in_leaf": 20, "l2": 1.0, "rounds": 30, "learning_rate": 0.1, "depth": 3}


@pytest.fixture(scope="module")
def rows():
    """Float32 values, a tenth missing, many of them equal to one another."""
    random = np.random.default_rng(0)
    X = np.round(random.normal(size=(1500, 5)), 2).astype(np.float32)
    X[random.random(X.shape) < 0.1] = np.nan
    y = np.nan_to_num(X[:, 0]) * 0.03 + np.isnan(X[:, 1]) * 0.05 + random.normal(0, 0.02, 1500)
    return X, y


def run(model, X, tmp_path):
    export_boosted(model, tmp_path / "m.onnx")
    stamp(tmp_path / "m.onnx", {})
    return OnnxModel(tmp_path / "m.onnx").run(X)


def test_returns_agree_with_scikit_learn(rows, tmp_path):
    X, y = rows
    model = BoostedReturnModel(**SMALL).fit(X, y)
    told = run(model, X, tmp_path)
    assert told.shape == (1500, 1)
    assert told[:, 0] == pytest.approx(model.predict(X), abs=1e-6)
    assert np.std(told) > 0.01


def test_probabilities_agree_with_scikit_learn(rows, tmp_path):
    X, y = rows
    model = BoostedPatternModel(**SMALL).fit(X, np.digitize(y, [-0.01, 0.02]))
    assert run(model, X, tmp_path) == pytest.approx(model.predict_proba(X), abs=1e-6)


def test_rows_of_nothing_and_of_extremes_agree(rows, tmp_path):
    X, y = rows
    model = BoostedReturnModel(**SMALL).fit(X, y)
    odd = np.array([[np.nan] * 5, [1e30] * 5, [-1e30] * 5, [0.0] * 5], dtype=np.float32)
    assert run(model, odd, tmp_path)[:, 0] == pytest.approx(model.predict(odd), abs=1e-6)


def test_values_on_a_threshold_take_the_same_branch(rows, tmp_path):
    X, y = rows
    model = BoostedReturnModel(**SMALL, seeds=1).fit(X, y)
    nodes = np.concatenate([tree.nodes for (tree,) in model.models_[0]._predictors])
    cuts = np.unique(nodes["num_threshold"][nodes["is_leaf"] == 0]).astype(np.float32)
    steps = (np.nextafter(cuts, np.float32(side)) for side in (-9, 9))
    near = np.concatenate([cuts, *steps])
    grid = np.tile(near[:, None], (1, 5))
    assert run(model, grid, tmp_path)[:, 0] == pytest.approx(model.predict(grid), abs=1e-6)


def test_a_class_never_seen_has_no_export(rows, tmp_path):
    X, y = rows
    model = BoostedPatternModel(**SMALL).fit(X, np.where(y > 0, 2, 0))
    with pytest.raises(ValueError, match="all three classes"):
        export_boosted(model, tmp_path / "m.onnx")
