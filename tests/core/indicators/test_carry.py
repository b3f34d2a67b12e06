"""New weeks carried on from kept ones have the bits of a computation of everything."""

import numpy as np
import pandas as pd
import pytest

from core.indicators import store as kept
from core.indicators.store import IndicatorStore
from core.indicators.weekly import WeeklyIndicatorCalculator
from core.market.store import BarStore
from tests.core.indicators.generate import walk

NAMES = [f"S{number}" for number in range(8)]
DAYS = 900


def histories(seed):
    """Stocks that trade daily, seldom, not for months, from late on, and not any more."""
    random = np.random.default_rng(seed)
    made = {name: walk(DAYS, 10 * seed + place) for place, name in enumerate(NAMES)}
    made["S1"] = made["S1"][random.random(DAYS) < 0.3]
    made["S2"] = made["S2"].drop(index=range(700, 700 + int(random.integers(20, 150))))
    made["S3"] = made["S3"].iloc[DAYS - int(random.integers(60, 200)) :]
    made["S4"] = made["S4"].iloc[: DAYS - int(random.integers(5, 60))]
    made["S5"] = made["S5"].iloc[DAYS - 30 :]
    made["S6"].loc[820:850, ["open", "high", "low", "close", "raw_close"]] = 10.0
    return {name: frame.reset_index(drop=True) for name, frame in made.items()}


def put(store, whole, until):
    cut = {name: frame[frame["date"] <= until] for name, frame in whole.items()}
    store.write("VN", {name: f for name, f in cut.items() if len(f)}, source="made up")


def assert_like_a_full_run(store, folder):
    fresh = BarStore(folder)
    fresh.write("VN", store.panel("VN"), source="all at once")
    pd.testing.assert_frame_equal(
        IndicatorStore(store).recent("VN"), IndicatorStore(fresh).recent("VN"), check_exact=True
    )
    mine, theirs = (IndicatorStore(one).lately("VN")[0] for one in (store, fresh))
    assert mine.symbols == theirs.symbols
    for name in ("first", "week", "counts"):
        assert np.array_equal(getattr(mine, name), getattr(theirs, name))
    assert np.array_equal(mine.values, theirs.values, equal_nan=True)
    for symbol in NAMES:
        pd.testing.assert_frame_equal(
            IndicatorStore(store).weekly("VN", symbol),
            IndicatorStore(fresh).weekly("VN", symbol),
            check_exact=True,
        )


def refreshes(seed, tmp_path):
    random = np.random.default_rng(seed)
    whole = histories(seed)
    days = walk(DAYS, 0)["date"]
    store = BarStore(tmp_path / "bars")
    at = 840
    put(store, whole, days[at])
    IndicatorStore(store).update("VN")
    while at < DAYS - 1:
        at = min(DAYS - 1, at + int(random.integers(1, 9)))
        if random.random() < 0.3:
            name = str(random.choice(NAMES))
            row = int(random.integers(len(whole[name])))
            whole[name].loc[row, "volume"] += 1.0
        put(store, whole, days[at])
        if random.random() < 0.7:
            IndicatorStore(store).update("VN")
    assert_like_a_full_run(store, tmp_path / "fresh")


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_refreshes_gives_the_bits_of_one(seed, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "MOST_NEWS", 0.5 * seed)  # written again always, at times, seldom
    refreshes(seed, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3, 60))
def test_many_sequences_of_refreshes_give_the_bits_of_one(seed, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "MOST_NEWS", 0.25 * (seed % 5))
    refreshes(seed, tmp_path)


@pytest.fixture
def kept_weeks(tmp_path, monkeypatch):
    """A store with indicators of all but the last week, and the stocks computed since."""
    monkeypatch.setattr(kept, "MOST_NEWS", 1.0)
    whole = {name: walk(DAYS, place) for place, name in enumerate(NAMES)}
    store = BarStore(tmp_path / "bars")
    put(store, whole, whole["S0"]["date"].iloc[-6])
    IndicatorStore(store).update("VN")
    seen = []
    own = WeeklyIndicatorCalculator.compute_all

    def counting(self, stocks, weeks):
        seen.extend(stocks)
        return own(self, stocks, weeks)

    monkeypatch.setattr(WeeklyIndicatorCalculator, "compute_all", counting)
    return store, whole, seen


def test_a_new_week_computes_no_stock_whole(kept_weeks, tmp_path):
    store, whole, seen = kept_weeks
    put(store, whole, whole["S0"]["date"].iloc[-1])
    IndicatorStore(store).update("VN")
    assert seen == []
    assert_like_a_full_run(store, tmp_path / "fresh")


def test_of_a_new_week_only_a_stock_corrected_long_ago_is_computed_whole(kept_weeks, tmp_path):
    store, whole, seen = kept_weeks
    whole["S3"].loc[2, "volume"] += 1.0
    put(store, whole, whole["S0"]["date"].iloc[-1])
    IndicatorStore(store).update("VN")
    assert seen == ["S3"]
    assert_like_a_full_run(store, tmp_path / "fresh")


@pytest.mark.parametrize("lost", ["late", "past", "news", "recent"])
@pytest.mark.parametrize("damage", [None, b"", b"not parquet"])
def test_whatever_is_lost_or_damaged_is_made_again(kept_weeks, tmp_path, lost, damage):
    store, whole, _ = kept_weeks
    put(store, whole, whole["S0"]["date"].iloc[-1])
    IndicatorStore(store).update("VN")
    paths = [p for p in store.data_dir.rglob("*.*") if lost in str(p.relative_to(tmp_path))]
    assert paths
    for path in paths:
        path.unlink() if damage is None else path.write_bytes(damage)
    whole["S2"].loc[5, "volume"] += 1.0
    put(store, {"S2": whole["S2"]}, whole["S0"]["date"].iloc[-1])
    assert_like_a_full_run(store, tmp_path / "fresh")


def test_a_corrected_stock_is_carried_on_from_its_own_file(kept_weeks, tmp_path):
    store, whole, seen = kept_weeks
    whole["S3"].loc[2, "volume"] += 1.0
    put(store, {"S3": whole["S3"]}, whole["S0"]["date"].iloc[-6])
    IndicatorStore(store).update("VN")
    assert seen == ["S3"]
    put(store, whole, whole["S0"]["date"].iloc[-1])
    IndicatorStore(store).update("VN")
    assert seen == ["S3"]
    assert_like_a_full_run(store, tmp_path / "fresh")


def test_a_stock_page_after_a_new_week_computes_nothing(kept_weeks):
    store, whole, seen = kept_weeks
    put(store, whole, whole["S0"]["date"].iloc[-1])
    IndicatorStore(store).update("VN")
    IndicatorStore(store).weekly("VN", "S1")
    assert seen == []


def test_a_stock_page_after_a_new_week_has_its_whole_history(kept_weeks):
    store, whole, _ = kept_weeks
    put(store, whole, whole["S0"]["date"].iloc[-1])
    IndicatorStore(store).update("VN")
    found = IndicatorStore(store).weekly("VN", "S1")
    last = IndicatorStore(store).latest("VN").loc["S1"]
    assert found.index[-1] == last["week"]
    assert found["RSI_14w"].iloc[-1] == last["RSI_14w"]
    folder = store.data_dir / "indicators" / "VN"
    assert len(list(folder.glob("S1.*.parquet"))) == 1
    assert len(list(folder.glob("S2.*.parquet"))) == 1
