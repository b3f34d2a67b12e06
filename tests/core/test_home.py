from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from core import home
from core.forecasts import save
from core.indicators.store import IndicatorStore
from core.jobs.store import JobStore
from core.market.follows import Asked, note_asked
from core.market.quality.record import inspect
from core.market.sample import ensure_sample
from models.calls import NO_CLEAR_DIRECTION
from tests.core.indicators.generate import walk
from tests.core.market.bars import make_bars
from tests.core.records import put_on_show, record

WEEKS = ("2024-03-01", "2024-03-08")
NOW = datetime(2024, 4, 8, 12, tzinfo=UTC)  # a Monday; bars end on Friday 2024-04-05
ROWS = 69


@pytest.fixture
def world(store):
    """Four stocks to 2024-04-05, two forecast weeks of one pair."""
    store.write("VN", {name: make_bars(ROWS) for name in ("AAA", "BBB", "CCC")}, source="file")
    store.write("VN", {"OLD": make_bars(30)}, source="file")
    first = [("AAA", "UP", 0.03), ("BBB", "DOWN", -0.02), ("CCC", "UP", 0.01), ("OLD", None, None)]
    then = [("AAA", "DOWN", -0.03), ("BBB", "DOWN", -0.01), ("CCC", "UP", 0.05), ("OLD", "UP", 0.2)]
    for week, told in zip(WEEKS, (first, then), strict=True):
        rows = [record(name, week, call, ret or 0.0) for name, call, ret in told]
        save(store.data_dir, rows)
    put_on_show(store.data_dir, WEEKS[1])
    return store


def texts(data_dir):
    return [notice.text for notice in home.notices(data_dir, NOW)]


def test_calls_that_flipped_are_told_with_both_weeks(world):
    since = home.since_last_week(world.data_dir, "VN")
    assert (since.before, since.as_of) == WEEKS
    # OLD had no call the week before: that is no flip.
    assert since.flips[["symbol", "before", "now"]].values.tolist() == [["AAA", "UP", "DOWN"]]
    assert since.flips["change"].iloc[0] == pytest.approx(np.expm1(-0.03))


def test_ranks_are_among_the_stocks_of_both_weeks(world):
    moves = home.since_last_week(world.data_dir, "VN").moves.set_index("symbol")
    assert moves.loc["AAA"].tolist() == [1, 3, -2]
    assert moves.loc["CCC"].tolist() == [2, 1, 1]
    assert list(moves.index[:1]) == ["AAA"]


def test_a_change_of_versions_is_no_flip(world):
    put_on_show(world.data_dir, WEEKS[1], price_version=2)
    since = home.since_last_week(world.data_dir, "VN")
    assert since.before == ""
    assert since.flips.empty


def test_a_market_without_forecasts_has_no_changes(world):
    assert home.since_last_week(world.data_dir, "US") is None


def test_resolved_forecasts_stand_beside_what_is_usual(world):
    recent = IndicatorStore(world).recent("VN")
    seen = home.resolved(world.data_dir, "VN", recent)
    assert (seen.as_of, seen.target) == (WEEKS[1], "2024-04-05")
    bars = make_bars(ROWS).set_index("date")["close"]
    outcome = bars["2024-04-05"] / bars[WEEKS[1]] - 1
    table = seen.table.set_index("symbol")
    assert table["outcome"].to_dict() == pytest.approx(
        dict.fromkeys(["AAA", "BBB", "CCC"], outcome)
    )
    assert table["hit"].to_dict() == {"AAA": False, "BBB": False, "CCC": True}
    inside = {
        s: ret - 0.1 <= np.log1p(outcome) <= ret + 0.1
        for s, ret in (("AAA", -0.03), ("BBB", -0.01), ("CCC", 0.05))
    }
    assert table["inside"].to_dict() == inside
    assert (seen.hits, seen.calls, seen.missing) == (1, 3, 1)  # OLD stopped trading
    assert seen.usual == pytest.approx((0.40 + 0.40 + 0.45) / 3)
    assert seen.error_no_change == pytest.approx(outcome)


