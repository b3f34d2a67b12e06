import numpy as np
import pytest

from models.onnx_export import export_price, stamp
from models.price import PriceTargetModel
from models.runtime import OnnxModel
from tests.models.test_price import make_rows


@pytest.fixture(scope="module")
def fitted():
    X, y, _ = make_rows(weeks=100, features=20, signal=0.02)
    return PriceTargetModel(alpha=1000.0).fit(X, y)


@pytest.fixture
def exported(fitted, tmp_path):
    path = tmp_path / "price.onnx"
    export_price(fitted, path)
    stamp(path, {"market": "VN"})
    return path


def agree(fitted, exported, X):
    """Compare after the same rounding of the input to the float32 that ONNX takes."""
    X = X.astype(np.float32)
    native = fitted.predict(X.astype(float))
    told = OnnxModel(exported).run(X).reshape(-1)
    assert native.std() > 0
    assert np.abs(told - native).max() < 1e-5 * native.std()


def test_onnx_agrees_with_scikit_learn(fitted, exported):
    agree(fitted, exported, make_rows(weeks=40, features=20, seed=9, missing=0)[0])


def test_onnx_agrees_where_indicators_are_missing(fitted, exported):
    agree(fitted, exported, make_rows(weeks=40, features=20, seed=9, missing=0.3)[0])


def test_onnx_clips_what_lies_outside_the_training_limits(fitted, exported):
    agree(fitted, exported, 1e4 * make_rows(weeks=40, features=20, seed=9)[0])


def test_what_is_stamped_is_read_back(exported):
    stamp(exported, {"market": "US", "prior": [0.25, 0.25, 0.5], "name": "Đà Nẵng"})
    assert OnnxModel(exported).bundle == {
        "market": "US",
        "prior": [0.25, 0.25, 0.5],
        "name": "Đà Nẵng",
    }


def test_a_file_without_stamp_is_refused(fitted, tmp_path):
    export_price(fitted, tmp_path / "bare.onnx")
    with pytest.raises(ValueError, match=r"bare\.onnx is not a model that Weeklens exported"):
        OnnxModel(tmp_path / "bare.onnx")
