import numpy as np
import pytest
from sklearn.linear_model import Ridge

from models.cross_section import FactorReturnModel, cross_section_target, demeaned
from models.mean_ridge import MeanRidgeModel
from models.price import PriceTargetModel
from models.scaled_ridge import ScaledRidgeModel


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(0)
    week = np.repeat(np.arange(60), 12)
    X = random.normal(size=(720, 3))
    market = np.repeat(random.normal(0, 0.1, 60), 12)
    y = 0.03 * X[:, 0] + market + random.normal(0, 0.05, 720)
    return X, y, week, np.datetime64("2020-01-03") + 7 * week


def test_demeaning_takes_each_weeks_mean():
    y = np.array([1.0, 5.0, 3.0, 7.0])
    assert demeaned(y, np.array([2, 1, 2, 1])).tolist() == [-1.0, -1.0, 1.0, 1.0]


def test_the_target_is_clipped_at_expected_moves_and_free_of_the_market():
    y = np.array([0.0, 0.1, 0.2, 5.0]) + 0.3
    week, scale = np.zeros(4), np.full(4, 0.4)
    target = cross_section_target(y, week, scale)
    assert target.mean() == pytest.approx(0)
    assert np.ptp(target) < 2.6
    assert cross_section_target(y + 9, week, scale) == pytest.approx(target)


def test_the_factor_slope_equals_a_weighted_ridge(rows):
    X, y, week, _ = rows
    target, weight = demeaned(y, week), np.linspace(1, 3, len(y))
    model = FactorReturnModel(penalty=50.0).fit(X, target, weight)
    scaled = X / X.std(axis=0)
    slow = Ridge(50.0, fit_intercept=False).fit(scaled, target, weight / weight.mean())
    assert model.predict(X) == pytest.approx(slow.predict(scaled))


def test_a_factor_that_never_moves_says_nothing():
    model = FactorReturnModel().fit(np.zeros((10, 1)), np.arange(10.0), np.ones(10))
    assert model.predict(np.zeros((3, 1))).tolist() == [0, 0, 0]


def test_the_mean_ridge_is_the_mean_of_its_ridges(rows):
    X, y, _, _ = rows
    penalties = (10.0, 1000.0)
    each = [PriceTargetModel(alpha=alpha).fit(X, y).predict(X) for alpha in penalties]
    made = MeanRidgeModel(penalties).fit(X, y)
    assert made.predict(X) == pytest.approx((each[0] + each[1]) / 2)
    assert made.alpha_ == pytest.approx(100.0)


def test_the_mean_ridge_exports_like_the_price_model(rows, tmp_path):
    from models.onnx_export import export_price, stamp
    from models.runtime import OnnxModel

    X, y, _, _ = rows
    model = MeanRidgeModel((10.0, 1000.0)).fit(X, y)
    export_price(model, tmp_path / "m.onnx")
    stamp(tmp_path / "m.onnx", {})
    told = OnnxModel(tmp_path / "m.onnx").run(X).reshape(-1)
    assert told == pytest.approx(model.predict(X), abs=1e-5)


def test_the_scaled_ridge_learns_in_expected_moves(rows):
    X, y, _, weeks = rows
    scale = np.where(X[:, 1] > 0, 0.05, 0.2)
    model = ScaledRidgeModel().fit(X, y, weeks, scale)
    slow = PriceTargetModel().fit(X, np.clip(y / scale, -2.5, 2.5), weeks)
    assert model.predict(X, scale) == pytest.approx(slow.predict(X) * scale)
