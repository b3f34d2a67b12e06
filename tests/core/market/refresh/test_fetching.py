from datetime import date

import pytest

from core.market.refresh.fetching import Desk
from core.market.sources.base import SourceError
from core.settings import settings
from tests.core.market.bars import make_bars
from tests.core.market.refresh.shelf import Shelf

DAYS = (date(2024, 1, 1), date(2024, 3, 1))


def quiet(text):
    pass


def ask(desk, symbol="VNM", days=DAYS, tell=quiet):
    return desk.bars("yahoo", "VN", symbol, "stock", *days, tell)


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def desk(shelf, data_dir):
    return Desk(data_dir, lambda name, folder: shelf)


def test_a_long_range_is_asked_in_pieces(data_dir):
    shelf = Shelf(years=7)
    shelf.replies["VNM"] = make_bars(2300, start="2014-12-01")
    bars = ask(
        Desk(data_dir, lambda name, folder: shelf), days=(date(2014, 12, 1), date(2024, 3, 1))
    )
    assert [(str(a), str(b)) for _, a, b in shelf.asked] == [
        ("2014-12-01", "2021-11-29"),
        ("2021-11-30", "2024-03-01"),
    ]
    assert bars["date"].is_unique
    assert len(bars) == 2300


def test_pieces_before_a_stock_was_listed_may_be_empty(data_dir):
    shelf = Shelf(years=7)
    shelf.replies["VNM"] = [SourceError("none.", "empty"), make_bars(30)]
    bars = ask(
        Desk(data_dir, lambda name, folder: shelf), days=(date(2014, 12, 1), date(2024, 3, 1))
    )
    assert len(bars) == 30


def test_a_wait_the_source_asks_for_is_told_and_borne(desk, shelf):
    shelf.replies["VNM"] = [SourceError("slower.", "limited", 0.05), make_bars()]
    told = []
    assert len(ask(desk, tell=told.append)) == 30
    assert told == ["waiting 0 s, as yahoo asks for"]


def test_a_wait_longer_than_our_patience_is_a_failure(desk, shelf, monkeypatch):
    monkeypatch.setenv("WEEKLENS_SOURCE_PATIENCE", "10")
    settings.cache_clear()
    shelf.replies["VNM"] = SourceError("slower.", "limited", 60)
    with pytest.raises(SourceError):
        ask(desk)
    assert len(shelf.asked) == 1


def test_after_three_failures_in_a_row_a_source_is_given_up(desk, shelf):
    shelf.replies["VNM"] = SourceError("no answer.", "unreachable")
    for _ in range(2):
        with pytest.raises(SourceError):
            ask(desk)
    assert desk.given_up("yahoo") == ""
    with pytest.raises(SourceError):
        ask(desk)
    assert desk.given_up("yahoo") == "no answer."


def test_an_answer_in_between_begins_the_count_anew(desk, shelf):
    shelf.replies["VNM"] = SourceError("no answer.", "unreachable")
    shelf.replies["FPT"] = make_bars()
    for symbol in ("VNM", "VNM", "FPT", "VNM", "VNM"):
        if symbol == "FPT":
            ask(desk, symbol)
            continue
        with pytest.raises(SourceError):
            ask(desk, symbol)
    assert desk.given_up("yahoo") == ""


@pytest.mark.parametrize("state", ["blocked", "missing"])
def test_a_source_that_refuses_is_given_up_at_once(desk, shelf, state):
    shelf.replies["VNM"] = SourceError("go away.", state)
    with pytest.raises(SourceError):
        ask(desk)
    assert desk.given_up("yahoo") == "go away."


@pytest.mark.parametrize("state", ["empty", "garbage"])
def test_what_concerns_one_symbol_gives_nothing_up(desk, shelf, state):
    shelf.replies["VNM"] = SourceError("odd.", state)
    for _ in range(5):
        with pytest.raises(SourceError):
            ask(desk)
    assert desk.given_up("yahoo") == ""


def test_closing_closes_what_was_opened(desk, shelf):
    desk.source("yahoo")
    desk.close()
    assert shelf.closed
