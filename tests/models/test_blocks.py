import numpy as np
import pytest

from models.blocks import block_counts, block_order, weekly_sums


def slow_counts(weeks, block, draws, seed):
    """Each draw written out week by week."""
    random = np.random.default_rng(seed)
    starts = random.integers(0, weeks - block + 1, size=(draws, -(-weeks // block)))
    drawn = []
    for row in starts:
        sequence = [start + step for start in row for step in range(block)][:weeks]
        drawn.append([sequence.count(week) for week in range(weeks)])
    return np.array(drawn)


@pytest.mark.parametrize(("weeks", "block"), [(20, 3), (13, 13), (14, 13), (7, 1)])
def test_counts_equal_draws_written_out(weeks, block):
    counts = block_counts(weeks, block, draws=50, seed=3)
    assert np.array_equal(counts, slow_counts(weeks, block, 50, 3))


def test_every_draw_is_as_long_as_the_original():
    assert (block_counts(282, 13).sum(axis=1) == 282).all()


def test_a_history_shorter_than_a_block_is_one_block():
    assert (block_counts(5, 13, draws=4) == 1).all()


def test_longer_blocks_show_the_spread_of_persistent_values():
    """A mean of weeks that stay high or low for long is less sure than single weeks say."""
    random = np.random.default_rng(0)
    values = np.repeat(random.normal(size=30), 10)
    spread = [(block_counts(300, block) @ values).std() for block in (1, 13)]
    assert spread[1] > 2 * spread[0]


def test_no_week_is_refused():
    with pytest.raises(ValueError, match="at least one week"):
        block_counts(0, 13)


def test_sums_by_week_in_order_of_weeks():
    week = np.array([3, 1, 3, 2])
    weeks, sums = weekly_sums(week, np.array([[1.0, 10], [2, 20], [4, 40], [8, 80]]))
    assert weeks.tolist() == [1, 2, 3]
    assert sums.tolist() == [[2, 20], [8, 80], [5, 50]]


def test_sums_of_one_column():
    _, sums = weekly_sums(np.array([1, 1]), np.array([1.0, 2.0]))
    assert sums.tolist() == [[3.0]]


def test_a_drawn_order_is_blocks_of_weeks_in_a_row_cut_to_its_length():
    order = block_order(weeks=40, block=13, length=30, draws=50, seed=3)
    assert order.shape == (50, 30)
    assert (order >= 0).all()
    assert (order < 40).all()
    steps = np.diff(order, axis=1)
    inside = np.arange(1, 30) % 13 != 0
    assert (steps[:, inside] == 1).all()
    assert (steps[:, ~inside] != 1).any()


def test_counts_are_those_of_the_drawn_order():
    order = block_order(weeks=40, block=13, length=40, draws=20, seed=5)
    counts = block_counts(40, 13, draws=20, seed=5)
    assert [np.bincount(row, minlength=40).tolist() for row in order] == counts.tolist()
