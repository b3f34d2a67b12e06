import numpy as np
import pytest

from models.calibration import Calibration
from models.two_part import TwoPartCalibration, fit_two_part, nothing_known

PRIOR = np.array([0.35, 0.2, 0.45])
SAME = Calibration(1.0, 1.0, (0.8, 0.2))


def some(n=40, seed=0):
    random = np.random.default_rng(seed)
    return random.dirichlet([3, 2, 4], n), np.repeat(np.arange(n // 10), 10)


def odds(proba):
    return np.log(proba[:, 2] / proba[:, 0])


def test_everything_kept_changes_nothing():
    proba, week = some()
    assert TwoPartCalibration(SAME, 1.0, 1.0, tuple(PRIOR)).apply(proba, week) == pytest.approx(
        proba
    )


def test_nothing_known_says_the_prior():
    proba, week = some()
    assert nothing_known(PRIOR).apply(proba, week) == pytest.approx(np.tile(PRIOR, (40, 1)))


def test_without_the_market_the_week_has_the_prior_odds_on_average():
    proba, week = some()
    told = TwoPartCalibration(SAME, 0.0, 1.0, tuple(PRIOR)).apply(proba, week)
    usual = np.log(PRIOR[2] / PRIOR[0])
    for w in np.unique(week):
        assert odds(told)[week == w].mean() == pytest.approx(usual)
    assert np.argsort(odds(told)[:10]).tolist() == np.argsort(odds(proba)[:10]).tolist()
    assert told[:, 1] == pytest.approx(proba[:, 1])


def test_without_what_sets_apart_all_stocks_of_a_week_have_the_same_odds():
    proba, week = some()
    told = TwoPartCalibration(SAME, 1.0, 0.0, tuple(PRIOR)).apply(proba, week)
    for w in np.unique(week):
        assert np.ptp(odds(told)[week == w]) == pytest.approx(0)
        assert odds(told)[week == w][0] == pytest.approx(odds(proba)[week == w].mean())


def test_probabilities_sum_to_one():
    proba, week = some()
    told = TwoPartCalibration(Calibration(1.3, 0.7, (0.8, 0.2)), 0.2, 0.6, tuple(PRIOR)).apply(
        proba, week
    )
    assert told.sum(axis=1) == pytest.approx(1)
    assert told.min() > 0


def outcomes(keep, weeks=160, stocks=40, seed=1):
    """Told odds of which a share is true, apart from the market; and their outcomes."""
    random = np.random.default_rng(seed)
    week = np.repeat(np.arange(weeks), stocks)
    lift = random.normal(0, 0.5, len(week))
    usual = np.log(PRIOR[2] / PRIOR[0])

    def proba(of):
        up = 1 / (1 + np.exp(-(usual + of)))
        return np.column_stack([0.8 * (1 - up), np.full(len(week), 0.2), 0.8 * up])

    drawn = random.random(len(week))[:, None]
    label = (drawn > proba(keep * lift).cumsum(axis=1)).sum(axis=1)
    return proba(lift), label, week


@pytest.mark.parametrize("keep", [0.5, 1.0])
def test_the_share_kept_is_a_little_below_what_came_true(keep):
    made = fit_two_part(*outcomes(keep), PRIOR)
    assert keep - 0.2 < made.apart < keep
    assert made.sideways.weight >= 0


@pytest.mark.parametrize("keep", [0.0, -1.0])
def test_a_direction_that_says_nothing_is_dropped(keep):
    assert fit_two_part(*outcomes(keep), PRIOR).apart == 0.0


def test_less_than_two_years_keep_no_direction():
    assert fit_two_part(*outcomes(1.0, weeks=103), PRIOR).apart == 0.0


def test_the_market_needs_ten_years():
    """The same odds told to every stock, all of them true."""
    random = np.random.default_rng(2)
    kept = []
    for weeks in (519, 520):
        week = np.repeat(np.arange(weeks), 10)
        up = np.repeat(random.choice([0.2, 0.8], weeks), 10)
        proba = np.column_stack([0.8 * (1 - up), np.full(len(week), 0.2), 0.8 * up])
        label = (random.random(len(week))[:, None] > proba.cumsum(axis=1)).sum(axis=1)
        kept.append(fit_two_part(proba, label, week, PRIOR).market)
    assert kept[0] == 0.0
    assert kept[1] > 0.5
