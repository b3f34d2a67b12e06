"""Moves beyond the band of the day, units and splits: made-up bars, then the real ones."""

import numpy as np
import pandas as pd
import pytest

from core.market.adjusting import to_bars
from core.market.bands import bands
from core.market.parsing import ALIASES
from core.market.quality.moves import factor_words, likely_ratio
from core.market.quality.rows import check
from core.market.quality.series import check_series
from core.market.tables import read_table
from tests.core.market.quality.test_series import bars, found

PRICES = ["open", "high", "low", "close"]
FIRST = 40
DAY = "2024-04-29"


def moved(change, level=20.0, *, at=FIRST):
    """Flat prices that move once and stay, intraday: the open is the close before."""
    frame = bars()
    frame[PRICES] = level
    frame.loc[at:, PRICES] = level * (1 + change)
    frame.loc[at, "open"] = level
    frame.loc[at, "high"] = max(level, level * (1 + change))
    frame.loc[at, "low"] = min(level, level * (1 + change))
    return frame


def jumped(factor, volume=1.0, *, at=FIRST):
    """Prices divided by a factor overnight, and shares traded multiplied by another."""
    frame = bars()
    frame.loc[at:, PRICES] = frame.loc[at:, PRICES] / factor
    frame.loc[at:, "volume"] *= volume
    return frame


@pytest.mark.parametrize(
    ("exchange", "change", "flagged"),
    [
        # 7 % and one tick of 0.05 on 20.0 make 7.25 %.
        ("HOSE", 0.0724, False),
        ("HOSE", 0.0730, True),
        ("HOSE", -0.0724, False),
        ("HOSE", -0.0730, True),
        # 10 % and 0.1.
        ("HNX", 0.1049, False),
        ("HNX", 0.1051, True),
        ("UPCOM", 0.1549, False),
        ("UPCOM", -0.1551, True),
    ],
)
def test_a_move_beyond_the_band_and_a_tick_is_flagged(exchange, change, flagged):
    told = found(moved(change), exchange=exchange)
    assert [(f.rule, f.first) for f in told] == ([("band", DAY)] if flagged else [])


def test_upcoms_move_is_taken_from_the_low_and_high_of_the_session_before():
    frame = moved(0.17)
    assert [f.rule for f in found(frame, exchange="UPCOM")] == ["band"]
    frame.loc[FIRST - 1, "high"] = 20.6
    assert found(frame, exchange="UPCOM") == []


def test_a_session_without_a_trade_sets_no_reference_on_upcom():
    frame = moved(0.17)
    frame.loc[FIRST - 2, "high"] = 20.6
    assert [f.rule for f in found(frame, exchange="UPCOM")] == ["band"]
    frame.loc[FIRST - 1, "volume"] = 0.0
    assert found(frame, exchange="UPCOM") == []


@pytest.mark.parametrize(("change", "flagged"), [(0.14, False), (0.16, True)])
def test_before_the_listing_on_todays_exchange_fifteen_per_cent_hold(change, flagged):
    told = found(moved(change), exchange="HOSE", listed="2024-07-01")
    assert [f.rule for f in told] == (["band"] if flagged else [])


@pytest.mark.parametrize(("exchange", "wide"), [("HOSE", 0.20), ("HNX", 0.30), ("UPCOM", 0.40)])
def test_a_first_day_has_the_wide_band(exchange, wide):
    assert found(moved(wide), exchange=exchange, listed=DAY) == []
    assert [f.rule for f in found(moved(wide + 0.02), exchange=exchange, listed=DAY)] == ["band"]


@pytest.mark.parametrize(("halted", "flagged"), [(25, True), (26, False)])
def test_after_more_than_25_halted_sessions_the_wide_band_holds(halted, flagged):
    frame = moved(0.19, at=60)
    frame.loc[60 - halted : 59, "volume"] = 0.0
    rules = [f.rule for f in found(frame)]
    assert ("band" in rules) == flagged


@pytest.mark.parametrize(("change", "flagged"), [(0.145, False), (0.15, True)])
def test_a_session_without_a_bar_may_have_moved_by_the_band_as_well(change, flagged):
    frame = moved(change).drop(index=FIRST - 1).reset_index(drop=True)
    assert ("band" in [f.rule for f in found(frame)]) == flagged


def test_an_adjusted_price_has_the_tick_of_the_price_as_traded():
    frame = moved(0.075, level=2.0)
    assert [f.rule for f in found(frame.assign(raw_close=frame["close"] * 20))] == ["band"]
    assert found(frame, exchange="HNX") == []


@pytest.mark.parametrize(("change", "flagged"), [(-0.24, False), (-0.26, True), (0.26, True)])
def test_elsewhere_a_quarter_in_a_day_is_extraordinary(change, flagged):
    told = found(moved(change), market="US", exchange="NYSE")
    assert [f.rule for f in told] == (["band"] if flagged else [])


@pytest.mark.parametrize("market", ["VN", "US"])
@pytest.mark.parametrize(
    ("factor", "words"), [(2.0, "2:1"), (3.0, "3:1"), (1.5, "3:2"), (0.2, "1:5")]
)
def test_a_split_is_found_with_its_factor(market, factor, words):
    (finding,) = found(jumped(factor, factor), market=market)
    assert (finding.rule, finding.first, finding.count) == ("split", DAY, 1)
    assert f"likely factor {words}" in finding.detail


