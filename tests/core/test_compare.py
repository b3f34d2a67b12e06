"""Rebasing: one common first week, at 100."""

import numpy as np
import pandas as pd
import pytest

from core.compare import rebased

WEEKS = pd.date_range("2024-01-05", periods=6, freq="W-FRI")


def test_all_start_at_100_in_the_first_week_that_all_have():
    old = pd.Series([10.0, 20, 40, 40, 50, 80], WEEKS)
    young = pd.Series([5.0, 4, 6, 10], WEEKS[2:])
    table = rebased({"OLD": old, "YOUNG": young}, 100)
    assert table.index[0] == WEEKS[2]
    assert table["OLD"].tolist() == [100, 100, 125, 200]
    assert table["YOUNG"].tolist() == [100, 80, 120, 200]


def test_the_weeks_shown_decide_the_base():
    table = rebased({"A": pd.Series([10.0, 20, 40, 40, 50, 80], WEEKS)}, 3)
    assert table["A"].tolist() == [100, 125, 200]


def test_a_halted_week_stays_missing_and_is_no_base():
    halted = pd.Series([np.nan, 10, np.nan, 30, 30, 30], WEEKS)
    table = rebased({"A": pd.Series(1.0, WEEKS), "B": halted}, 100)
    assert table.index[0] == WEEKS[1]
    assert table["B"].tolist() == pytest.approx([100, np.nan, 300, 300, 300], nan_ok=True)


def test_symbols_that_share_no_week_give_nothing():
    apart = {"A": pd.Series(1.0, WEEKS[:3]), "B": pd.Series(1.0, WEEKS[3:])}
    assert rebased(apart, 100).empty
