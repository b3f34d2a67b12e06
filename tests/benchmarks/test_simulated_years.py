"""Simulated years: what is fed is what the rows say, and both ways of feeding agree."""

import numpy as np
import pytest

from benchmarks.simulated_years import (
    BREAK,
    Life,
    broken,
    calibrated,
    draw_years,
    first_alarms,
    measure,
    through_the_store,
)
from core.monitoring.scores import TESTED
from core.monitoring.sequential import YEAR
from tests.core.monitoring.made import out_of_sample

LIFE = Life("VN", (1, 1), 0.01)
ROWS = out_of_sample(weeks=120)


def test_a_year_is_whole_real_weeks_in_blocks_and_breaks_where_it_says():
    (year,) = draw_years(ROWS, 1, seed=3)
    assert len(year) == YEAR
    assert [len(week) for week in year] == [12] * YEAR
    first = [week["week"].iloc[0] for week in year]
    assert [day.days for day in np.diff(first[:13])] == [7] * 12
    turned = broken(year, "flipped", 0.01)
    wild = broken(year, "doubled", 0.01)
    for place in (0, BREAK - 1):
        assert turned[place] is wild[place] is year[place]
    np.testing.assert_allclose(turned[BREAK]["forecast"], -year[BREAK]["forecast"])
    np.testing.assert_allclose(turned[BREAK]["p_up"], year[BREAK]["p_down"])
    np.testing.assert_allclose(wild[BREAK]["ret"], 2 * year[BREAK]["ret"])


@pytest.fixture(scope="module")
def figures():
    return measure(ROWS, LIFE, years=2)


@pytest.mark.parametrize("kind", ["healthy", "flipped", "doubled"])
def test_counts_add_up(kind, figures):

    assert figures["all/scores_tested"] == len(TESTED)
    if kind == "healthy":
        assert figures["all/healthy/years_alarmed"] <= 1
        return
    told = [figures[f"all/{kind}/alarmed_{when}"] for when in ("before", "in_time", "later")]
    assert sum(told) <= 2
    assert told[1] >= 1


def test_week_by_week_through_a_store_the_same_week_alarms(tmp_path):
    (year,) = draw_years(ROWS, 1, seed=3)
    narrow = [week.assign(half_80=week["half_80"] / 20) for week in year[:14]]
    expected = first_alarms(narrow, LIFE, calibrated(ROWS))
    assert 0 < expected["coverage"] < 13
    assert through_the_store(narrow, LIFE, ROWS, tmp_path) == expected
