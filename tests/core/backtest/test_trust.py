import numpy as np
import pandas as pd
import pytest

from core.backtest.trust import ahead_of, deflated, deflated_sharpe, sharpe_interval


def test_the_worked_example_of_the_paper():
    # Yearly 2.5 over 1,250 days, skew -3, kurtosis 10, 100 trials of variance 1/2 a year.
    found = deflated_sharpe(2.5 / np.sqrt(250), 1250, -3, 10, 100, np.sqrt(0.5 / 250))
    assert found == pytest.approx(0.9004, abs=1e-3)


def test_more_tries_deflate_more():
    returns = np.random.default_rng(1).normal(0.004, 0.02, 200)
    found = [deflated(returns, tried, 0.05) for tried in (1, 2, 10, 100)]
    assert found == sorted(found, reverse=True)
    assert found[0] - found[-1] > 0.3


def test_a_curve_that_never_moves_has_none():
    assert deflated(np.zeros(50), 3, 0.1) is None


def test_the_interval_is_wider_for_a_shorter_history():
    random = np.random.default_rng(2)
    days = pd.bdate_range("2015-01-02", periods=2000)
    curve = pd.Series(np.exp(np.cumsum(random.normal(0.0004, 0.01, 2000))), days)
    (low, high), (low_short, high_short) = (
        sharpe_interval(curve.iloc[:n], 0.0) for n in (2000, 400)
    )
    returns = curve.pct_change().dropna()
    assert low < returns.mean() / returns.std() * np.sqrt(252) < high
    assert high_short - low_short > 1.5 * (high - low)


def curves(lead: float) -> tuple[pd.Series, pd.Series]:
    """Two curves of one market; the first grows by so much more each session."""
    random = np.random.default_rng(3)
    days = pd.bdate_range("2015-01-02", periods=1500)
    market = random.normal(0.0003, 0.01, 1500)
    apart = random.normal(lead, 0.003, 1500)
    return tuple(pd.Series(np.exp(np.cumsum(steps)), days) for steps in (market + apart, market))


def test_a_lead_over_holding_is_the_mean_difference_of_log_returns():
    one, other = curves(0.001)
    found = ahead_of(one, other)
    steps = np.log(one.iloc[-1] / one.iloc[0]) - np.log(other.iloc[-1] / other.iloc[0])
    assert found["mean"] == pytest.approx(steps / 1499 * 252)
    assert 0 < found["low"] < found["mean"] < found["high"]


def test_without_a_lead_the_interval_holds_zero():
    found = ahead_of(*curves(0.0))
    assert found["low"] < 0 < found["high"]
