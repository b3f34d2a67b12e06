"""Weekly bars and indicators against loops written from the definitions."""

import numpy as np
import pandas as pd
import pytest

from core.indicators.catalogue import HELPERS, NAMES, WARMUP_WEEKS
from core.indicators.weekly import WEEKLY_COLUMNS, WeeklyIndicatorCalculator, weekly_bars
from core.market.calendar import week_of
from tests.core.indicators.generate import market_weeks_of, walk
from tests.core.indicators.reference import reference

COLUMNS = [*WEEKLY_COLUMNS, *HELPERS, *NAMES, "sessions", "n_weeks"]

CASES = {
    "plain": {},
    "gaps": {"missing": 0.3},
    "thin": {"missing": 0.1, "silent": 0.5, "still": 0.4},
    "mostly silent": {"silent": 0.93, "still": 0.9},
    "halted": {"halt": (300, 345), "missing": 0.05},
    "short": {"sessions": 120},
    "one day": {"sessions": 1},
}


def compute(daily, weeks=None):
    weeks = market_weeks_of(daily) if weeks is None else weeks
    return WeeklyIndicatorCalculator().compute(daily, weeks)


def assert_agrees(result, expected):
    assert list(result.index) == list(expected.index)
    for name in COLUMNS:
        ours = result[name].to_numpy(float)
        theirs = expected.get(name, pd.Series(np.nan, expected.index)).to_numpy(float)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_column_agrees_with_the_reference(case, seed):
    daily, market = walk(seed=seed, **case), walk(sessions=900)
    weeks = market_weeks_of(daily, market)
    assert_agrees(compute(daily, weeks), reference(daily, weeks))


def test_vietnamese_stocks_agree_with_the_reference(vn_stocks):
    weeks = market_weeks_of(*vn_stocks.values())
    for daily in vn_stocks.values():
        assert_agrees(compute(daily, weeks), reference(daily, weeks))


def test_sample_stocks_agree_with_the_reference(sample_stocks):
    weeks = market_weeks_of(*sample_stocks.values())
    for daily in sample_stocks.values():
        assert_agrees(compute(daily, weeks), reference(daily, weeks))


def test_columns_are_bars_helpers_the_twenty_and_the_count():
    assert list(compute(walk(50)).columns) == COLUMNS


def test_nothing_is_missing_after_the_warm_up_of_a_stock_that_trades():
    result = compute(walk(600, seed=4))
    assert result[list(NAMES)].iloc[WARMUP_WEEKS - 1 :].notna().all(axis=None)
    assert result[list(NAMES)].iloc[WARMUP_WEEKS - 2].isna().sum() == 1


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("ret_1w", 2),
        ("ret_52w", 53),
        ("MA_cross_10_40_w", 40),
        ("breakout_20w", 20),
        ("ATR_4w_pct", 5),
        ("vol_zscore_12w", 12),
        ("turnover_w", 40),
        ("RSI_14w", 60),
        ("RSI_speed", 61),
        ("MACD_hist_w", 60),
    ],
)
def test_first_week_with_a_value(name, first):
    assert compute(walk(600))[name].notna().argmax() + 1 == first


def test_a_halted_week_is_missing_and_stands_still():
    daily, market = walk(halt=(300, 310)), walk()
    result = compute(daily, market_weeks_of(market))
    halted = result[result["sessions"] == 0]
    assert len(halted) == 2
    assert halted.drop(columns=["sessions", "n_weeks"]).isna().all(axis=None)
    assert (halted["n_weeks"] == 60).all()


def test_returns_reach_back_over_market_weeks_not_traded_ones():
    daily, market = walk(halt=(300, 310)), walk()
    result = compute(daily, market_weeks_of(market))
    after = result.index[62]  # the first week after the halt of weeks 61 and 62
    assert np.isnan(result.loc[after, "ret_1w"])
    assert result.loc[after, "ret_4w"] == pytest.approx(
        result["close"].iloc[62] / result["close"].iloc[58] - 1
    )


def test_a_week_without_any_session_does_not_count_as_a_week():
    daily = walk(halt=(300, 305))
    result = compute(daily)
    assert len(result) == 139
    assert result["ret_1w"].iloc[1:].notna().all()


def test_a_week_still_trading_is_left_out_when_not_asked_for():
    daily = walk(403)
    weeks = market_weeks_of(daily)
    pd.testing.assert_frame_equal(compute(daily, weeks[:-1]), compute(daily).iloc[:-1])


def test_a_flat_price_has_no_volatility_and_no_momentum():
    daily = walk(400)
    for name in ("open", "high", "low", "close", "raw_close"):
        daily.loc[100:, name] = daily.loc[100, "close"]
    result = compute(daily)
    last = result.iloc[-1]
    assert last[["vol_4w", "bb_width_w", "RSI_14w", "RSI_speed"]].isna().all()
    assert last["ret_4w"] == 0


