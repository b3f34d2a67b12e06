import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.monitoring import stability
from core.monitoring.stability import BINS, CELLS, counts_of, edges_of, psi, rank_of, spread


def slow_psi(now, then):
    """The definition, cell by cell."""
    used = [cell for cell in range(len(now)) if now[cell] or then[cell]]
    old = {cell: (then[cell] + 0.5) for cell in used}
    total = sum(old.values())
    result = 0.0
    for cell in used:
        p = old[cell] / total
        q = (now[cell] + p) / (sum(now) + 1)
        result += (q - p) * math.log(q / p)
    return result


counts = arrays.arrays(np.int64, (CELLS,), elements=st.integers(0, 500))


@given(counts, counts)
def test_it_is_its_definition(now, then):
    assert psi(now, then) == pytest.approx(slow_psi(now.tolist(), then.tolist()), abs=1e-12)


@given(counts, counts)
def test_it_is_never_negative_and_finite(now, then):
    assert -1e-12 <= psi(now, then) < np.inf


def test_it_is_near_the_textbook_for_many_values():
    now, then = np.array([200_000, 800_000]), np.array([500_000, 500_000])
    textbook = (0.2 - 0.5) * math.log(0.2 / 0.5) + (0.8 - 0.5) * math.log(0.8 / 0.5)
    assert psi(now, then) == pytest.approx(textbook, rel=1e-4)


def test_the_same_spread_is_zero_and_so_is_nothing():
    then = np.array([50, 30, 20])
    assert psi(then * 7, then) == pytest.approx(0, abs=1e-3)
    assert psi(np.zeros(3, int), then) == pytest.approx(0, abs=1e-12)


def test_the_bins_hold_a_tenth_each():
    values = np.random.default_rng(1).normal(size=10_000)
    edges = edges_of(values)
    found = counts_of(values, np.zeros(10_000, int), 1, edges)[0]
    assert found.tolist() == [1000] * BINS + [0]


def test_equal_values_share_a_bin_and_what_is_missing_has_its_own():
    values = np.array([1.0] * 6 + [2.0] * 4 + [np.nan] * 3)
    edges = edges_of(values)
    assert edges.tolist() == [1, 2]
    found = counts_of(values, np.zeros(13, int), 1, edges)[0]
    assert found[:3].tolist() == [6, 4, 0]
    assert found[BINS] == 3


def test_values_are_counted_in_their_weeks():
    found = counts_of(np.array([1.0, 5.0, 5.0]), np.array([0, 0, 2]), 3, np.array([2.0]))
    assert found[:, :2].tolist() == [[1, 1], [0, 0], [0, 1]]


def slow_spread(table, length, apart):
    found = []
    for first in range(len(table) - length + 1):
        inside = range(first, first + length)
        rest = [w for w in range(len(table)) if all(abs(w - i) > apart for i in inside)]
        found.append(slow_psi(table[inside].sum(axis=0), table[rest].sum(axis=0)))
    return found


@given(
    arrays.arrays(np.int64, (14, 3), elements=st.integers(0, 30)),
    st.integers(1, 4),
    st.integers(0, 4),
)
def test_each_window_is_held_against_the_rest_without_its_neighbours(table, length, apart):
    assert spread(table, length, apart) == pytest.approx(
        slow_spread(table, length, apart), abs=1e-9
    )


def test_a_spread_worked_by_hand():
    # Weeks of one bin and then of the other; windows of two weeks, one week apart.
    table = np.array([[4, 0]] * 4 + [[0, 4]] * 2)
    # The first window, weeks 0 and 1, is held against weeks 3 to 5: 4 and 8 of 12 values.
    old = [4.5 / 13, 8.5 / 13]
    new = [(8 + old[0]) / 9, old[1] / 9]
    by_hand = sum((q - p) * math.log(q / p) for q, p in zip(new, old, strict=True))
    found = spread(table, 2, 1)
    assert found.shape == (5,)
    assert found[0] == pytest.approx(by_hand)


def test_a_period_too_short_for_a_rest_has_no_spread():
    assert spread(np.ones((6, 20, CELLS), int), 4, 4).shape == (0, 20)


def test_windows_sum_their_weeks():
    table = np.arange(5)[:, None]
    assert stability.windows(table, 2)[:, 0].tolist() == [1, 3, 5, 7]


@pytest.mark.parametrize(
    ("value", "rank"), [(-5, 0), (0, 0), (50, 0.5), (50.5, 0.505), (100, 1), (200, 1)]
)
def test_the_rank_is_read_from_the_percentiles(value, rank):
    assert rank_of(value, np.arange(101.0)) == pytest.approx(rank)


def test_of_equal_values_half_lie_below():
    percentiles = np.repeat([0.0, 1.0], [61, 40])  # six tenths are 0
    assert rank_of(0.0, percentiles) == pytest.approx(0.3)
    assert math.isnan(rank_of(math.nan, percentiles))
