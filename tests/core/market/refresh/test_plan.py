from datetime import UTC, datetime

import pytest

from core.errors import UserError
from core.market.follows import Asked, asked_since, follow, followed, note_asked, unfollow
from core.market.refresh.plan import expected_seconds, first_day, make_plan
from core.market.refresh.request import outlook
from tests.core.market.bars import make_bars

FRIDAY_NIGHT = datetime(2024, 6, 28, 12, tzinfo=UTC)
"""19:00 in Vietnam, after the close of a session."""
SATURDAY = datetime(2024, 6, 29, 12, tzinfo=UTC)
MONDAY_NIGHT = datetime(2024, 7, 1, 12, tzinfo=UTC)


def symbols(plan, due=True):
    return [entry.symbol for entry in plan if entry.due == due]


def asked(data_dir, symbol, at, state="ok", source="vnstock"):
    note_asked(data_dir, "VN", symbol, Asked(source, at.isoformat(), state, "", 0))


def test_nothing_that_follows_a_source_is_one_sentence(store, data_dir):
    store.write("VN", {"VNM": make_bars()}, source="file")
    with pytest.raises(UserError, match="No symbol of this market follows a source yet"):
        make_plan(data_dir, "VN")


def test_bars_of_a_live_source_go_on_following_it(store, data_dir):
    store.write("VN", {"VNM": make_bars()}, source="vnstock")
    store.write("VN", {"FPT": make_bars()}, source="file")
    assert followed(data_dir, "VN") == {"VNM": "vnstock"}


def test_what_was_chosen_wins_over_where_the_bars_came_from(store, data_dir):
    store.write("VN", {"VNM": make_bars()}, source="vnstock")
    follow(data_dir, "VN", ["vnm"], "yahoo")
    assert followed(data_dir, "VN") == {"VNM": "yahoo"}


def test_a_source_without_the_market_is_refused(data_dir):
    with pytest.raises(UserError, match="has no prices of the market US; choose sample or"):
        follow(data_dir, "US", ["AAPL"], "vnstock")


def test_the_markets_indices_come_first(store, data_dir):
    store.write("VN", {"VNM": make_bars(), "ACB": make_bars()}, source="vnstock")
    assert symbols(make_plan(data_dir, "VN")) == ["VN30", "VNINDEX", "ACB", "VNM"]


def test_new_symbols_are_asked_at_the_default_source(data_dir):
    plan = make_plan(data_dir, "VN", symbols=["fpt"])
    assert [(e.symbol, e.source) for e in plan if e.kind == "stock"] == [("FPT", "vnstock")]


def test_a_symbol_asked_since_the_last_close_is_not_due(store, data_dir):
    store.write("VN", {"VNM": make_bars(), "ACB": make_bars()}, source="vnstock")
    asked(data_dir, "VNM", FRIDAY_NIGHT)
    plan = make_plan(data_dir, "VN", now=SATURDAY)
    assert symbols(plan, due=False) == ["VNM"]
    assert "ACB" in symbols(plan)


def test_it_is_due_again_once_another_session_has_closed(store, data_dir):
    store.write("VN", {"VNM": make_bars()}, source="vnstock")
    asked(data_dir, "VNM", FRIDAY_NIGHT)
    assert "VNM" in symbols(make_plan(data_dir, "VN", now=MONDAY_NIGHT))


@pytest.mark.parametrize("state", ["refused", "failed"])
def test_what_went_wrong_is_asked_again(store, data_dir, state):
    store.write("VN", {"VNM": make_bars()}, source="vnstock")
    asked(data_dir, "VNM", FRIDAY_NIGHT, state)
    assert "VNM" in symbols(make_plan(data_dir, "VN", now=SATURDAY))


def test_another_source_is_asked_whatever_the_first_said(store, data_dir):
    store.write("VN", {"VNM": make_bars()}, source="vnstock")
    asked(data_dir, "VNM", FRIDAY_NIGHT)
    plan = make_plan(data_dir, "VN", symbols=["VNM"], source="yahoo", now=SATURDAY)
    assert symbols(plan) == ["VNM"]


def test_forced_all_are_due_but_those_done_since(store, data_dir):
    store.write("VN", {"VNM": make_bars(), "ACB": make_bars()}, source="vnstock")
    asked(data_dir, "VNM", FRIDAY_NIGHT)
    asked(data_dir, "ACB", SATURDAY)
    plan = make_plan(data_dir, "VN", force=True, now=SATURDAY)
    assert {"VNM", "ACB"} <= set(symbols(plan))
    since = FRIDAY_NIGHT.replace(hour=20).isoformat()
    plan = make_plan(data_dir, "VN", force=True, since=since, now=SATURDAY)
    assert symbols(plan, due=False) == ["ACB"]


def test_a_few_stored_days_are_asked_for_again(data_dir):
    stored = make_bars(30)
    assert first_day(stored, same_source=True) == stored["date"].iloc[-8].date()
    assert first_day(stored.iloc[:3], same_source=True) == stored["date"].iloc[0].date()


def test_a_new_symbol_and_another_source_are_asked_for_all_of_history(data_dir):
    assert str(first_day(None, same_source=False)) == "2015-01-01"
    older = make_bars(10, start="2012-03-01")
    assert str(first_day(older, same_source=False)) == "2012-03-01"


def test_a_symbol_can_stop_following_and_begin_again(store, data_dir):
    store.write("VN", {"VNM": make_bars()}, source="vnstock")
    unfollow(data_dir, "VN", ["VNM"])
    assert followed(data_dir, "VN") == {}
    follow(data_dir, "VN", ["VNM"], "yahoo")
    assert followed(data_dir, "VN") == {"VNM": "yahoo"}


def test_a_whole_history_takes_more_requests_than_what_is_missing(store, data_dir):
    store.write("VN", {"VNM": make_bars()}, source="vnstock")
    store.write("VN", {"ACB": make_bars()}, source="file")
    plan = make_plan(data_dir, "VN", symbols=["VNM", "ACB"], source="vnstock")
    requests = {entry.symbol: entry.requests for entry in plan}
    assert (requests["VNM"], requests["ACB"]) == (1, 2)


def test_the_time_is_what_the_sources_limit_leaves(store, data_dir):
    names = [f"S{number:02d}" for number in range(68)]
    store.write("VN", {name: make_bars(5) for name in names}, source="vnstock")
    plan = make_plan(data_dir, "VN")
    indices_whole = 2 * 2
    over = (68 + indices_whole - 18) / 18 * 60
    assert expected_seconds(plan) == pytest.approx(over + (68 + indices_whole) * 0.3)
    said = outlook(data_dir, "VN", symbols=None, source=None, force=False)
    assert "Asks for 70 symbols, 2 of them indices of the market" in said
    assert "68 for the days they lack and a few to compare and 2 for their whole history" in said
    assert said.endswith("About 3 min at 18 requests a minute of vnstock.")


def test_the_outlook_says_when_nothing_is_due(store, data_dir):
    store.write("VN", {"VNM": make_bars()}, source="yahoo")
    asked(data_dir, "VNM", datetime.now(UTC), source="yahoo")
    said = outlook(data_dir, "VN", symbols=None, source=None, force=False)
    assert said == "Nothing is due: all have answered since the last session closed."


def test_what_was_asked_since_a_moment_is_told(data_dir):
    asked(data_dir, "VNM", FRIDAY_NIGHT)
    asked(data_dir, "ACB", SATURDAY, "failed")
    rows = asked_since(data_dir, "VN", SATURDAY.isoformat())
    assert [(row["symbol"], row["state"]) for row in rows] == [("ACB", "failed")]
