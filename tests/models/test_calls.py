import numpy as np
import pytest

from models.calls import WITHHELD, CallRule, fit_call_rule

PRIOR = (0.4, 0.15, 0.45)


@pytest.mark.parametrize(
    ("proba", "ret", "call"),
    [
        ((0.30, 0.10, 0.60), 0.01, 2),
        ((0.30, 0.10, 0.60), -0.01, WITHHELD),  # the price says otherwise
        ((0.30, 0.10, 0.60), 0.0, WITHHELD),
        ((0.55, 0.10, 0.35), -0.01, 0),
        ((0.55, 0.10, 0.35), 0.01, WITHHELD),
        ((0.40, 0.10, 0.50), 0.01, WITHHELD),  # only as far as the margin
        ((0.40, 0.15, 0.45), 0.01, WITHHELD),  # the prior
        ((0.05, 0.90, 0.05), 0.01, WITHHELD),
    ],
)
def test_a_direction_needs_a_margin_and_a_median_on_its_side(proba, ret, call):
    rule = CallRule(0.0500001, PRIOR)
    assert rule.apply(np.array([proba]), np.array([ret])).tolist() == [call]


def test_without_a_margin_nothing_is_called():
    rule = CallRule(None, PRIOR)
    assert rule.apply(np.array([[0.0, 0.0, 1.0]]), np.array([1.0])).tolist() == [WITHHELD]


def outcomes(skill, weeks=120, stocks=30, seed=0):
    """Probabilities with lifts up to 0.2, of which a share comes true."""
    random = np.random.default_rng(seed)
    week = np.repeat(np.arange(weeks), stocks)
    lift = random.uniform(-0.2, 0.2, len(week))
    proba = np.column_stack([0.4 - lift, np.full(len(week), 0.15), 0.45 + lift])
    true = np.column_stack([0.4 - skill * lift, np.full(len(week), 0.15), 0.45 + skill * lift])
    label = (random.random(len(week))[:, None] > true.cumsum(axis=1)).sum(axis=1)
    return proba, lift, label, week


def test_probabilities_that_come_true_earn_calls():
    rule = fit_call_rule(*outcomes(1.0), PRIOR)
    assert rule.margin == 0.01
    assert (rule.apply(*outcomes(1.0)[:2]) != WITHHELD).mean() > 0.8


@pytest.mark.parametrize("skill", [0.0, -1.0])
def test_probabilities_that_do_not_earn_none(skill):
    assert fit_call_rule(*outcomes(skill, seed=3), PRIOR).margin is None


def test_less_than_a_year_earns_none():
    assert fit_call_rule(*outcomes(1.0, weeks=51), PRIOR).margin is None
