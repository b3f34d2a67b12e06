"""Each kind of rule: what it finds, and what it does not."""

from datetime import UTC, datetime

import numpy as np
import pytest

from core import watchlists
from core.alerts import kept
from core.alerts.kinds import Event
from core.alerts.rules import KINDS, checked, described, find_kind
from core.errors import UserError
from core.indicators.catalogue import BY_NAME
from core.indicators.standing import share_below
from core.indicators.store import IndicatorStore
from core.jobs.store import JobStore
from core.language import using
from core.market.follows import Asked, note_asked
from core.market.quality.record import inspect
from core.market.sample import ensure_sample
from tests.core.indicators.generate import walk
from tests.core.market.bars import make_bars
from tests.core.records import WEEKS, put_on_show

NOW = datetime(2024, 4, 8, 12, tzinfo=UTC)  # a Monday; bars of the fixture end on 2024-04-05
LATER = datetime(2024, 4, 23, tzinfo=UTC)


def find(data_dir, kind, now=NOW, **given):
    return find_kind(kind).look(data_dir, checked(data_dir, kind, given), now)


def texts(events):
    return [event.text for event in events]


def test_every_kind_finds_nothing_in_an_empty_folder(data_dir):
    for name in ("stale", "failed", "old_production", "doubtful"):
        assert find(data_dir, name) == []
    assert find(data_dir, "call", market="VN") == []


def test_stale_prices_are_told_from_so_many_weeks_on(flipped):
    assert find(flipped, "stale", LATER, weeks=3) == []
    (event,) = find(flipped, "stale", LATER, weeks=2)
    assert event.text == "Vietnam: prices end 2 weeks ago."
    assert (event.market, event.as_of, event.lasting) == ("VN", "2024-04-05", True)
    assert find(flipped, "stale", LATER, weeks=2, market="US") == []


def test_the_sample_is_never_stale(store):
    ensure_sample(store)
    assert find(store.data_dir, "stale", weeks=1) == []


def test_a_failed_job_is_told_once_and_a_refused_refresh_lasts(store):
    jobs = JobStore(store.data_dir)
    job, _ = jobs.submit("train", {}, requested_by="tests")
    jobs.move(job.id, "failed", message="Too little history.")
    said = Asked("vnstock", "2024-04-05T09:00:00+00:00", "failed", "No answer.", 0)
    note_asked(store.data_dir, "VN", "AAA", said)
    failed, refused = find(store.data_dir, "failed", datetime.now(UTC))
    assert (failed.key, failed.lasting) == (f"job {job.id}", False)
    assert failed.text.endswith(": Too little history.")
    assert refused.text == "Vietnam: the last refresh failed or was refused for AAA."
    assert refused.lasting


def test_old_production_is_told_from_so_many_weeks_on(flipped):
    learned = {"last_week": "2024-01-05"}
    put_on_show(flipped, WEEKS[1], trained={"price": learned, "pattern": learned})
    (event,) = find(flipped, "old_production", weeks=13)
    assert "have not seen the last 13 weeks" in event.text
    assert find(flipped, "old_production", weeks=14) == []


def test_only_new_doubts_about_prices_are_told(store):
    bars = walk(300, 1, start="2023-01-02")
    old, new = bars.copy(), bars.copy()
    prices = ["open", "high", "low", "close"]
    old.loc[200:, prices] /= 2
    new.loc[297:, prices] /= 2
    store.write("VN", {"OLD": old, "NEW": new, "FINE": bars}, source="file")
    inspect(store, "VN")
    events = find(store.data_dir, "doubtful")
    assert {event.symbol for event in events} == {"NEW"}
    assert all("doubtful" in text for text in texts(events))
    everything = find(store.data_dir, "doubtful", weeks=52)
    assert {event.symbol for event in everything} == {"OLD", "NEW"}


