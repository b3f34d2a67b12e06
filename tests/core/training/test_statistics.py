import numpy as np
import pytest

from core.indicators.catalogue import NAMES
from core.training.statistics import indicator_statistics
from models.price import PriceTargetModel

TRAIN, TEST = np.arange(200), np.arange(200, 250)


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(1)
    X = random.normal(3, 2, (250, len(NAMES)))
    X[:20, 0] = np.nan
    X[TEST, 1] = 1e6  # far outside what training saw
    X[TEST, 2] = np.nan
    model = PriceTargetModel(alpha=1.0, tail=0.01).fit(X[TRAIN], random.normal(0, 1, 200))
    rows = indicator_statistics(model, X, {"train": TRAIN, "test": TEST})
    return X, {(row["indicator"], row["split"]): row for row in rows}


def test_every_indicator_has_a_record_for_each_split(table):
    assert set(table[1]) == {(name, split) for name in NAMES for split in ("train", "test")}


def test_missing_is_a_share(table):
    assert table[1][NAMES[0], "train"]["missing"] == pytest.approx(20 / 200)


def test_mean_and_spread_are_those_of_what_is_there(table):
    X, rows = table
    there = X[20:200, 0]
    assert rows[NAMES[0], "train"]["mean"] == pytest.approx(there.mean())
    assert rows[NAMES[0], "train"]["spread"] == pytest.approx(there.std())


def test_what_is_always_missing_has_no_mean(table):
    row = table[1][NAMES[2], "test"]
    assert (row["missing"], row["mean"], row["spread"]) == (1.0, None, None)


def test_clipped_is_the_share_outside_the_training_limits(table):
    assert table[1][NAMES[1], "train"]["clipped"] == pytest.approx(4 / 200)
    assert table[1][NAMES[1], "test"]["clipped"] == 1.0


def test_training_rows_are_scaled_to_mean_zero_and_spread_one(table):
    row = table[1][NAMES[3], "train"]
    assert row["scaled_mean"] == pytest.approx(0, abs=1e-12)
    assert row["scaled_spread"] == pytest.approx(1)


def test_test_rows_are_scaled_as_training_was(table):
    X, rows = table
    train = X[TRAIN, 3]
    cut = train.clip(*np.quantile(train, [0.01, 0.99]))
    shown = X[TEST, 3].clip(*np.quantile(train, [0.01, 0.99]))
    expected = ((shown - cut.mean()) / cut.std()).mean()
    assert rows[NAMES[3], "test"]["scaled_mean"] == pytest.approx(expected)
