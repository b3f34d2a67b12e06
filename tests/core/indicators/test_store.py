import os

import pandas as pd
import pytest

from core.errors import UserError
from core.indicators import store as kept
from core.indicators.store import LATE_WEEKS, RECENT_WEEKS, IndicatorStore
from core.indicators.weekly import WeeklyIndicatorCalculator
from core.market.calendar import complete_weeks
from core.market.store import BarStore
from tests.core.indicators.generate import walk


@pytest.fixture
def bars(tmp_path):
    store = BarStore(tmp_path)
    store.write("VN", {name: walk(600, seed) for seed, name in enumerate("ABC")}, source="made up")
    return store


@pytest.fixture
def computed(monkeypatch):
    """Counts the stocks computed anew."""
    seen = []
    own = WeeklyIndicatorCalculator.compute_all

    def counting(self, stocks, weeks):
        seen.extend(stocks)
        return own(self, stocks, weeks)

    monkeypatch.setattr(WeeklyIndicatorCalculator, "compute_all", counting)
    return seen


def reference(bars, symbol):
    weeks = complete_weeks("VN", bars.sessions("VN"))
    return WeeklyIndicatorCalculator().compute(bars.bars("VN", symbol), weeks)


def test_a_kept_frame_has_the_bits_of_a_fresh_one(bars):
    IndicatorStore(bars).update("VN")
    for symbol in "ABC":
        pd.testing.assert_frame_equal(
            IndicatorStore(bars).weekly("VN", symbol), reference(bars, symbol), check_exact=True
        )


def test_histories_are_those_of_each_stock_and_are_kept(bars, computed):
    first = dict(IndicatorStore(bars).histories("VN", ["C", "A", "GONE"]))
    assert set(first) == {"A", "C"}
    for symbol, frame in first.items():
        pd.testing.assert_frame_equal(frame.set_index("week"), reference(bars, symbol))
    computed.clear()
    again = dict(IndicatorStore(bars).histories("VN", ["A", "C"]))
    assert computed == []
    for symbol, frame in again.items():
        pd.testing.assert_frame_equal(frame, first[symbol], check_dtype=False)


def test_a_second_reading_computes_nothing(bars, computed):
    IndicatorStore(bars).update("VN")
    computed.clear()
    IndicatorStore(bars).weekly("VN", "A")
    IndicatorStore(bars).recent("VN")
    assert computed == []


def test_one_corrected_stock_is_computed_alone(bars, computed):
    IndicatorStore(bars).update("VN")
    computed.clear()
    daily = bars.bars("VN", "B")
    daily.loc[300, ["high", "close"]] = daily.loc[300, "high"] * 1.01
    bars.write("VN", {"B": daily}, source="corrected")
    IndicatorStore(bars).update("VN")
    assert computed == ["B"]
    pd.testing.assert_frame_equal(
        IndicatorStore(bars).weekly("VN", "B"), reference(bars, "B"), check_exact=True
    )


def test_recent_weeks_are_the_end_of_each_stock(bars):
    found = IndicatorStore(bars).recent("VN")
    for symbol, mine in found.groupby("symbol"):
        expected = reference(bars, symbol).iloc[-RECENT_WEEKS:].reset_index()
        mine = mine.drop(columns="symbol").reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, expected, check_exact=True)


def test_recent_weeks_read_from_the_file_are_those_computed(bars):
    first = IndicatorStore(bars).recent("VN")
    pd.testing.assert_frame_equal(IndicatorStore(bars).recent("VN"), first, check_exact=True)


def test_a_stock_that_did_not_trade_in_the_last_week_is_not_in_latest(bars):
    bars.write("VN", {"C": walk(560, 3)}, source="ended early")
    assert list(IndicatorStore(bars).latest("VN").index) == ["A", "B"]


def test_other_formulas_are_not_taken_for_todays(bars, computed, monkeypatch):
    IndicatorStore(bars).update("VN")
    computed.clear()
    monkeypatch.setattr(kept, "CODE", "other")
    IndicatorStore(bars).update("VN")
    assert len(computed) == 3


