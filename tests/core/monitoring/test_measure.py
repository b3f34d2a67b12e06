import numpy as np
import pandas as pd
import pytest

from core.monitoring import stability
from core.monitoring.measure import DRIFTED, SAME, UNUSUAL, Part, compared
from core.monitoring.reference import make
from tests.core.monitoring.made import NAMES, STOCKS, group, reference, rows


def of(found, name):
    return next(measure for measure in found.measures if measure.name == name)


def test_the_thresholds_are_quantiles_of_the_training_windows():
    measure = of(group(), "shared")
    assert len(measure.training) == 197
    assert (measure.training > measure.warn).mean() == pytest.approx(0.025, abs=0.006)
    assert (measure.training > measure.alarm).mean() == pytest.approx(0.01, abs=0.006)


def test_what_moves_with_the_market_has_a_threshold_many_times_higher():
    found = group()
    assert of(found, "shared").alarm > 10 * of(found, "steady").alarm


def test_weeks_as_in_training_are_not_unusual():
    found = group()
    assert [measure.state for measure in found.measures] == [SAME, SAME]
    assert found.over == 0
    assert not found.alarming


def test_a_shift_is_found_where_it_is_and_its_direction_is_told():
    found = group(shift=0.5)
    assert of(found, "steady").state == DRIFTED
    assert of(found, "steady").now - of(found, "steady").then == pytest.approx(0.5, abs=0.2)
    assert of(found, "steady").rank == pytest.approx(0.69, abs=0.06)  # of a normal at 0.5
    assert of(found, "steady").above == 0
    assert of(found, "shared").state == SAME
    assert found.over == 1


def test_between_the_two_thresholds_is_unusual():
    measure = of(group(), "steady")
    between = (measure.warn + measure.alarm) / 2
    assert type(measure)(**{**vars(measure), "psi": between}).state == UNUSUAL


def test_the_alarm_is_on_how_many_are_over_at_once():
    found = group(shift=0.5)
    assert found.line == int(np.sort(found.counts)[-2])  # 197 windows, the last hundredth is one
    made = type(found)(**{**vars(found), "counts": found.counts * 0})
    assert made.line == 0
    assert made.alarming


def test_a_short_training_period_raises_no_alarm():
    found = group(shift=3.0, trained=100)
    few = type(found)(**{**vars(found), "counts": found.counts * 0})
    assert len(few.counts) == 97
    assert few.over > few.line
    assert not few.alarming


def test_the_newest_four_weeks_are_compared():
    week, values, __ = rows(9, 1, "2020-01-03")
    values[week < np.unique(week)[-4]] += 50  # earlier weeks have no part in the last window
    found = compared([Part(reference(), week, values)])
    assert [str(day.date()) for day in found.weeks] == [
        "2020-02-07",
        "2020-02-14",
        "2020-02-21",
        "2020-02-28",
    ]
    assert of(found, "steady").state == SAME
    assert of(found, "steady").since.iloc[0] > 1


def test_fewer_weeks_are_held_against_windows_as_short():
    found = group(weeks=2)
    assert len(found.weeks) == 2
    expected = stability.spread(reference().counts[:, 0], 2, 4)
    assert found.measures[0].training.to_numpy() == pytest.approx(expected)


def test_later_weeks_change_nothing_of_what_was():
    week, values, __ = rows(12, 1, "2020-01-03")
    values[6 * STOCKS :] += 9
    before, after = (
        compared([Part(reference(), week[:count], values[:count])])
        for count in (6 * STOCKS, 12 * STOCKS)
    )
    for one, other in zip(before.measures, after.measures, strict=True):
        pd.testing.assert_series_equal(one.training, other.training)
        pd.testing.assert_series_equal(one.since, other.since.iloc[:3], check_freq=False)
        assert (one.warn, one.alarm) == (other.warn, other.alarm)


def test_shares_add_up_and_the_missing_are_counted():
    week, values, __ = rows(4, 1, "2020-01-03")
    values[: 2 * STOCKS, 0] = np.nan
    measure = compared([Part(reference(), week, values)]).measures[0]
    assert measure.shares_then.sum() == pytest.approx(1)
    assert measure.shares_now.sum() == pytest.approx(1)
    assert measure.shares_now[-1] == 0.5
    assert measure.state == DRIFTED


def test_a_value_that_never_varies_neither_warns_nor_fails():
    week, values, symbols = rows(120)
    still = make(NAMES, week, values * 0, symbols, 4)
    later = compared([Part(still, week[: 4 * STOCKS], values[: 4 * STOCKS] * 0)])
    assert [measure.state for measure in later.measures] == [SAME, SAME]
    assert [measure.share for measure in later.measures] == [0, 0]
