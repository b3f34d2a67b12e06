import numpy as np
import pandas as pd
import pytest

from core import changes
from core.forecasts import save
from core.indicators.store import IndicatorStore
from models.calls import NO_CLEAR_DIRECTION
from tests.core.market.bars import make_bars
from tests.core.records import WEEKS, put_on_show, record, two_weeks

ROWS = 69


@pytest.fixture
def world(store):
    two_weeks(store)
    return store


def test_calls_that_flipped_are_told_with_both_weeks(world):
    since = changes.since_last_week(world.data_dir, "VN")
    assert (since.before, since.as_of) == WEEKS
    # OLD had no call the week before: that is no flip.
    assert since.flips[["symbol", "before", "now"]].values.tolist() == [["AAA", "UP", "DOWN"]]
    assert since.flips["change"].iloc[0] == pytest.approx(np.expm1(-0.03))


def test_ranks_are_among_the_stocks_of_both_weeks(world):
    moves = changes.since_last_week(world.data_dir, "VN").moves.set_index("symbol")
    assert moves.loc["AAA"].tolist() == [1, 3, -2]
    assert moves.loc["CCC"].tolist() == [2, 1, 1]
    assert list(moves.index[:1]) == ["AAA"]


def test_a_change_of_versions_is_no_flip(world):
    put_on_show(world.data_dir, WEEKS[1], price_version=2)
    since = changes.since_last_week(world.data_dir, "VN")
    assert since.before == ""
    assert since.flips.empty


def test_a_market_without_forecasts_has_no_changes(world):
    assert changes.since_last_week(world.data_dir, "US") is None


def test_resolved_forecasts_stand_beside_what_is_usual(world):
    recent = IndicatorStore(world).recent("VN")
    seen = changes.resolved(world.data_dir, "VN", recent)
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
    seen = changes.resolved(world.data_dir, "VN", IndicatorStore(world).recent("VN"))
    assert seen.table.set_index("symbol")["hit"]["AAA"] is None
    assert seen.calls == 2


def test_no_forecast_has_come_due_before_its_date(store):
    store.write("VN", {"AAA": make_bars(ROWS)}, source="file")
    save(store.data_dir, [record("AAA", "2024-03-15", "UP", 0.1)])
    assert changes.resolved(store.data_dir, "VN", IndicatorStore(store).recent("VN")) is None


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
    assert changes.new_breakouts(recent) == ["NEW"]
    assert changes.new_breakouts(recent[:0]) == []
