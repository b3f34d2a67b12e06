"""The deflated Sharpe ratio and the interval."""

import numpy as np
import pandas as pd
import pytest

from core.backtest.market import Rules
from core.backtest.measures import deflated, deflated_sharpe, measures
from core.errors import UserError


def test_deflated_sharpe_of_the_paper():
    """The worked example of Bailey and Lopez de Prado (2014): 0.9004."""
    # Yearly 2.5 over 1,250 days, skew -3, kurtosis 10, 100 trials of variance 1/2 a year.
    found = deflated(2.5 / np.sqrt(250), 1250, -3, 10, 100, np.sqrt(0.5 / 250))
    assert found == pytest.approx(0.9004, abs=1e-3)


def test_more_tries_deflate_more():
    r = np.random.default_rng(1).normal(0.004, 0.02, 200)
    found = [deflated_sharpe(r, tried, 0.05) for tried in (1, 2, 10, 100)]
    assert found == sorted(found, reverse=True)
    assert found[0] - found[-1] > 0.3


def test_measures_of_a_curve_that_doubles_in_a_year():
    days = pd.bdate_range("2021-01-01", "2022-01-01")
    noise = 1 + 0.001 * (-1.0) ** np.arange(len(days))
    curve = pd.Series(2 ** np.linspace(0, 1, len(days)) * noise, days)
    found = measures(curve, index=curve)
    assert found["cagr"] == pytest.approx(1, abs=0.02)
    assert found["beta"] == pytest.approx(1)
    assert found["sharpe_low"] < found["sharpe_high"]


def test_impossible_fee_is_refused():
    with pytest.raises(UserError, match="fee"):
        Rules("x", fee=0.9)
