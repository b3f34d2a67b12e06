import numpy as np
import pandas as pd
import pytest

from core.backtest.measures import drawdowns, measures, monthly

DAYS = pd.bdate_range("2021-01-01", "2021-12-31")


def test_a_curve_that_doubles_in_a_year():
    noise = 1 + 0.001 * (-1.0) ** np.arange(len(DAYS))
    curve = pd.Series(2 ** np.linspace(0, 1, len(DAYS)) * noise, DAYS)
    found = measures(curve, 0.0, curve)
    assert found["cagr"] == pytest.approx(1, abs=0.02)
    assert (found["beta"], found["alpha"]) == pytest.approx((1, 0))
    returns = curve.pct_change().dropna()
    assert found["sharpe"] == pytest.approx(returns.mean() / returns.std() * np.sqrt(252))
    assert found["drawdown"] == pytest.approx(drawdowns(curve).min())


def test_cash_alone_has_no_ratio():
    assert measures(pd.Series(1.0, DAYS), 0.0)["sharpe"] is None


def test_months_multiply_to_the_whole():
    curve = pd.Series(np.linspace(1, 1.5, len(DAYS)), DAYS)
    months = monthly(curve)
    assert next(iter(months)) == "2021-01"
    assert len(months) == 12
    assert np.prod([1 + value for value in months.values()]) == pytest.approx(1.5)
