import os

import pandas as pd
import pytest

from core.errors import UserError
from core.indicators import store as kept
from core.indicators.store import RECENT_WEEKS, IndicatorStore
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
    own = WeeklyIndicatorCalculator.compute

    def counting(self, daily, weeks):
        seen.append(len(daily))
        return own(self, daily, weeks)

    monkeypatch.setattr(WeeklyIndicatorCalculator, "compute", counting)
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
    assert computed == [600]
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
    assert [name.split(".")[0] for name in names] == ["A", "B", "C", "recent"]


def test_a_folder_that_cannot_be_written_costs_no_answer(bars, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept.os, "replace", full)
    pd.testing.assert_frame_equal(IndicatorStore(bars).weekly("VN", "A"), reference(bars, "A"))
    assert list((bars.data_dir / "indicators" / "VN").iterdir()) == []


def test_an_unknown_symbol_is_refused(bars):
    with pytest.raises(UserError, match="no prices of NONE"):
        IndicatorStore(bars).weekly("VN", "NONE")
