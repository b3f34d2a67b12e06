"""The Market page without a model: names in place of forecasts, old prices, the filter."""

import pandas as pd
import pytest

from core.market.calendar import today, weeks_behind
from core.market.quality.record import inspect
from core.market.sample import ensure_sample
from core.market.search import search
from tests.core.market.bars import make_bars
from tests.pages.conftest import words


@pytest.fixture
def unmodelled(store):
    listing = {
        "symbol": ["AAA", "VNM"],
        "name": ["An An", "Vinamilk"],
        "name_vi": ["An An", "CTCP Sữa Việt Nam"],
        "sector": ["Steel", "Thực phẩm"],
        "exchange": ["HNX", "HOSE"],
    }
    store.set_listing("VN", pd.DataFrame(listing))
    store.write("VN", {"AAA": make_bars(80)}, source="file")
    store.write("VN", {"VNM": make_bars(80)}, source="vnstock")
    return store


def columns(at):
    return at.dataframe[0].proto.column_order


def test_without_a_model_names_stand_in_place_of_forecasts(show, unmodelled):
    at = show()
    assert list(columns(at)) == [
        *("symbol", "name", "exchange", "sector", "close", "week_change", "spark")
    ]
    assert "calls" not in [group.key for group in at.get("button_group")]


def test_with_a_model_forecasts_and_calls_are_there(show, trained):
    at = show()
    assert {"price", "call", "p_up", "reason"} <= set(columns(at))
    assert "calls" in [group.key for group in at.get("button_group")]


def test_the_sources_are_named_once(show, unmodelled):
    assert "sources: file, vnstock" in words(show())


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("sua viet nam", ["VNM"]),
        ("vinamlik", ["VNM"]),
        ("thuc pham", ["VNM"]),
        ("hnx", ["AAA"]),
        ("an an", ["AAA"]),
    ],
)
def test_the_filter_finds_what_the_picker_finds_and_groups(show, unmodelled, typed, left):
    known = unmodelled.symbols("VN")
    assert set(search(known, typed)) <= set(left)
    at = show()
    at.text_input(key="filter_text").set_value(typed).run()
    assert list(at.dataframe[0].value["symbol"]) == left


def test_a_filter_without_a_letter_says_the_next_step(show, unmodelled):
    at = show()
    at.text_input(key="filter_text").set_value("(*").run()
    assert "No stock fits this filter: clear it." in words(at)


@pytest.mark.parametrize("page", ["market", "stock"])
def test_old_prices_are_said_to_be(show, unmodelled, page):
    at = show(page)
    behind = weeks_behind("VN", make_bars(80)["date"].iloc[-1])
    assert f"Prices end {behind} weeks ago: refresh them on the Data page." in words(at)
    assert "Refresh prices" in [link.label for link in at.get("page_link")]


@pytest.mark.parametrize("page", ["market", "stock"])
def test_new_prices_and_the_sample_need_no_such_word(show, store, page):
    ensure_sample(store)
    at = show(page)
    assert not at.exception
    assert "weeks ago" not in words(at)
    first = today("VN") - pd.Timedelta(days=90)
    bars = make_bars(80, f"{first:%Y-%m-%d}")
    store.write("VN", {"AAA": bars[bars["date"] <= today("VN")]}, source="file")
    assert "weeks ago" not in words(show(page, market="VN"))


def test_doubtful_prices_are_said_above_the_table_in_a_text_that_wraps(show, unmodelled):
    halved = make_bars(80)
    halved.loc[40:, ["open", "high", "low", "close"]] /= 2
    unmodelled.write("VN", {"AAA": halved}, source="file")
    inspect(unmodelled, "VN")
    at = show()
    kinds = [element.type for element in at.main]
    (place,) = [
        number
        for number, element in enumerate(at.main)
        if "1 of these stocks has doubtful prices." in str(getattr(element, "value", ""))
    ]
    assert kinds[place] == "markdown"
    assert place < kinds.index(at.dataframe[0].type)