def test_a_withheld_call_is_neither_hit_nor_miss(world):
    rows = [record("AAA", WEEKS[1], NO_CLEAR_DIRECTION, 0.0, fingerprint="other")]
    save(world.data_dir, rows)
    seen = home.resolved(world.data_dir, "VN", IndicatorStore(world).recent("VN"))
    assert seen.table.set_index("symbol")["hit"]["AAA"] is None
    assert seen.calls == 2


def test_no_forecast_has_come_due_before_its_date(store):
    store.write("VN", {"AAA": make_bars(ROWS)}, source="file")
    save(store.data_dir, [record("AAA", "2024-03-15", "UP", 0.1)])
    assert home.resolved(store.data_dir, "VN", IndicatorStore(store).recent("VN")) is None


def test_a_breakout_is_new_only_once():
    weeks = pd.to_datetime(["2024-03-01", "2024-03-08"])
    values = {"NEW": (0.95, 1.0), "AGAIN": (1.0, 1.0), "LOST": (1.0, 0.9), "YOUNG": (np.nan, 1.0)}
    recent = pd.DataFrame(
        [
            {"symbol": name, "week": week, "breakout_20w": value}
            for name, pair in values.items()
            for week, value in zip(weeks, pair, strict=True)
        ]
    )
    assert home.new_breakouts(recent) == ["NEW"]
    assert home.new_breakouts(recent[:0]) == []


def test_an_empty_folder_has_no_markets_and_needs_nothing(data_dir):
    assert home.market_states(data_dir) == []
    assert home.notices(data_dir) == []


def test_the_sample_is_history_and_not_stale(store):
    ensure_sample(store)
    (state,) = home.market_states(store.data_dir)
    assert (state.market, state.sample, state.behind, state.late) == ("US", True, 0, 0)
    assert home.notices(store.data_dir) == []


def test_a_stock_that_lags_and_an_old_week_want_attention(world):
    found = texts(world.data_dir)
    assert "Vietnam: 1 stock's prices end more than a week before the newest." in found
    assert any("calls are of the week to 2024-03-08" in text for text in found)
    assert not any("weeks ago" in text for text in found)


def test_stale_prices_want_attention(world):
    later = datetime(2024, 4, 23, tzinfo=UTC)
    found = [notice.text for notice in home.notices(world.data_dir, later)]
    assert any("prices end 2 weeks ago" in text for text in found)


def test_old_versions_want_attention(world):
    learned = {"last_week": "2023-12-29"}
    put_on_show(world.data_dir, WEEKS[1], trained={"price": learned, "pattern": learned})
    assert home.production_age(world.data_dir, "VN") == 14
    assert any("have not seen the last 14 weeks" in text for text in texts(world.data_dir))


def test_a_failed_job_wants_attention_until_one_of_its_kind_goes_well(store):
    jobs, now = JobStore(store.data_dir), datetime.now(UTC)
    first, _ = jobs.submit("train", {"n": 1}, requested_by="tests")
    jobs.move(first.id, "failed", message="Too little\nhistory.")
    (notice,) = home.notices(store.data_dir, now)
    assert notice.text.startswith("Training failed on ")
    assert notice.text.endswith(": Too little history.")
    assert notice.page == "training"
    second, _ = jobs.submit("train", {"n": 2}, requested_by="tests")
    jobs.move(second.id, "done")
    assert home.notices(store.data_dir, now) == []


def test_a_refused_refresh_and_doubtful_prices_want_attention(store):
    bars = walk(300, 1, start="2023-01-02")
    bars.loc[250:, ["open", "high", "low", "close"]] /= 2
    store.write("VN", {"AAA": bars}, source="file")
    inspect(store, "VN")
    said = Asked("vnstock", "2024-04-05T09:00:00+00:00", "refused", "Another unit.", 0)
    note_asked(store.data_dir, "VN", "AAA", said)
    found = [notice.text for notice in home.notices(store.data_dir)]
    assert "Vietnam: the last refresh failed or was refused for AAA." in found
    assert "Vietnam: 1 stock has doubtful prices." in found