@pytest.mark.parametrize("damage", [b"", b"not parquet"])
def test_a_damaged_file_is_computed_again(bars, damage):
    store = IndicatorStore(bars)
    store.update("VN")
    for path in (bars.data_dir / "indicators" / "VN").iterdir():
        path.write_bytes(damage)
    pd.testing.assert_frame_equal(store.weekly("VN", "A"), reference(bars, "A"))
    assert len(store.recent("VN")) == 3 * RECENT_WEEKS


def test_files_of_older_prices_are_swept(bars):
    store = IndicatorStore(bars)
    store.update("VN")
    bars.write("VN", {"A": walk(590, 9)}, source="other")
    store.update("VN")
    names = sorted(os.listdir(bars.data_dir / "indicators" / "VN"))
    assert [name.split(".")[0] for name in names] == ["A", "B", "C", "past", "recent"]


def test_a_folder_that_cannot_be_written_costs_no_answer(bars, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    pd.testing.assert_frame_equal(IndicatorStore(bars).weekly("VN", "A"), reference(bars, "A"))
    assert list((bars.data_dir / "indicators" / "VN").iterdir()) == []


def test_an_unknown_symbol_is_refused(bars):
    with pytest.raises(UserError, match="no prices of NONE"):
        IndicatorStore(bars).weekly("VN", "NONE")


def test_a_new_week_and_a_correction_give_the_bits_of_a_full_run(bars, tmp_path):
    whole = {symbol: bars.bars("VN", symbol) for symbol in "ABC"}
    bars.write("VN", {s: daily.iloc[:-5] for s, daily in whole.items()}, source="a week ago")
    IndicatorStore(bars).update("VN")
    bars.write("VN", {"A": whole["A"], "C": whole["C"].iloc[:-60]}, source="a new week, one cut")
    found = IndicatorStore(bars).recent("VN")
    fresh = BarStore(tmp_path / "fresh")
    fresh.write("VN", bars.panel("VN"), source="all at once")
    pd.testing.assert_frame_equal(found, IndicatorStore(fresh).recent("VN"), check_exact=True)


def test_late_weeks_are_the_end_of_each_stock_in_order_of_symbol(bars):
    made, weeks = IndicatorStore(bars).lately("VN")
    assert made.symbols == ["A", "B", "C"]
    assert len(weeks) == 120
    for symbol in "ABC":
        pd.testing.assert_frame_equal(
            made.frame(symbol), reference(bars, symbol).iloc[-LATE_WEEKS:], check_exact=True
        )


def test_a_stock_that_ended_long_ago_has_no_late_weeks(bars):
    bars.write("VN", {"B": walk(200, 1, start="2010-01-04")}, source="ended early")
    IndicatorStore(bars).update("VN")
    bars.write("VN", {"A": walk(600, 7)}, source="corrected")
    assert IndicatorStore(bars).lately("VN")[0].symbols == ["A", "C"]


def test_many_small_refreshes_leave_no_more_files_and_no_larger_ones(bars):
    sizes = []
    daily = bars.bars("VN", "A")
    for count in range(590, 601):
        bars.write("VN", {"A": daily.iloc[:count]}, source="a day more")
        IndicatorStore(bars).update("VN")
        files = list((bars.data_dir / "indicators" / "VN").iterdir())
        sizes.append((len(files), sum(file.stat().st_size for file in files)))
    assert {number for number, _ in sizes} <= {5, 6}
    assert max(size for _, size in sizes) < 1.1 * sizes[0][1]


def test_the_files_are_plain_parquet(bars):
    IndicatorStore(bars).update("VN")
    folder = bars.data_dir / "indicators" / "VN"
    alone = pd.read_parquet(next(folder.glob("A.*.parquet"))).set_index("week")
    pd.testing.assert_frame_equal(alone, reference(bars, "A"), check_exact=True)
    late = pd.read_parquet(next(folder.glob("recent.*.parquet")))
    assert list(late.columns) == ["symbol", "week", *alone.columns]
    assert late["symbol"].value_counts().to_dict() == dict.fromkeys("ABC", LATE_WEEKS)
