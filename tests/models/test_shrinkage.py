import numpy as np
import pytest

from models.shrinkage import pooled_shrinkage


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
