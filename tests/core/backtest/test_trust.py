import numpy as np
import pandas as pd
import pytest

from core.backtest.trust import deflated, deflated_sharpe, sharpe_interval


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
