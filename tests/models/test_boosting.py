import numpy as np
import pytest

from models.boosting import BoostedPatternModel, BoostedReturnModel

SMALL = {"least_in_leaf": 20, "l2": 1.0, "rounds": 40, "learning_rate": 0.1}


@pytest.fixture(scope="module")
def rows():
    """A step at 0.5 of the first of four columns; a tenth of the values missing."""
    random = np.random.default_rng(0)
    X = random.random((1500, 4))
    y = np.where(X[:, 0] > 0.5, 0.05, -0.05) + random.normal(0, 0.02, 1500)
    X[:, 1:][random.random((1500, 3)) < 0.1] = np.nan
    return X, y


def test_a_step_is_found(rows):
    X, y = rows
    told = BoostedReturnModel(**SMALL, features=1.0).fit(X[:1000], y[:1000]).predict(X[1000:])
    assert np.corrcoef(told, y[1000:])[0, 1] > 0.8


def test_the_forecast_is_the_mean_over_seeds(rows):
    X, y = rows
    model = BoostedReturnModel(**SMALL, seeds=3).fit(X, y)
    each = [single.predict(X[:5]) for single in model.models_]
    assert not np.allclose(each[0], each[1])
    assert model.predict(X[:5]) == pytest.approx(sum(each) / 3)


def test_a_second_fit_gives_the_same_bits(rows):
    X, y = rows
    one, two = (BoostedReturnModel(**SMALL).fit(X, y).predict(X) for _ in range(2))
    assert np.array_equal(one, two)


def test_weights_decide_whom_to_believe(rows):
    X, y = rows
    both, signs = np.vstack([X, X]), np.concatenate([y, -y])
    weight = np.repeat([1.0, 0.01], len(y))
    told = BoostedReturnModel(**SMALL, features=1.0).fit(both, signs, weight).predict(X)
    assert np.corrcoef(told, y)[0, 1] > 0.8


def test_probabilities_of_three_classes_sum_to_one(rows):
    X, y = rows
    label = np.digitize(y, [-0.03, 0.03])
    model = BoostedPatternModel(**SMALL).fit(X, label)
    told = model.predict_proba(X)
    assert told.shape == (1500, 3)
    assert told.sum(axis=1) == pytest.approx(1)
    assert (model.predict(X) == label).mean() > 0.6


def test_a_class_never_seen_has_probability_zero(rows):
    X, y = rows
    told = BoostedPatternModel(**SMALL).fit(X, np.where(y > 0, 2, 1)).predict_proba(X)
    assert (told[:, 0] == 0).all()
    assert told.sum(axis=1) == pytest.approx(1)
