"""Standings: against earlier weeks only, missing values left out, beside other stocks."""

import numpy as np
import pandas as pd
import pytest

from core.indicators.catalogue import NAMES
from core.indicators.standing import LEAST_WEEKS, share_below, standings

NOBODY = pd.DataFrame(columns=list(NAMES), dtype=float)


def weeks_of(values):
    index = pd.date_range("2020-01-03", periods=len(values), freq="W-FRI", name="week")
    return pd.DataFrame(dict.fromkeys(NAMES, values), index=index).astype(float)


@pytest.mark.parametrize(
    ("values", "value", "share"),
    [([1, 2, 3, 4], 3.5, 0.75), ([1, 2, 2, 3], 2, 0.5), ([1, 1], 0, 0.0), ([1, 1], 2, 1.0)],
)
def test_equal_values_count_half(values, value, share):
    assert share_below(np.array(values, float), value) == share


def test_the_last_week_is_compared_with_earlier_ones_alone():
    frame = weeks_of([*range(100), 49.5])
    assert standings(frame, NOBODY)["ret_1w"].own == 0.5
    assert standings(frame.iloc[:80], NOBODY)["ret_1w"].own == 1.0


def test_nothing_later_changes_a_standing():
    frame = weeks_of(np.random.default_rng(0).normal(size=200))
    known = standings(frame.iloc[:150], NOBODY)
    changed = frame.copy()
    changed.iloc[150:] = 99.0
    assert standings(changed.iloc[:150], NOBODY) == known


def test_missing_weeks_are_left_out_of_the_history():
    values = np.arange(200.0)
    values[::2] = np.nan
    stand = standings(weeks_of(values), NOBODY)["RSI_14w"]
    assert (stand.weeks, stand.own) == (99, 1.0)


def test_a_missing_value_stands_nowhere():
    stand = standings(weeks_of([*range(100), np.nan]), weeks_of([1.0, 2.0]))["RSI_14w"]
    assert np.isnan([stand.value, stand.own, stand.peers]).all()
    assert stand.rank == 0


def test_a_short_history_gives_no_percentile():
    assert np.isnan(standings(weeks_of(range(LEAST_WEEKS)), NOBODY)["ret_1w"].own)
    assert standings(weeks_of(range(LEAST_WEEKS + 1)), NOBODY)["ret_1w"].own == 1.0


def test_others_are_counted_where_they_have_a_value():
    stand = standings(weeks_of([5.0]), weeks_of([1.0, 9.0, np.nan, 5.0]))["ret_1w"]
    assert (stand.others, stand.rank, stand.peers) == (3, 2, 0.5)


def test_an_empty_history_has_no_standing():
    stand = standings(weeks_of([]), NOBODY)["ret_1w"]
    assert (stand.weeks, stand.others, stand.rank) == (0, 0, 0)
