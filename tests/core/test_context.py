import numpy as np
import pytest

from core import context
from core.indicators.catalogue import NAMES
from tests.core.evaluation import made


@pytest.fixture(scope="module")
def panel():
    import pandas as pd

    from core.dataset import build_panel

    bars = made.make_bars()
    dates = np.unique(np.concatenate([daily["date"].to_numpy() for daily in bars.values()]))
    return build_panel(bars, pd.DatetimeIndex(dates), "US", horizon_weeks=4, band=0.01)


def test_yearly_volatility_is_that_of_the_last_52_weekly_returns(panel):
    found = context.yearly_volatility(panel)
    frame = panel.frame
    for at in (30, 100, 200, len(frame) - 1):
        row = frame.iloc[at]
        stock = frame[(frame["symbol"] == row["symbol"]) & (frame["week"] <= row["week"])]
        moves = np.log1p(stock["ret_1w"].to_numpy()[-52:])
        moves = moves[~np.isnan(moves)]
        assert found[at] == pytest.approx(np.std(moves, ddof=1) * np.sqrt(52))


def test_half_a_year_is_needed_for_it(panel):
    found = context.yearly_volatility(panel)
    for rows in panel.frame.groupby("symbol").indices.values():
        assert np.isnan(found[rows[:26]]).all()
        assert np.isfinite(found[rows[26]])


def test_ranks_are_spread_evenly_within_each_week(panel):
    found = context.weekly_ranks(panel)
    frame = panel.frame
    column = NAMES.index("ret_12w")
    for week in panel.weeks[[80, 200, -1]]:
        at = np.flatnonzero((frame["week"] == week) & frame["ready"])
        order = np.argsort(np.argsort(frame["ret_12w"].to_numpy()[at]))
        assert found[at, column] == pytest.approx((order + 0.5) / len(at) - 0.5)
    assert np.isnan(found[~frame["ready"].to_numpy()]).all()


def test_a_missing_indicator_has_the_middle_rank(panel):
    frame = panel.frame.copy()
    at = np.flatnonzero(frame["ready"])[50]
    frame.loc[at, "ret_12w"] = np.nan
    changed = type(panel)(frame, panel.weeks, 4, 0.01)
    assert context.weekly_ranks(changed)[at, NAMES.index("ret_12w")] == 0.0


def test_momentum_is_the_mean_of_eight_ranks_over_the_root_of_the_move():
    ranks = np.zeros((1, len(NAMES)))
    for name in context.MOMENTUM:
        ranks[0, NAMES.index(name)] = 0.4
    assert context.momentum(ranks, np.array([0.25]))[0] == pytest.approx(0.4 / 0.5)


def test_the_expected_move_is_one_deviation_over_the_horizon(panel):
    vol_52w = np.full(len(panel.frame), 0.3)
    short = panel.frame["vol_4w"].to_numpy()
    found = context.expected_move(panel, vol_52w)
    slow = np.sqrt((short**2 + 0.09) / 2 * 20 / 252)
    known = np.isfinite(short)
    assert found[known] == pytest.approx(np.clip(slow[known], 0.02, 0.5))
    assert found[~known] == pytest.approx(np.sqrt(0.09 * 20 / 252))