def test_a_large_dividend_is_found_without_an_answer_of_volume():
    (finding,) = found(jumped(1.25))
    assert finding.rule == "split"
    assert "likely factor 5:4" in finding.detail


def test_a_jump_that_does_not_last_is_a_move_and_no_split():
    frame = bars()
    frame.loc[FIRST : FIRST + 2, PRICES] /= 2
    assert [f.rule for f in found(frame)] == ["band", "band"]


def test_a_fall_within_the_session_is_no_split():
    assert [f.rule for f in found(moved(-0.5))] == ["band"]


def test_a_fall_to_a_quarter_without_more_shares_traded_is_no_split():
    assert [f.rule for f in found(jumped(4.0))] == ["band"]
    assert [f.rule for f in found(jumped(4.0, 4.0))] == ["split"]


@pytest.mark.parametrize(("later", "rule"), [(4, "band"), (5, "split")])
def test_a_split_needs_five_sessions_to_show_itself(later, rule):
    frame = jumped(2.0, 2.0).iloc[: FIRST + later]
    assert [f.rule for f in found(frame, sessions=pd.DatetimeIndex(frame["date"]))] == [rule]


def test_outside_vietnam_a_crash_by_an_odd_factor_is_no_split():
    assert [f.rule for f in found(jumped(1.96), market="US")] == ["split"]
    assert [f.rule for f in found(jumped(1.9), market="US")] == ["band"]


@pytest.mark.parametrize(("factor", "flagged"), [(1000.0, True), (0.001, True), (500.0, False)])
def test_a_change_of_unit_is_no_move_and_no_split(factor, flagged):
    told = [f.rule for f in found(jumped(factor))]
    assert told == (["unit"] if flagged else ["band"])


@pytest.mark.parametrize(("level", "flagged"), [(1500.0, False), (1501.0, True)])
def test_prices_higher_than_any_stocks_are_flagged_as_another_unit(level, flagged):
    told = found(moved(0.0, level=level))
    assert [(f.rule, f.count) for f in told] == ([("unit", 90)] if flagged else [])


@pytest.mark.parametrize(
    ("factor", "ratio"),
    [(1.9, (2, 1)), (2.85, (3, 1)), (1.45, (3, 2)), (1.25, (5, 4)), (1.2, (6, 5))],
)
def test_the_likely_ratio_of_a_jump(factor, ratio):
    assert likely_ratio(factor) == ratio


def test_a_factor_without_a_ratio_is_given_as_a_number():
    assert factor_words(1.2) == "6:5"
    assert factor_words(1 / 2) == "1:2"
    assert factor_words(90.5) == "about 90.50:1"


def stocks_of(table):
    checked = check(table, "VN", "stock", None)
    return {
        symbol: to_bars(rows.reset_index(drop=True), "VN")
        for symbol, rows in checked.rows.groupby("symbol")
    }


def judged(stocks, sessions, listing):
    return {
        symbol: check_series(
            frame, sessions, "VN", listing["exchange"][symbol], listing["listing_date"][symbol]
        )
        for symbol, frame in stocks.items()
    }


@pytest.fixture(scope="module")
def listing():
    from tests.conftest import VN_DATA

    if not (VN_DATA / "listing.csv").exists():
        pytest.skip("real Vietnamese prices (../shared/data/vn) are not on this machine")
    table = pd.read_csv(VN_DATA / "listing.csv", parse_dates=["listing_date"])
    return table.set_index("symbol")


def test_real_splits_and_large_dividends_are_found(vn_data, listing):
    path = vn_data / "raw_unadjusted.parquet"
    adjusted = stocks_of(read_table(path, ALIASES, set()))
    table = read_table(path, ALIASES, set())
    del table.columns["adj_close"]
    traded = stocks_of(table)
    sessions = pd.DatetimeIndex(np.unique(np.concatenate([b["date"] for b in traded.values()])))
    told = judged(traded, sessions, listing)
    real, hits, doubtful = 0, 0, 0
    for symbol, frame in adjusted.items():
        factor = (frame["close"] / frame["raw_close"]).to_numpy()
        step = np.append(1.0, factor[1:] / factor[:-1])
        band = np.where(
            frame["date"] >= listing["listing_date"][symbol],
            bands(listing["exchange"][symbol], frame["date"]),
            0.15,
        )
        days = set(frame["date"][step * (1 - band) > 1.002].dt.strftime("%Y-%m-%d"))
        splits = {f.first for f in told[symbol] if f.rule == "split"}
        real += len(days)
        hits += len(days & splits)
        doubtful += len(splits - days)
    assert real > 50
    assert hits / real > 0.9
    assert doubtful <= 3


def test_few_false_alarms_on_cleaned_prices(vn_data, listing):
    stocks = stocks_of(read_table(vn_data / "daily.parquet", ALIASES, set()))
    sessions = pd.DatetimeIndex(np.unique(np.concatenate([b["date"] for b in stocks.values()])))
    told = judged(stocks, sessions, listing)
    splits = [f for findings in told.values() for f in findings if f.rule == "split"]
    beyond = [f for findings in told.values() for f in findings if f.rule == "band"]
    assert len(splits) <= 3
    assert len(beyond) <= 40  # of 297,606 days; most in 2021, when HOSE lent stocks to HNX
    assert not [f for findings in told.values() for f in findings if f.rule == "unit"]
