"""Window statistics against pandas and against their own windows alone."""

import numpy as np
import pandas as pd
import pytest

from core.indicators import windows

VALUES = np.random.default_rng(0).normal(100, 5, 200)
HOLED = np.where(np.random.default_rng(1).random(200) < 0.2, np.nan, np.round(VALUES))


def test_trailing_ends_with_the_value_itself():
    rows = windows.trailing(np.array([1.0, 2.0, 3.0]), 2)
    assert rows[-1].tolist() == [1.0, 2.0, 3.0]
    assert rows[0].tolist()[1:] == [1.0, 2.0]
    assert np.isnan(rows[0, 0])


@pytest.mark.parametrize("size", [2, 8, 20, 52])
def test_mean_and_spread_agree_with_pandas(size):
    rows, rolling = windows.trailing(VALUES, size), pd.Series(VALUES).rolling(size)
    np.testing.assert_allclose(windows.mean(rows), rolling.mean(), rtol=1e-12)
    np.testing.assert_allclose(windows.spread(rows, 1), rolling.std(), rtol=1e-9)


def test_median_and_rank_agree_with_pandas_where_values_are_missing():
    rows, rolling = windows.trailing(HOLED, 52), pd.Series(HOLED).rolling(52, min_periods=40)
    np.testing.assert_allclose(windows.median(rows, 40), rolling.median())
    np.testing.assert_allclose(windows.rank_of_last(rows, 40), rolling.rank(pct=True))


def test_a_window_alone_gives_the_bits_it_gives_in_a_row():
    rows = windows.trailing(VALUES, 20)
    for column in range(19, 200):
        alone = rows[:, column : column + 1]
        assert windows.total(alone)[0] == windows.total(rows)[column]
        assert windows.spread(alone, 0)[0] == windows.spread(rows, 0)[column]


def test_equal_values_have_no_spread_at_all():
    rows = windows.trailing(np.full(100, 0.1), 20)
    assert (windows.spread(rows, 1)[19:] == 0).all()


@pytest.mark.parametrize("size", [2, 20, 52])
def test_windows_at_some_places_are_those_of_all(size):
    places = np.array([0, 1, 51, 199])
    all_of_them = windows.trailing(VALUES, size)
    np.testing.assert_array_equal(windows.trailing(VALUES, size, places), all_of_them[:, places])
