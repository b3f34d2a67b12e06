import numpy as np
import pytest

from models.shrinkage import Shrinkage, fit_shrinkage, pooled_shrinkage, weekly_mean


def made(slope, weeks=200, stocks=20, noise=0.1, seed=0):
    random = np.random.default_rng(seed)
    week = np.repeat(np.arange(weeks), stocks)
    forecast = random.normal(0, 0.02, len(week))
    return forecast, slope * forecast + random.normal(0, noise, len(week)), week


def test_a_forecast_that_comes_true_is_kept_almost_whole():
    assert pooled_shrinkage(*made(1.0, noise=0.001)) == pytest.approx(1.0, abs=0.01)


def test_a_forecast_twice_too_bold_is_halved():
    assert pooled_shrinkage(*made(0.5, noise=0.001)) == pytest.approx(0.5, abs=0.01)


def test_the_bound_lies_below_the_slope():
    forecast, actual, week = made(0.6)
    slope = (forecast @ actual) / (forecast @ forecast)
    assert 0 < pooled_shrinkage(forecast, actual, week) < slope


@pytest.mark.parametrize("slope", [0.0, -1.0])
def test_a_forecast_that_knows_nothing_becomes_no_change(slope):
    assert pooled_shrinkage(*made(slope, seed=1)) == 0.0


def test_a_timid_forecast_is_never_magnified():
    assert pooled_shrinkage(*made(3.0, noise=0.001)) == 1.0


def test_fewer_weeks_than_two_years_prove_nothing():
    few, enough = (made(1.0, weeks=weeks, noise=0.001) for weeks in (103, 104))
    assert pooled_shrinkage(*few) == 0.0
    assert pooled_shrinkage(*enough) > 0.9


def test_a_forecast_of_no_change_has_no_slope():
    _, actual, week = made(1.0)
    assert pooled_shrinkage(np.zeros(len(actual)), actual, week) == 0.0


def test_no_rows_at_all():
    empty = np.empty(0)
    assert pooled_shrinkage(empty, empty, empty) == 0.0


def test_the_two_parts_are_shrunk_apart():
    """Stocks apart come true, the market's part does not."""
    random = np.random.default_rng(4)
    apart, actual, week = made(1.0, weeks=600, noise=0.001)
    bet = np.repeat(random.normal(0, 0.02, 600), 20)
    kept = fit_shrinkage(apart + bet, actual - weekly_mean(actual, week), week)
    assert kept.market == pytest.approx(0.0, abs=0.01)
    assert kept.apart == pytest.approx(1.0, abs=0.01)


def test_the_market_needs_ten_years():
    bet, week = (
        np.repeat(np.random.default_rng(5).normal(0, 0.02, 520), 5),
        np.repeat(np.arange(520), 5),
    )
    early = week < 519
    assert fit_shrinkage(bet[early], bet[early], week[early]).market == 0.0
    assert fit_shrinkage(bet, bet, week).market == pytest.approx(1.0)


def test_applying_keeps_each_share():
    told = Shrinkage(0.5, 0.1).apply(np.array([1.0, 3.0, 10.0]), np.array([1, 1, 2]))
    assert told == pytest.approx([1.0 - 0.1, 1.0 + 0.1, 5.0])
