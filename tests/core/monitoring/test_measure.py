import math
import statistics
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.monitoring import stability
from core.monitoring.measure import DRIFTED, SAME, UNUSUAL, Part, compared, together
from core.monitoring.reference import make
from tests.core.monitoring.made_weeks import NAMES, STOCKS, group, reference, rows


def of(found, name):
    return next(measure for measure in found.measures if measure.name == name)


def test_the_thresholds_are_quantiles_of_the_training_windows():
    measure = of(group(), "shared")
    assert len(measure.training) == 197
    assert (measure.training > measure.warn).mean() == pytest.approx(0.025, abs=0.006)
    assert measure.alarm > measure.warn


def test_what_moves_with_the_market_has_a_threshold_many_times_higher():
    found = group()
    assert of(found, "shared").alarm > 10 * of(found, "steady").alarm


def test_weeks_as_in_training_are_not_unusual():
    found = group()
    assert [measure.state for measure in found.measures] == [SAME, SAME]
    assert found.over == 0
    assert found.drifted == ()


def test_a_shift_is_found_where_it_is_and_its_direction_is_told():
    found = group(shift=1.0)
    assert of(found, "steady").state == DRIFTED
    assert of(found, "steady").now - of(found, "steady").then == pytest.approx(1.0, abs=0.2)
    assert of(found, "steady").rank == pytest.approx(0.84, abs=0.06)  # of a normal at 1
    assert of(found, "steady").above == 0
    assert of(found, "shared").state == SAME
    assert found.over == 1
    assert [measure.name for measure in found.drifted] == ["steady"]


def test_between_the_two_thresholds_is_unusual():
    measure = of(group(), "steady")
    between = (measure.warn + measure.alarm) / 2
    assert replace(measure, psi=between).state == UNUSUAL


def slow_alarms(training):
    """Each threshold from all windows together, number by number."""
    weeks = range(len(next(iter(training.values()))))
    scaled = {}
    for name, values in training.items():
        logs = [math.log(max(value, 0.01)) for value in values]
        scaled[name] = (statistics.mean(logs), statistics.stdev(logs), logs)
    furthest = [max((logs[w] - m) / sd for m, sd, logs in scaled.values()) for w in weeks]
    v, z = len(furthest) / 13 - 1, 3.29
    student = z + (z**3 + z) / (4 * v) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
    line = statistics.mean(furthest) + student * statistics.stdev(furthest)
    return {name: math.exp(m + sd * line) for name, (m, sd, __) in scaled.items()}


def test_drift_is_from_the_threshold_of_all_together():
    found = group()
    told = slow_alarms({measure.name: measure.training for measure in found.measures})
    for measure in found.measures:
        assert measure.alarm == pytest.approx(max(told[measure.name], measure.warn))


def test_the_fewer_windows_the_higher_the_threshold():
    whole = list(group().measures)
    few = [replace(m, training=m.training.iloc[::3]) for m in whole]  # alike, a third of them
    for one, other in zip(together(whole), together(few), strict=True):
        assert other.alarm > 1.2 * one.alarm


def test_the_furthest_in_each_window_is_a_share_of_its_threshold():
    found = group(shift=1.0)
    assert found.since.iloc[-1] == pytest.approx(of(found, "steady").share)
    assert found.since.iloc[-1] > 1
    assert found.training.max() < 1
    both = [measure.training / measure.alarm for measure in found.measures]
    assert found.training.to_numpy() == pytest.approx(np.maximum(*both))


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
