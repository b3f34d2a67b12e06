import numpy as np
import pandas as pd
import pytest

from core.backtest.portfolio import Choice, targets
from core.errors import UserError
from tests.core.backtest.made import market

FRIDAYS = pd.to_datetime(["2023-01-06", "2023-01-13", "2023-01-20"])


def rows(**columns):
    base = {
        "symbol": ["A", "B", "C"] * 3,
        "week": np.repeat(FRIDAYS, 3),
        "forecast": [0.1, 0.2, 0.3] * 3,
        "p_up": [0.6, 0.5, 0.4] * 3,
        "call": [2, 2, 0] * 3,
        "origin": "x",
    }
    return pd.DataFrame(base | columns)


def prices(**more):
    return market(np.full((20, 3), 10.0), **more)


def test_targets_are_held_from_the_session_after_the_week():
    some = prices()
    found = targets(rows(), some, Choice(top=2, every=1))
    assert [str(some.days[t])[:10] for t in found] == ["2023-01-09", "2023-01-16", "2023-01-23"]
    assert all(weights.tolist() == [0, 0.5, 0.5] for weights in found.values())


@pytest.mark.parametrize(
    ("choice", "weights"),
    [
        (Choice(by="return", top=1), [0, 0, 1]),
        (Choice(by="p_up", top=1), [1, 0, 0]),
        (Choice(by="up", least=0.45), [0.5, 0.5, 0]),
        (Choice(by="up", least=0.55), [1, 0, 0]),
        (Choice(by="up", least=0.9), [0, 0, 0]),
    ],
)
def test_choices(choice, weights):
    assert targets(rows(), prices(), choice)[5].tolist() == weights


def test_four_weekly_starts_are_a_week_apart():
    some = prices()
    assert [list(targets(rows(), some, Choice(), start)) for start in range(4)] == [
        [5],
        [10],
        [15],
        [],
    ]


def test_volatility_weights_are_of_the_closes_before():
    random = np.random.default_rng(1)
    close = 10 * np.exp(np.cumsum(random.normal(0, [0.01, 0.02, 0.04], (80, 3)), axis=0))
    some = market(close, start="2022-10-03")
    choice = Choice(top=3, weights="inverse_volatility", every=1)
    found = targets(rows(), some, choice)
    session, weights = next(iter(found.items()))
    assert weights[0] > 1.5 * weights[1] > 2 * weights[2] > 0
    assert weights.sum() == pytest.approx(1)
    some.close[session:] = 1.0
    np.testing.assert_array_equal(targets(rows(), some, choice)[session], weights)


@pytest.mark.parametrize("wrong", [{"by": "x"}, {"every": 2}, {"top": 0}, {"least": 2}])
def test_a_rule_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(UserError):
        Choice(**wrong)
