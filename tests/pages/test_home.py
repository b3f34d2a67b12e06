"""Home: where things stand, what changed, and a newcomer's three steps."""

import pytest

from core.forecasts import save
from core.market.sample import ensure_sample
from core.tour import tour
from tests.core.market.bars import make_bars
from tests.core.records import put_on_show, record
from tests.pages.conftest import words


@pytest.fixture
def two_weeks(store):
    """Two stocks with forecasts of two weeks; the call of AAA flipped."""
    store.write("VN", {"AAA": make_bars(69), "BBB": make_bars(69)}, source="file")
    for week, call in (("2024-03-01", "UP"), ("2024-03-08", "DOWN")):
        save(store.data_dir, [record("AAA", week, call, 0.02), record("BBB", week, "UP", 0.01)])
    put_on_show(store.data_dir, "2024-03-08")
    return store


def test_home_is_the_first_page(show, data_dir):
    at = show("home")
    assert at.title[0].value == "Home"
    assert "There are no prices yet" in words(at)


def test_calls_that_flipped_are_listed(show, two_weeks):
    at = show("home")
    assert not at.exception
    flips = at.dataframe[0].value
    assert flips.iloc[0].tolist()[:3] == ["AAA", "▲ UP", "▼ DOWN"]
    assert "Calls that flipped: 1" in words(at)


def test_resolved_forecasts_stand_beside_usual(show, two_weeks):
    tiles = {metric.label: metric for metric in show("home").metric}
    assert tiles["Directions that came true"].value == "1 of 2"
    assert "usually" in tiles["Directions that came true"].delta
    assert "made to hold 80" in tiles["Inside the 80 % interval"].delta
    assert "no change by" in tiles["Price missed by"].delta


def test_what_needs_attention_leads_to_its_page(show, two_weeks):
    at = show("home")
    assert "weeks ago" in words(at)
    assert {"Refresh", "Forecast anew"} <= {link.label for link in at.get("page_link")}


def test_the_tour_is_put_away_for_good(show, store):
    ensure_sample(store)
    at = show("home")
    assert "Three steps to a first forecast" in words(at)
    at.button(key="tour_away").click().run()
    assert "Three steps" not in words(at)
    assert tour(store.data_dir).over
    assert "Three steps" not in words(show("home"))


def test_reading_ends_the_tour_once_there_is_a_model(show, store):
    store.write("VN", {"AAA": make_bars(69)}, source="file")
    save(store.data_dir, [record("AAA", "2024-03-08", "UP", 0.0)])
    put_on_show(store.data_dir, "2024-03-08")
    at = show("home")
    at.button(key="tour_read").click().run()
    assert at.title[0].value == "Market"
    assert tour(store.data_dir).over


def test_an_old_address_of_the_first_page_still_opens_the_market(show, two_weeks):
    at = show("home", symbols="AAA", market="VN")
    assert at.title[0].value == "Market"
    assert list(at.dataframe[0].value["symbol"]) == ["AAA"]


@pytest.mark.parametrize("market", ["<script>", "x" * 10_000, "\u202eVN"])
def test_a_hostile_market_in_the_address_is_ignored(show, two_weeks, market):
    at = show("home", market=market)
    assert not at.exception
    assert "Calls that flipped: 1" in words(at)