def test_flatness_after_a_huge_spike_leaves_no_residue():
    daily = walk(400)
    for name in ("open", "high", "low", "close"):
        daily.loc[100:, name] = 0.1
        daily.loc[99, name] = 1e12
    daily["volume"] = np.where(daily.index < 100, 1e15, 0.1)
    result = compute(daily)
    assert result["bb_width_w"].iloc[-40:].isna().all()
    assert result["vol_zscore_12w"].iloc[-40:].isna().all()


def test_no_volume_leaves_the_measures_of_volume_missing():
    daily = walk(400).assign(volume=0.0, value=np.nan)
    last = compute(daily).iloc[-1]
    volume = ["vol_zscore_12w", "turnover_w", "obv_mom_4w", "illiq_rank", "amihud_w"]
    assert last[volume].isna().all()
    assert last.drop(volume).notna().all()


@pytest.mark.parametrize("price", [0.0, -1.0, 1e-300, 1e300])
def test_absurd_prices_are_missing_never_infinite(price):
    daily = walk(500, silent=0.3)
    daily.loc[200:220, ["open", "high", "low", "close"]] = price
    values = compute(daily).to_numpy(float)
    assert not np.isinf(values).any()


def test_measures_that_are_bounded_keep_their_bounds():
    result = compute(walk(1500, seed=3, silent=0.2, missing=0.1))
    for name, low, high in [
        ("breakout_20w", 0, 1),
        ("obv_mom_4w", -1, 1),
        ("illiq_rank", 0, 1),
        ("RSI_14w", 0, 100),
        ("vol_zscore_12w", -3.2, 3.2),
    ]:
        assert result[name].dropna().between(low, high).all(), name


def test_a_stock_without_bars_gives_an_empty_frame():
    result = compute(walk(10).iloc[:0], market_weeks_of(walk(10)))
    assert result.empty
    assert list(result.columns) == COLUMNS


def test_unordered_dates_are_refused():
    with pytest.raises(ValueError, match="ascend"):
        weekly_bars(walk(20).iloc[::-1])


def test_the_unit_of_the_dates_changes_nothing():
    daily = walk(100)
    coarse = daily.assign(date=daily["date"].astype("datetime64[us]"))
    weeks = market_weeks_of(daily)
    pd.testing.assert_frame_equal(compute(coarse, weeks.as_unit("us")), compute(daily, weeks))


def test_weekly_bars_of_a_short_week():
    daily = walk(10).iloc[[0, 1, 2, 6, 8]].reset_index(drop=True)
    bars = weekly_bars(daily)
    assert list(bars.index) == [pd.Timestamp("2015-01-09"), pd.Timestamp("2015-01-16")]
    assert list(bars["sessions"]) == [3, 2]
    assert bars["open"].iloc[1] == daily["open"].iloc[3]
    assert bars["close"].iloc[0] == daily["close"].iloc[2]
    assert bars["volume"].iloc[0] == daily["volume"].iloc[:3].sum()
    assert (week_of(pd.DatetimeIndex(daily["date"])).unique() == bars.index).all()


def test_a_stock_has_the_same_bits_whichever_others_are_computed_with_it():
    stocks = {
        f"{name}{seed}": walk(seed=seed, **case)
        for name, case in CASES.items()
        for seed in range(3)
    }
    stocks["none"] = walk(10).iloc[:0]
    stocks["later"] = walk(300, start="2016-06-01")
    weeks = market_weeks_of(*stocks.values())[3:-2]
    made = WeeklyIndicatorCalculator().compute_all(stocks, weeks)
    for symbol, daily in stocks.items():
        pd.testing.assert_frame_equal(made.frame(symbol), compute(daily, weeks), check_exact=True)
    assert len(made.week) == sum(len(compute(daily, weeks)) for daily in stocks.values())


def test_bars_as_arrays_give_what_a_frame_gives():
    daily = walk(300)
    arrays = {name: daily[name].to_numpy() for name in daily}
    weeks = market_weeks_of(daily)
    made = WeeklyIndicatorCalculator().compute_all({"A": arrays}, weeks)
    pd.testing.assert_frame_equal(made.frame("A"), compute(daily, weeks), check_exact=True)


def test_unordered_dates_of_one_stock_among_many_are_refused():
    stocks = {"A": walk(50), "B": walk(50).iloc[::-1]}
    with pytest.raises(ValueError, match="ascend"):
        WeeklyIndicatorCalculator().compute_all(stocks, market_weeks_of(*stocks.values()))