def test_a_changed_call_is_told_with_both_calls(flipped):
    (event,) = find(flipped, "call", market="VN")
    assert event.text == (
        "AAA: the call changed from UP to DOWN with the week to 2024-03-08; forecast −3.0 %."
    ).replace(" %", "\N{NO-BREAK SPACE}%")
    assert (event.symbol, event.market, event.as_of) == ("AAA", "VN", WEEKS[1])


def test_only_the_watchlist_is_watched(flipped):
    watchlists.save(flipped, "VN", "Mine", ["BBB"])
    watchlists.save(flipped, "VN", "Others", ["AAA"])
    assert find(flipped, "call", market="VN", watchlist="Mine") == []
    assert len(find(flipped, "call", market="VN", watchlist="Others")) == 1


def test_the_key_of_an_event_is_free_of_language(flipped):
    (english,) = find(flipped, "call", market="VN")
    with using("vi"):
        (other,) = find(flipped, "call", market="VN")
    assert english.key == other.key


def closing(store, *closes):
    bars = make_bars(len(closes))
    for name in ("open", "high", "low", "close"):
        bars[name] = np.array(closes, float)
    store.write("VN", {"AAA": bars}, source="file")
    return store.data_dir


@pytest.mark.parametrize(
    ("closes", "way", "said"),
    [
        ((9, 9, 11), "both", "up through 10.00 (before: 9.00)"),
        ((9, 9, 10), "up", "up through 10.00"),
        ((11, 11, 10), "down", "down through 10.00 (before: 11.00)"),
        ((9, 11, 11, 11, 11), "both", "up through 10.00"),
        ((9, 11, 9, 9), "both", "down through 10.00"),
        ((9, 11, 9, 9), "up", "up through 10.00"),
        ((9, 9, 11), "down", ""),
        ((11, 12, 11), "both", ""),
        ((10, 10, 10), "both", ""),
        ((9, 11, 11, 11, 11, 11, 11), "both", ""),
    ],
)
def test_a_close_that_crosses_a_level(store, closes, way, said):
    events = find(closing(store, *closes), "level", market="VN", symbol="aaa", level=10, way=way)
    assert len(events) == bool(said)
    assert all(said in text for text in texts(events))


def test_a_session_that_has_not_closed_is_not_told(store):
    folder = closing(store, 9, 9, 11)  # 2, 3 and 4 January
    given = {"market": "VN", "symbol": "AAA", "level": 10}
    early = datetime(2024, 1, 4, 5, tzinfo=UTC)
    assert find(folder, "level", early, **given) == []
    assert len(find(folder, "level", datetime(2024, 1, 4, 12, tzinfo=UTC), **given)) == 1


@pytest.fixture
def long_history(store):
    """A stock of 120 weeks, one more whose last week rose by a half, one that halved."""
    bars, jump = walk(600, 5, start="2022-01-03"), {}
    for name, factor in (("UP", 1.5), ("DOWN", 0.5)):
        jump[name] = bars.copy()
        jump[name].loc[595:, ["open", "high", "low", "close"]] *= factor
    store.write("VN", {"AAA": bars} | jump, source="file")
    return store


@pytest.mark.parametrize(
    ("symbol", "way", "percentile", "told"),
    [
        ("UP", "up", 99, "higher than in 100 %"),
        ("DOWN", "down", 1, "lower than in 100 %"),
        ("UP", "down", 1, ""),
        ("DOWN", "up", 99, ""),
    ],
)
def test_an_indicator_that_reaches_a_percentile(long_history, symbol, way, percentile, told):
    name = "ret_1w"
    assert name in BY_NAME
    given = {"symbol": symbol, "indicator": name, "way": way, "percentile": percentile}
    events = find(long_history.data_dir, "percentile", market="VN", **given)
    assert len(events) == bool(told)
    assert all(told in text.replace("\N{NO-BREAK SPACE}", " ") for text in texts(events))


