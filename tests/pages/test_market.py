"""The Market page without a model: names in place of forecasts, old prices, the filter."""

import json

import pandas as pd
import pytest

from core.charts.moves import move_colours
from core.forecasts import latest, save
from core.market.calendar import today, weeks_behind
from core.market.quality.record import inspect
from core.market.sample import ensure_sample
from core.market.search import search
from core.overview import market_overview
from core.screens import screens
from core.watch import watch_table
from pages.parts import market_table
from tests.core.market.bars import make_bars
from tests.core.records import put_on_show, record
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


def test_forecasts_are_on_show_as_soon_as_they_are_stored(show, unmodelled):
    at = show()
    assert "call" not in columns(at)
    for call in ("UP", "DOWN"):
        save(unmodelled.data_dir, [record("AAA", "2024-03-08", call, 0.02, fingerprint=call)])
        put_on_show(unmodelled.data_dir, "2024-03-08")
        at.run()
        assert at.dataframe[0].value["call"].iloc[0].endswith(call)


def test_without_a_model_names_stand_in_place_of_forecasts(show, unmodelled):
    at = show()
    assert list(columns(at)) == [
        *("symbol", "close", "day_change", "week_change", "value_20", "place"),
        *("spark", "name", "exchange", "sector"),
    ]
    assert "calls" not in [group.key for group in at.get("button_group")]


def test_with_a_model_forecasts_and_calls_are_there(show, trained):
    at = show()
    assert {"change", "low_change", "call", "odds", "odds_text", "rank"} <= set(columns(at))
    at.toggle(key="all_columns").set_value(True).run()
    assert {"price", "p_up", "year_change", "reason", "updated"} <= set(columns(at))
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


def test_a_missing_index_is_one_line_that_says_how_to_import_it(show, unmodelled):
    assert "The index VNINDEX is not here: import its prices" in words(show())


def test_the_header_shows_index_value_and_breadth(show, unmodelled):
    unmodelled.write("VN", {"VNINDEX": make_bars(80, level=1000)}, source="file", kind="index")
    at = show()
    tiles = {metric.label: metric for metric in at.metric}
    assert tiles["VNINDEX"].value == "1,790.00"
    assert tiles["VNINDEX"].delta.startswith("+0.6")
    assert tiles["Rising, falling"].value == "▲ 2  ▼ 0"
    assert "The index VNINDEX" not in words(at)
    assert "strength" in columns(at)


def test_a_screen_in_the_address_narrows_the_table_and_stays_there(show, unmodelled):
    at = show(screen="year_place:50..,sector:Steel")
    assert list(at.dataframe[0].value["symbol"]) == ["AAA"]
    assert at.query_params["screen"] == "year_place:50..,sector:Steel"
    assert "1 of 2 stocks fit" in words(at).replace("*", "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("<script>:1..2", "There is nothing called"),
        ("RSI_14w:what", "cannot be read"),
        ("RSI_14w:9..1", "is empty"),
        ("call:\u202eMAYBE", "There is no call"),
        ("x" * 10_000, "at most 2,000 characters"),
    ],
)
def test_nonsense_in_the_address_is_a_sentence_and_the_table_stays(show, unmodelled, line, said):
    at = show(screen=line)
    assert not at.exception
    assert "The screen in the address was left out" in words(at)
    assert said in words(at)
    assert len(at.dataframe[0].value) == 2
    assert "screen" not in at.query_params


def test_a_preset_is_applied_and_cleared(show, unmodelled):
    at = show()
    at.button_group(key="screen_preset").set_value("Unusual volume").run()
    assert not at.exception
    assert at.query_params["screen"] == "vol_zscore_12w:2.."
    assert at.number_input(key="screen_low_vol_zscore_12w").value == 2.0
    at.button(key="screen_clear").click().run()
    assert "screen" not in at.query_params
    assert len(at.dataframe[0].value) == 2


def test_a_condition_set_by_hand_counts_what_fits(show, unmodelled):
    at = show()
    at.multiselect(key="screen_fields").set_value(["year_place"]).run()
    at.number_input(key="screen_high_year_place").set_value(1.0).run()
    assert "0 of 2 stocks fit" in words(at).replace("*", "")
    assert "clear it or widen the screen" in words(at)


def test_a_screen_is_saved_renamed_and_deleted(show, unmodelled):
    at = show(screen="year_place:50..")
    name = "Top <script> 🚀"
    at.text_input(key="screen_name_").set_value(name).run()
    at.button(key="screen_save").click().run()
    assert screens(unmodelled.data_dir, "VN") == {name: "year_place:50.."}
    at.text_input(key=f"screen_name_{name}").set_value("Top").run()
    at.button(key="screen_rename").click().run()
    assert list(screens(unmodelled.data_dir, "VN")) == ["Top"]
    at.button(key="screen_delete").click().run()
    assert screens(unmodelled.data_dir, "VN") == {}
    assert not at.exception


def test_a_sector_is_kept_from_the_heat_map(show, unmodelled):
    at = show()
    at.segmented_control(key="market_view").set_value("Heat map").run()
    at.button_group(key="heat_sector").set_value("Steel").run()
    assert not at.exception
    assert at.query_params["screen"] == "sector:Steel"


def test_the_safe_palette_is_in_the_address(show, unmodelled):
    at = show()
    at.toggle(key="_palette").set_value(True).run()
    assert at.query_params["palette"] == "safe"


def test_hostile_names_are_shown_as_they_stand(show, unmodelled):
    listing = {"symbol": ["AAA"], "name": ["<script>" + "x" * 10_000], "sector": ["<b>$1$ **b**"]}
    unmodelled.set_listing("VN", pd.DataFrame(listing))
    at = show(screen="sector:%3Cb%3E%241%24 %2A%2Ab%2A%2A")
    assert not at.exception
    assert list(at.dataframe[0].value["symbol"]) == ["AAA"]
    assert "**b**" not in words(at)
    at.segmented_control(key="market_view").set_value("Heat map").run()
    assert not at.exception


def config(at):
    return json.loads(at.dataframe[0].proto.columns)


def test_a_table_too_long_to_colour_keeps_its_signs_by_format(show, unmodelled, monkeypatch):
    assert "format" not in config(show())["week_change"]["type_config"]
    monkeypatch.setattr(market_table, "MOST_COLOURED", 1)
    assert config(show())["week_change"]["type_config"]["format"] == "%+.1f %%"


def test_moves_carry_sign_and_colour(unmodelled):
    table = watch_table(market_overview(unmodelled, "VN"), latest(unmodelled.data_dir, "VN"))
    table["day_state"] = ["ceiling", "unchanged"]
    colours = move_colours("light", "VN")
    plain = table[["symbol", "day_change", "day_state", "week_change"]]
    html = market_table.coloured(plain, colours, "light").to_html()
    assert "% ceiling" in html
    assert f"color: {colours.ceiling}" in html
    assert f"color: {colours.unchanged}" in html
    assert html.count("▲") == 4
