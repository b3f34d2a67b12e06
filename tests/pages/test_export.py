"""The buttons that save a table."""

import json
import tomllib

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.export import MARKET_HEADINGS, PRICE_HEADINGS
from pages.parts.market_table import NUMBERS, saved_columns, shown_columns
from tests.browser.helpers import PROJECT
from tests.core.market.bars import make_bars


def draw(rows, name):
    import pandas as pd

    from pages.parts.export import export_buttons

    export_buttons(pd.DataFrame({"symbol": ["VNM"] * rows}), name)


def buttons(rows, name):
    at = AppTest.from_function(draw, args=(rows, name)).run()
    assert not at.exception
    return {button.proto.label: button.proto for button in at.get("download_button")}


def test_a_table_is_offered_as_csv_xlsx_and_parquet():
    shown = buttons(2, "VN market")
    assert list(shown) == ["CSV", "XLSX", "Parquet"]
    assert not any(button.disabled for button in shown.values())


def test_an_empty_table_is_not_offered():
    assert all(button.disabled for button in buttons(0, "../../etc/passwd").values())


def titles(columns):
    """What a table on a page calls its columns, drawn charts left out."""
    config = json.loads(columns)
    return {
        name: told["label"]
        for name, told in config.items()
        if told.get("label") and name not in NUMBERS
    }


@pytest.mark.parametrize(
    ("page", "headings"), [("market", MARKET_HEADINGS), ("data", PRICE_HEADINGS)]
)
def test_a_csv_has_the_headings_of_the_page(show, store, page, headings):
    store.write("VN", {"VNM": make_bars(30)}, source="made up")
    on_page = titles(show(page, market="VN").dataframe[0].proto.columns)
    assert on_page
    assert set(on_page) <= set(headings)
    for name, title in on_page.items():
        assert title in headings[name]


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("forecast", [False, True])
def test_a_file_of_the_market_holds_numbers_in_place_of_pictures(forecast, everything):
    kept = saved_columns([*shown_columns(forecast=forecast, everything=everything), "data"])
    assert "year_place" in kept
    assert ("p_sideways" in kept) == forecast
    assert set(kept) <= set(MARKET_HEADINGS)
    assert not set(kept) & set(NUMBERS)


def test_streamlits_own_csv_which_leaves_formulas_alive_is_off():
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["client"]["disableDataExport"] is True
