"""The sequential test: rarely wrong in healthy years, soon right in broken ones."""

import numpy as np
import pytest

from core.monitoring import expectation
from core.monitoring.scores import SCORES, TESTED, weekly
from core.monitoring.sequential import (
    ALLOWANCE,
    FALSE_ALARMS,
    LEAST_WEEKS,
    YEAR,
    Cusum,
    calibrate,
    judge,
)
from models.blocks import block_order
from tests.core.monitoring.made import doubled, flipped, out_of_sample

ERROR, INTERVALS = SCORES[0], SCORES[1]
BREAK = 30


@pytest.fixture(scope="module")
def tables():
    """Weekly scores of a version's weeks: as they were, flipped, and twice as volatile."""
    rows = out_of_sample(weeks=150)
    return [weekly(expectation.score(made)) for made in (rows, flipped(rows), doubled(rows))]


def alarms_of(tables, years, seed=11):
    """Years of drawn weeks; for each kind of year the week of the first alarm, or None."""
    healthy = tables[0]
    tests = {
        score.tested: test
        for score in TESTED
        if (test := calibrate(score, healthy[score.tested].to_numpy()))
    }
    assert len(tests) == len(TESTED)
    found = [[], [], []]
    for chosen in block_order(len(healthy), 13, YEAR, years, seed):
        for kind, table in enumerate(tables):
            first = []
            for name, test in tests.items():
                values = healthy[name].to_numpy()[chosen].copy()
                if kind:
                    values[BREAK:] = table[name].to_numpy()[chosen[BREAK:]]
                first += np.flatnonzero(test.levels(values) > test.threshold)[:1].tolist()
            found[kind].append(min(first) if first else None)
    return found


def test_healthy_years_seldom_alarm_and_broken_ones_soon_do(tables):
    healthy, flip, double = alarms_of(tables, years=60)
    assert sum(week is not None for week in healthy) <= 4
    for broken in (flip, double):
        in_time = [week is not None and BREAK <= week < BREAK + 12 for week in broken]
        assert np.mean(in_time) > 0.6


@pytest.mark.long
def test_a_thousand_healthy_years_keep_to_their_budget(tables):
    healthy, *__ = alarms_of(tables, years=1000, seed=5)
    assert sum(week is not None for week in healthy) <= 1000 * (FALSE_ALARMS + 0.01)


def test_the_sum_is_that_of_page_worked_out_by_hand():
    test = Cusum(worse=1, mean=1.0, spread=0.5, threshold=2.0)
    assert ALLOWANCE == 1
    assert test.levels(np.array([1.0, 2.0, 2.5, 1.0, 0.0])).tolist() == [0, 1, 3, 2, 0]
    down = Cusum(worse=-1, mean=1.0, spread=0.5, threshold=2.0)
    assert down.levels(np.array([1.0, 0.0])).tolist() == [0, 1]


def test_a_week_without_a_figure_changes_nothing():
    test = Cusum(worse=1, mean=0.0, spread=1.0, threshold=9.0)
    assert test.levels(np.array([3.0, np.nan, 0.0])).tolist() == [2, 2, 1]


def test_later_weeks_change_no_earlier_verdict(tables):
    test = calibrate(INTERVALS, tables[0]["reach"].to_numpy())
    values = tables[2]["reach"].to_numpy()
    whole = test.levels(values)
    for weeks in (1, 20, 77):
        assert test.levels(values[:weeks]).tolist() == whole[:weeks].tolist()


def test_an_alarm_names_when_it_came_and_when_it_began():
    test = Cusum(worse=1, mean=0.0, spread=1.0, threshold=2.0)
    standing = judge(test, np.array([0.0, 0.0, 1.5, 2.0, 3.0, 3.0]))
    assert (standing.alarmed, standing.began, standing.earlier) == (4, 2, False)


def test_an_alarm_that_went_away_is_told_as_one():
    test = Cusum(worse=1, mean=0.0, spread=1.0, threshold=2.0)
    gone = judge(test, np.array([4.0, -3.0, 0.0]))
    assert (gone.alarmed, gone.earlier) == (None, True)
    again = judge(test, np.array([4.0, -3.0, 4.0]))
    assert (again.alarmed, again.began, again.earlier) == (2, 2, True)
    assert judge(test, np.array([])).alarmed is None


@pytest.mark.parametrize(
    "history", [np.arange(LEAST_WEEKS - 1.0), np.ones(200), np.full(80, np.nan)]
)
def test_too_little_or_too_even_a_past_gives_no_test(history):
    assert calibrate(ERROR, history) is None


def test_a_longer_past_needs_less_proof():
    """A mean known from few weeks may itself be wrong, so the threshold is higher."""
    even = np.tile([1.0, -1.0], 200)  # of its own weeks alone no year would stand out
    known, little = (calibrate(ERROR, even[:weeks]).threshold for weeks in (400, LEAST_WEEKS))
    assert little > 1.2 * known > 0


def overlapping(random, weeks):
    """Normal figures that share three of four weeks with their neighbours."""
    return np.convolve(random.normal(size=weeks + 3), np.ones(4), "valid")


@pytest.mark.parametrize("weeks", [LEAST_WEEKS, 150])
def test_years_that_calibrated_nothing_seldom_alarm(weeks):
    random = np.random.default_rng(8)
    alarmed = 0
    for __ in range(30):
        test = calibrate(ERROR, overlapping(random, weeks))
        alarmed += (test.levels(overlapping(random, YEAR)) > test.threshold).any()
    assert alarmed <= 2
