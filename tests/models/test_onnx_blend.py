import numpy as np
import onnx
import pytest

from models.boosting import BoostedReturnModel
from models.cross_section import FactorReturnModel
from models.mean_ridge import MeanRidgeModel
from models.onnx_blend import Part, export_blend, export_factor
from models.onnx_export import export_price, stamp
from models.onnx_trees import export_boosted
from models.runtime import OnnxModel
from tests.models.test_price import make_rows


@pytest.fixture(scope="module")
def parts():
    """Three fitted models, and rows they have not seen."""
    X, y, _ = make_rows(weeks=100, features=20, signal=0.02)
    F = X[:, :1].copy()
    F[np.isnan(F)] = 0.0
    models = (
        FactorReturnModel().fit(F, y, np.ones(len(y))),
        BoostedReturnModel(least_in_leaf=20, l2=1.0, seeds=2).fit(X, y),
        MeanRidgeModel().fit(X, y),
    )
    X = make_rows(weeks=40, features=20, seed=9, missing=0.2)[0].astype(np.float32)
    return models, X, np.nan_to_num(X[:, :1])


@pytest.fixture
def blended(parts, tmp_path):
    models, _, _ = parts
    members = []
    for model, write, reads, weight in zip(
        models,
        (export_factor, export_boosted, export_price),
        ("factor", "X", "X"),
        (0.5, 0.25, 2.0),
        strict=True,
    ):
        write(model, tmp_path / "part.onnx")
        members.append(Part(onnx.load(tmp_path / "part.onnx"), (reads,), weight))
    path = tmp_path / "blend.onnx"
    export_blend(members, {"X": (20,), "factor": (1,)}, 1, path)
    stamp(path, {"market": "VN"})
    return OnnxModel(path)


def test_the_graph_is_the_weighted_sum_of_its_parts(parts, blended):
    (factor, boosted, ridge), X, F = parts
    own = 0.5 * factor.predict(F) + 0.25 * boosted.predict(X) + 2.0 * ridge.predict(X)
    told = blended.run(X, F).reshape(-1)
    assert own.std() > 0
    assert np.abs(told - own).max() < 1e-5 * own.std()


def test_every_input_must_be_given(parts, blended):
    with pytest.raises(ValueError, match="shorter"):
        blended.run(parts[1])


def test_a_part_of_another_opset_is_refused(parts, tmp_path):
    export_factor(parts[0][0], tmp_path / "part.onnx")
    old = onnx.load(tmp_path / "part.onnx")
    old.opset_import[0].version = 12
    with pytest.raises(ValueError, match="Part 0 has opset 12"):
        export_blend([Part(old, ("X",), 1.0)], {"X": (1,)}, 1, tmp_path / "blend.onnx")