def test_an_indicator_that_had_reached_it_the_week_before_is_no_news(long_history):
    name = "ret_12w"
    weekly = IndicatorStore(long_history).weekly("VN", "AAA")[name].dropna().to_numpy()
    last, before = (100 * share_below(weekly[:-n], weekly[-n]) for n in (1, 2))
    assert last != before
    way, beyond = ("up", min) if last > before else ("down", max)
    given = {"symbol": "AAA", "indicator": name, "way": way, "market": "VN"}
    between, passed = (last + before) / 2, beyond(last, before)
    assert len(find(long_history.data_dir, "percentile", percentile=between, **given)) == 1
    assert find(long_history.data_dir, "percentile", percentile=passed, **given) == []


def test_a_short_history_reaches_no_percentile(flipped):
    given = {"market": "VN", "symbol": "AAA", "indicator": "ret_1w", "percentile": 0}
    assert find(flipped, "percentile", **given) == []


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("nothing", {}, "There is no kind of rule 'nothing'"),
        ("stale", {"weeks": 0}, "Weeks must lie between 1 and 52"),
        ("stale", {"weeks": 1.5}, "Weeks must lie between 1 and 52"),
        ("stale", {"market": "MOON"}, "There is no market 'MOON'"),
        ("call", {}, "The rule needs: Market."),
        ("call", {"market": "VN", "watchlist": "x"}, "There is no watchlist 'x'"),
        ("level", {"market": "VN"}, "The rule needs: Stock."),
        ("level", {"market": "VN", "symbol": "ZZZ"}, "There are no prices of ZZZ"),
        ("level", {"market": "VN", "symbol": "AAA"}, "The rule needs: Level."),
        ("level", {"market": "VN", "symbol": "AAA", "level": -1}, "Level must lie between"),
        ("level", {"market": "VN", "symbol": "AAA", "level": float("nan")}, "Level must lie"),
        ("level", {"market": "VN", "symbol": "AAA", "level": 1, "way": "x"}, "must be one of"),
        ("percentile", {"market": "VN", "symbol": "AAA", "indicator": "x"}, "must be one of"),
    ],
)
def test_what_does_not_fit_is_one_sentence(flipped, kind, given, said):
    with pytest.raises(UserError) as error:
        kept.add(flipped, kind, given)
    assert said in str(error.value)
    assert kept.rules(flipped) == []


def test_a_rule_is_kept_switched_and_deleted(flipped):
    number = kept.add(flipped, "level", {"market": "VN", "symbol": "aaa", "level": 10})
    (rule,) = kept.rules(flipped)
    assert (rule.id, rule.active, rule.channel) == (number, True, kept.EVERY)
    assert described(rule.kind, rule.given) == (
        "A close crosses a level: Vietnam, AAA, Level: 10, either way"
    )
    with pytest.raises(UserError, match="There is such a rule already"):
        kept.add(flipped, "level", {"market": "vn", "symbol": "AAA", "level": 10.0})
    kept.switch(flipped, number, False)
    assert not kept.rules(flipped)[0].active
    kept.delete(flipped, number)
    assert kept.rules(flipped) == []


def test_a_rule_that_cannot_look_says_why_until_it_can(flipped):
    watchlists.save(flipped, "VN", "Mine", ["AAA"])
    kept.add(flipped, "call", {"market": "VN", "watchlist": "Mine"})
    watchlists.delete(flipped, "VN", "Mine")
    assert kept.look(flipped, kept.rules(flipped)[0], NOW) == []
    (rule,) = kept.rules(flipped)
    assert "There is no watchlist 'Mine'" in rule.trouble
    watchlists.save(flipped, "VN", "Mine", ["AAA"])
    (event,) = kept.look(flipped, rule, NOW)
    assert isinstance(event, Event)
    assert kept.rules(flipped)[0].trouble == ""


def test_every_kind_is_described_with_its_defaults():
    for name, kind in KINDS.items():
        given = {p.name: p.default for p in kind.parameters} | {
            "market": "VN",
            "symbol": "AAA",
            "level": 1.0,
            "indicator": "ret_1w",
        }
        assert described(name, given).startswith(kind.title)
