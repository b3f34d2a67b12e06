import numpy as np
import pytest

from models.intervals import Interval, expected_move, fit_interval

FOUR_WEEKS = np.sqrt(4 * 5 / 252)


def test_expected_move_is_the_mean_of_own_and_typical_volatility_over_the_horizon():
    assert expected_move(np.array([0.3]), 0.2, 4) == pytest.approx([0.25 * FOUR_WEEKS])


def test_a_stock_without_volatility_is_taken_for_typical():
    assert expected_move(np.array([np.nan]), 0.2, 4) == pytest.approx([0.2 * FOUR_WEEKS])


def test_half_width_grows_with_the_stocks_own_volatility():
    interval = Interval(0.8, 1.5, 0.2, 4)
    calm, wild = interval.half_width(np.array([0.1, 0.6]))
    assert calm == pytest.approx(1.5 * 0.15 * FOUR_WEEKS)
    assert wild == pytest.approx(1.5 * 0.4 * FOUR_WEEKS)


def test_width_is_a_quantile_of_the_misses_in_units_of_the_expected_move():
    # 100 misses of 0.01 to 1.00 expected moves: rank ceil(101 x 0.8) / 100 = 0.81.
    score = np.arange(1, 101) / 100
    sign = np.where(np.arange(100) % 2, 1, -1)
    miss = sign * score * 0.2 * FOUR_WEEKS
    fitted = fit_interval(miss, np.full(100, 0.2), typical=0.2, horizon_weeks=4, level=0.8)
    assert fitted.width == pytest.approx(np.quantile(score, 0.81))
    assert (fitted.level, fitted.typical_volatility, fitted.horizon_weeks) == (0.8, 0.2, 4)


def test_too_few_misses_give_the_largest():
    fitted = fit_interval(
        np.array([0.01, -0.05, 0.02]), np.full(3, 0.2), typical=0.2, horizon_weeks=4, level=0.8
    )
    assert fitted.half_width(np.array([0.2])) == pytest.approx([0.05])


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_it_holds_the_share_it_was_made_to_hold(level):
    """Split conformal: mean coverage of a new exchangeable draw is at least the level."""
    random = np.random.default_rng(11)
    inside = []
    for _ in range(600):
        volatility = random.uniform(0.1, 0.6, 160)
        miss = random.standard_t(3, 160) * expected_move(volatility, 0.3, 4)
        fitted = fit_interval(miss[:80], volatility[:80], typical=0.3, horizon_weeks=4, level=level)
        inside.append(np.abs(miss[80:]) <= fitted.half_width(volatility[80:]))
    assert level - 0.01 < np.mean(inside) < level + 0.025
