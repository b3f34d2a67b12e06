"""The quality page, and badges wherever a doubtful stock's forecast is shown."""

import pandas as pd
import pytest

from core.market.quality.record import flagged, inspect
from core.market.store import BarStore
from tests.core.market.bars import make_bars
from tests.pages.conftest import words


@pytest.fixture
def doubtful(store):
    halved = make_bars(80)
    halved.loc[40:, ["open", "high", "low", "close"]] /= 2
    names = pd.DataFrame({"symbol": ["AAA"], "name": ["Aa"], "exchange": ["HOSE"]})
    store.set_listing("VN", names)
    store.write("VN", {"AAA": halved, "BBB": make_bars(80)}, source="file")
    return store


def test_rules_stocks_and_findings_are_listed(show, doubtful):
    at = show("quality", symbol="AAA")
    assert not at.exception
    rules, stocks, mine = (element.value for element in at.dataframe)
    assert rules.set_index("rule").loc["split", ["flagged", "stocks"]].tolist() == [1, 1]
    assert stocks["symbol"].tolist() == ["AAA"]
    assert mine["title"].tolist() == ["Splits not adjusted for"]
    assert "likely factor 2:1" in mine["detail"].iat[0]


def test_the_address_chooses_the_stock_and_a_sound_one_is_said_to_be(show, doubtful):
    at = show("quality", market="VN", symbol="BBB")
    assert not at.exception
    assert "Nothing was found in the prices of BBB." in [s.value for s in at.success]


def test_another_stock_can_be_chosen(show, doubtful):
    at = show("quality", symbol="BBB")
    at.selectbox(key="_quality_symbol").set_value("AAA").run()
    assert not at.exception
    assert at.query_params["symbol"] == "AAA"
    assert at.dataframe[-1].value["title"].tolist() == ["Splits not adjusted for"]


def test_the_page_checks_what_was_not_checked_yet(show, doubtful):
    assert flagged(doubtful.data_dir, "VN") == {}
    show("quality")
    assert flagged(doubtful.data_dir, "VN") == {"AAA": ["Unadjusted split"]}


def test_without_prices_the_page_leads_to_the_data_page(show, data_dir):
    at = show("quality")
    assert not at.exception
    assert "There are no prices yet" in words(at)


def test_a_doubtful_stocks_forecast_carries_a_badge_and_a_sound_ones_none(show, trained):
    inspect(BarStore(trained), "VN")
    badges = flagged(trained, "VN")
    assert badges["HALT"] == ["Missing sessions"]
    assert "CCC" not in badges
    assert ":orange-badge[:material/warning: Missing sessions]" in words(
        show("stock", symbol="HALT")
    )
    assert "orange-badge" not in words(show("stock", symbol="CCC"))


def test_the_market_table_marks_doubtful_stocks(show, trained):
    inspect(BarStore(trained), "VN")
    table = show().dataframe[0].value.set_index("symbol")
    assert table.loc["HALT", "data"] == "⚠ 1"
    assert table.loc["CCC", "data"] == ""
