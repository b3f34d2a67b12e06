import math

import numpy as np
import pytest

from core.training.evaluation import (
    brier,
    confusion,
    pattern_metrics,
    price_metrics,
    reliability,
)
from models.baselines import CLASSES

CLOSE = np.array([10.0, 20.0, 200.0, 50.0])
ACTUAL = np.array([0.1, -0.05, 0.02, 0.0])
FORECAST = np.array([0.05, 0.01, 0.03, -0.02])
PRIOR = np.array([0.3, 0.2, 0.5])


@pytest.fixture
def random():
    return np.random.default_rng(4)


def slow_errors(actual, forecast):
    """MAE, RMSE, R2 and MAPE of prices, row by row."""
    reached = [c * math.exp(r) for c, r in zip(CLOSE, actual, strict=True)]
    told = [c * math.exp(r) for c, r in zip(CLOSE, forecast, strict=True)]
    misses = [a - b for a, b in zip(reached, told, strict=True)]
    mean = sum(reached) / len(reached)
    return {
        "MAE": sum(abs(m) for m in misses) / len(misses),
        "RMSE": math.sqrt(sum(m * m for m in misses) / len(misses)),
        "R2": 1 - sum(m * m for m in misses) / sum((r - mean) ** 2 for r in reached),
        "MAPE": sum(abs(m) / r for m, r in zip(misses, reached, strict=True)) / len(misses),
    }


@pytest.mark.parametrize("name", ["MAE", "RMSE", "R2", "MAPE"])
def test_price_errors_equal_a_plain_loop(name):
    assert price_metrics(CLOSE, ACTUAL, FORECAST)[name] == pytest.approx(
        slow_errors(ACTUAL, FORECAST)[name]
    )


@pytest.mark.parametrize("name", ["MAE", "RMSE", "R2", "MAPE"])
def test_no_change_is_judged_on_the_same_rows(name):
    assert price_metrics(CLOSE, ACTUAL, FORECAST)[f"{name}_no_change"] == pytest.approx(
        slow_errors(ACTUAL, np.zeros(4))[name]
    )


@pytest.mark.parametrize("name", ["MAE", "RMSE", "MAPE"])
def test_the_ratio_is_the_error_over_that_of_no_change(name):
    scores = price_metrics(CLOSE, ACTUAL, FORECAST)
    assert scores[f"{name}_ratio"] == pytest.approx(scores[name] / scores[f"{name}_no_change"])


def test_a_forecast_of_no_change_has_ratio_one():
    scores = price_metrics(CLOSE, ACTUAL, np.zeros(4))
    assert [scores[f"{name}_ratio"] for name in ("MAE", "RMSE", "MAPE")] == [1.0, 1.0, 1.0]
    assert scores["R2_return"] == 0.0


def test_a_perfect_forecast_misses_nothing():
    scores = price_metrics(CLOSE, ACTUAL, ACTUAL)
    assert (scores["MAE"], scores["MAPE_ratio"], scores["R2"], scores["R2_return"]) == (0, 0, 1, 1)


def test_rows_are_counted():
    assert price_metrics(CLOSE, ACTUAL, FORECAST)["rows"] == 4


def slow_pattern(labels, proba):
    """Scores of the classes, counted one by one."""
    call = [max(range(3), key=lambda c: row[c]) for row in proba]
    pairs = list(zip(labels, call, strict=True))
    scores = {
        "accuracy": sum(a == b for a, b in pairs) / len(pairs),
        "log_loss": -sum(math.log(row[a]) for a, row in zip(labels, proba, strict=True))
        / len(pairs),
        "brier": sum(
            sum((row[c] - (a == c)) ** 2 for c in range(3))
            for a, row in zip(labels, proba, strict=True)
        )
        / len(pairs),
    }
    recalls = []
    for c, name in enumerate(CLASSES):
        hits = sum(a == b == c for a, b in pairs)
        came, said = sum(a == c for a, _ in pairs), sum(b == c for _, b in pairs)
        precision, recall = hits / said if said else 0.0, hits / came if came else 0.0
        if came:
            recalls.append(recall)
        scores[f"precision_{name}"], scores[f"recall_{name}"] = precision, recall
        both = precision + recall
        scores[f"F1_{name}"] = 2 * precision * recall / both if both else 0.0
    scores["balanced_accuracy"] = sum(recalls) / len(recalls)
    return scores


@pytest.mark.parametrize("classes", [[0, 1, 2], [0, 2]], ids=["all came", "SIDEWAYS never came"])
def test_pattern_scores_equal_a_plain_count(random, classes):
    labels = random.choice(classes, 200)
    proba = random.dirichlet([1, 1, 1], 200)
    slow = slow_pattern(labels, proba)
    scores = pattern_metrics(labels, proba, PRIOR)
    own = {name: value for name, value in slow.items() if not name.endswith("_SIDEWAYS")}
    assert {name: scores[name] for name in own} == pytest.approx(own)


def test_the_class_prior_is_judged_on_the_same_rows(random):
    labels = random.choice(3, 200)
    slow = slow_pattern(labels, np.tile(PRIOR, (200, 1)))
    scores = pattern_metrics(labels, random.dirichlet([1, 1, 1], 200), PRIOR)
    own = {f"{n}_prior": v for n, v in slow.items() if not n.endswith("_SIDEWAYS")}
    assert {name: scores[name] for name in own} == pytest.approx(own)


def test_log_loss_ratio_of_the_prior_itself_is_one(random):
    scores = pattern_metrics(random.choice(3, 50), np.tile(PRIOR, (50, 1)), PRIOR)
    assert scores["log_loss_ratio"] == 1.0


@pytest.mark.parametrize(
    ("proba", "score"), [([1, 0, 0], 0.0), ([0, 0, 1], 2.0), ([0.5, 0.5, 0], 0.5)]
)
def test_brier_score_worked_by_hand(proba, score):
    assert brier(np.array([0]), np.array([proba], dtype=float)) == pytest.approx(score)


def test_confusion_has_what_came_in_rows_and_what_was_called_in_columns():
    proba = np.eye(3)[[0, 0, 1, 2, 2, 2]]
    assert confusion(np.array([0, 2, 1, 2, 2, 0]), proba) == [[1, 0, 1], [0, 1, 0], [1, 0, 2]]


def test_reliability_worked_by_hand():
    proba = np.array([[0.62, 0.2, 0.18], [0.68, 0.2, 0.12], [0.05, 0.05, 0.9], [0.0, 0.0, 1.0]])
    told = reliability(np.array([0, 1, 2, 2]), proba)
    assert told.said == pytest.approx([0.65, 0.95])
    assert told.came == pytest.approx([0.5, 1.0])
    assert told.count == [2, 2]
    assert told.error == pytest.approx(0.5 * 0.15 + 0.5 * 0.05)


def test_honest_probabilities_have_a_small_calibration_error(random):
    proba = random.dirichlet([1, 1, 1], 20_000)
    labels = (random.random(20_000)[:, None] > proba.cumsum(axis=1)).sum(axis=1).clip(max=2)
    assert reliability(labels, proba).error < 0.02
    assert reliability((labels + 1) % 3, proba).error > 0.2
