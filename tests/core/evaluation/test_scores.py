"""Every score against a slow, obvious reference."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import balanced_accuracy_score, f1_score, log_loss

from core.evaluation.pattern_scores import hit_curve, pattern_scores, reliability_bins
from core.evaluation.price_scores import coverage, price_scores, weekly_rank_correlation
from core.training.evaluation import pattern_metrics, price_metrics, reliability

WEEKS, STOCKS = 40, 20


@pytest.fixture(scope="module")
def price():
    random = np.random.default_rng(0)
    n = WEEKS * STOCKS
    actual = random.normal(0.01, 0.1, n)
    return {
        "week": np.repeat(np.arange(WEEKS), STOCKS),
        "close": random.uniform(5, 100, n),
        "actual": actual,
        "forecast": 0.2 * actual + random.normal(0, 0.02, n),
        "drift": np.full(n, 0.01),
    }


@pytest.fixture(scope="module")
def pattern():
    random = np.random.default_rng(1)
    n = WEEKS * STOCKS
    proba = random.dirichlet([4, 2, 5], n)
    label = np.array([random.choice(3, p=row) for row in proba])
    prior = np.tile([0.36, 0.19, 0.45], (n, 1))
    return {
        "week": np.repeat(np.arange(WEEKS), STOCKS),
        "label": label,
        "proba": proba,
        "prior": prior,
    }


@pytest.mark.parametrize("name", ["MAE", "RMSE", "MAPE", "MAE_ratio", "RMSE_ratio", "MAPE_ratio"])
def test_price_errors_equal_those_of_a_training_run(price, name):
    slow = price_metrics(price["close"], price["actual"], price["forecast"])
    assert price_scores(**price)[name].value == pytest.approx(slow[name])


def test_r2_against_zero_and_against_drift(price):
    scores = price_scores(**price)
    miss = sum((a - f) ** 2 for a, f in zip(price["actual"], price["forecast"], strict=True))
    zero = sum(a**2 for a in price["actual"])
    drift = sum((a - 0.01) ** 2 for a in price["actual"])
    assert scores["R2"].value == pytest.approx(1 - miss / zero)
    assert scores["R2_drift"].value == pytest.approx(1 - miss / drift)


def test_r2_of_demeaned_returns_forgets_the_market(price):
    actual, told = (price[k].reshape(WEEKS, STOCKS) for k in ("actual", "forecast"))
    a = actual - actual.mean(axis=1, keepdims=True)
    f = told - told.mean(axis=1, keepdims=True)
    slow = 1 - ((a - f) ** 2).sum() / (a**2).sum()
    shifted = {**price, "forecast": (told + np.arange(WEEKS)[:, None]).ravel()}
    for given in (price, shifted):
        assert price_scores(**given)["R2_demeaned"].value == pytest.approx(slow)


def test_the_information_coefficient_is_the_mean_weekly_spearman(price):
    weekly = [
        spearmanr(price["actual"][price["week"] == w], price["forecast"][price["week"] == w])[0]
        for w in range(WEEKS)
    ]
    scores = price_scores(**price)
    assert scores["IC"].value == pytest.approx(np.mean(weekly))
    assert scores["IC_ratio"].value == pytest.approx(np.mean(weekly) / np.std(weekly))


def test_rank_correlation_with_ties_in_any_order_of_rows(price):
    order = np.random.default_rng(5).permutation(len(price["week"]))
    tied = np.round(price["forecast"], 2)
    weeks, found = weekly_rank_correlation(
        price["week"][order], price["actual"][order], tied[order]
    )
    assert weeks.tolist() == list(range(WEEKS))
    for w in (0, WEEKS - 1):
        at = price["week"] == w
        assert found[w] == pytest.approx(spearmanr(price["actual"][at], tied[at])[0])


def test_no_change_scores_zero_and_has_no_rank_correlation(price):
    scores = price_scores(**{**price, "forecast": np.zeros(WEEKS * STOCKS)})
    assert scores["R2"].value == 0.0
    assert scores["MAE_ratio"].value == 1.0
    assert "IC" not in scores


def test_coverage_counts_what_lies_inside(price):
    half = np.tile([0.1, 0.2], (WEEKS * STOCKS, 1))
    half[:100] = np.nan
    scores = coverage(price["week"], price["actual"], price["forecast"], half)
    miss = np.abs(price["actual"] - price["forecast"])[100:]
    assert scores["coverage_80"].value == pytest.approx((miss <= 0.1).mean())
    assert scores["coverage_95"].value == pytest.approx((miss <= 0.2).mean())
    assert scores["width_95"].value == pytest.approx(0.4)


def test_a_level_without_intervals_leaves_the_other_alone(price):
    half = np.tile([0.1, np.nan], (WEEKS * STOCKS, 1))
    scores = coverage(price["week"], price["actual"], price["forecast"], half)
    assert set(scores) == {"coverage_80", "width_80"}


def test_the_sharpe_ratio_is_of_the_top_fifth_less_all(price):
    gains = []
    for week in np.unique(price["week"]):
        at = np.flatnonzero(price["week"] == week)
        ranked = sorted(at, key=lambda row: -price["forecast"][row])
        came = np.exp(price["actual"]) - 1
        gains.append(came[ranked[: max(1, len(at) // 5)]].mean() - came[at].mean())
    wanted = np.mean(gains) / np.std(gains) * np.sqrt(13)
    assert price_scores(**price)["sharpe"].value == pytest.approx(wanted)


def skill(mine, usual):
    return 1 - mine / usual


def test_log_loss_and_its_two_parts(pattern):
    scores = pattern_scores(**pattern)
    label, proba, prior = pattern["label"], pattern["proba"], pattern["prior"]
    moved = label != 1

    def losses(p):
        whole = log_loss(label, p, labels=[0, 1, 2])
        still = log_loss(label == 1, p[:, 1])
        direction = log_loss(label[moved] == 2, p[moved, 2] / (p[moved, 0] + p[moved, 2]))
        return whole, still, direction

    for name, mine, usual in zip(
        ("log_loss_skill", "log_loss_skill_sideways", "log_loss_skill_direction"),
        losses(proba),
        losses(prior),
        strict=True,
    ):
        assert scores[name].value == pytest.approx(skill(mine, usual)), name
    whole, still, direction = losses(proba)
    assert whole == pytest.approx(still + moved.mean() * direction)


def test_counts_and_brier_equal_scikit_learn_and_a_training_run(pattern):
    scores = pattern_scores(**pattern)
    label, call = pattern["label"], pattern["proba"].argmax(axis=1)
    slow = pattern_metrics(label, pattern["proba"], pattern["prior"][0])
    assert scores["accuracy"].value == pytest.approx((label == call).mean())
    assert scores["balanced_accuracy"].value == pytest.approx(balanced_accuracy_score(label, call))
    assert scores["macro_F1"].value == pytest.approx(f1_score(label, call, average="macro"))
    assert scores["brier"].value == pytest.approx(slow["brier"])
    assert scores["brier_skill"].value == pytest.approx(skill(slow["brier"], slow["brier_prior"]))
    usual = (label == 2).mean()
    assert scores["accuracy_skill"].value == pytest.approx(
        ((label == call).mean() - usual) / (1 - usual)
    )


def test_ranked_probability_score_sums_over_the_order_of_classes(pattern):
    slow = 0.0
    for label, p in zip(pattern["label"], pattern["proba"], strict=True):
        slow += ((p[0] - (label == 0)) ** 2 + (p[0] + p[1] - (label <= 1)) ** 2) / 2
    assert pattern_scores(**pattern)["RPS"].value == pytest.approx(slow / len(pattern["label"]))


def test_calibration_error_equals_that_of_a_training_run(pattern):
    slow = reliability(pattern["label"], pattern["proba"])
    assert pattern_scores(**pattern)["calibration_error"].value == pytest.approx(slow.error)
    bins = reliability_bins(pattern["label"], pattern["proba"])
    assert [b[2] for b in bins] == slow.count
    assert [b[0] for b in bins] == pytest.approx(slow.said)
    assert [b[1] for b in bins] == pytest.approx(slow.came)


def test_the_most_confident_tenth_of_each_week_against_always_up(pattern):
    top = pattern["proba"].max(axis=1)
    hits, rows = 0, 0
    for w in range(WEEKS):
        at = np.flatnonzero(pattern["week"] == w)
        for row in at[np.argsort(-top[at])][: STOCKS // 10]:
            hits += pattern["proba"][row].argmax() == pattern["label"][row]
            rows += 1
    slow = hits / rows - (pattern["label"] == 2).mean()
    assert pattern_scores(**pattern)["decile_gain"].value == pytest.approx(slow)


def test_a_constant_has_no_most_confident_tenth(pattern):
    scores = pattern_scores(**{**pattern, "proba": pattern["prior"]})
    assert "decile_gain" not in scores
    assert scores["log_loss_skill"].value == 0.0
    assert scores["accuracy_skill"].value == 0.0


def test_the_hit_curve_gives_the_boldest_calls_first(pattern):
    curve = hit_curve(**pattern)
    assert [share for share, _, _ in curve] == pytest.approx(np.arange(1, 11) / 10)
    assert curve[0][1] > curve[-1][1]
    lift = pattern["proba"] - pattern["prior"]
    call = np.where(lift[:, 2] >= lift[:, 0], 2, 0)
    assert curve[-1][1] == pytest.approx((call == pattern["label"]).mean())
