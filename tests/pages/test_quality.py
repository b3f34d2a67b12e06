"""The quality page, and badges wherever a doubtful stock's forecast is shown."""

import pandas as pd
import pytest

from core.market.quality.catalogue import RULES
from core.market.quality.record import findings, flagged, inspect
from core.market.store import BarStore
from pages.parts.words import plain
from tests.core.market.bars import make_bars
from tests.pages.conftest import words
from tests.pages.spoken import left_in_english


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
    assert rules.set_index("rule").loc["split", ["findings", "days", "stocks"]].tolist() == [
        1,
        1,
        1,
    ]
    assert stocks["symbol"].tolist() == ["AAA"]
    assert mine["title"].tolist() == ["Splits not adjusted for"]
    assert "likely factor 2:1" in mine["detail"].iat[0]


def test_the_address_chooses_the_stock_and_a_sound_one_is_said_to_be(show, doubtful):
    at = show("quality", market="VN", symbol="BBB")
    assert not at.exception
    assert "Nothing was found in the prices of BBB." in [s.value for s in at.success]


def select(at, key, row):
    """Select a row of a table, which Streamlit's tester has no click for."""
    at.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return at.run()


def test_the_page_says_where_its_weeks_end(show, doubtful):
    newest = doubtful.symbols("VN")["last"].max()
    assert f"end at the market's newest session, {newest:%Y-%m-%d}." in words(show("quality"))


def test_a_selected_rule_is_shown_in_full_with_its_bands(show, doubtful):
    at = select(show("quality"), "quality_rules", list(RULES).index("band"))
    text = words(at)
    assert plain(RULES["band"].reason) in text
    assert plain(RULES["band"].written) in text
    assert "| HOSE | ±7 % |" in text


def test_a_selected_finding_is_shown_in_full_below_its_table(show, doubtful):
    at = select(show("quality", symbol="AAA"), "quality_findings_AAA", 0)
    (detail,) = findings(doubtful, "VN", "AAA")["detail"]
    assert f"**Splits not adjusted for.** {plain(detail)}" in words(at)


def test_a_flagged_stock_without_a_forecast_carries_its_badge(show, doubtful):
    inspect(doubtful, "VN")
    badge = ":orange-badge[:material/warning: Unadjusted split]"
    assert badge in words(show("stock", symbol="AAA"))
    assert badge not in words(show("stock", symbol="BBB"))


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


def test_a_vietnamese_reader_finds_nothing_in_english(show, doubtful):
    at = show("quality", symbol="AAA", lang="vi")
    at = select(at, "quality_rules", list(RULES).index("split"))
    assert not at.exception
    rules, __, mine = (element.value for element in at.dataframe)
    assert rules.set_index("rule").loc["split", "title"] == "Chia tách chưa điều chỉnh"
    assert "hệ số có khả năng là 2:1" in mine["detail"].iat[0]
    files = ("pages/quality.py", "core/market/quality/catalogue.py", "pages/parts/choosing.py")
    assert left_in_english(at, [*files, "pages/parts/finding.py"]) == []
    # The record itself is kept in English, for whoever reads it next.
    assert "likely factor 2:1" in findings(doubtful, "VN", "AAA")["detail"].iat[0]
