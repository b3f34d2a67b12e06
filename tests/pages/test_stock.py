"""The Stock page: switches of its chart, past forecasts, comparison, names from outside."""

import json

import pandas as pd
import pytest

from core import forecasts
from tests.core.indicators.generate import walk
from tests.pages.conftest import words

HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) $a$ :red[b]"
AS_OF = pd.Timestamp("2024-03-01")


@pytest.fixture
def stocks(store):
    """Three stocks and an index of 120 weeks to 2024-04-19, one with a hostile name."""
    frames = {name: walk(600, seed, start="2022-01-03") for seed, name in enumerate("ABC")}
    store.write("VN", frames, source="made up")
    store.write("VN", {"VNINDEX": walk(600, 9, start="2022-01-03")}, source="test", kind="index")
    names = {
        "symbol": ["A", "B"],
        "name": [HOSTILE, "Ánh Á"],
        "exchange": "HOSE",
        "sector": "Banks",
    }
    store.set_listing("VN", pd.DataFrame(names))
    return store


def save(data_dir, count, **changes):
    """Stored forecasts of A, one every fourth week up to 1 March 2024."""
    told = {
        "market": "VN",
        "symbol": "A",
        "horizon_weeks": 4,
        "band": 0.01,
        "missing": 0,
        "close": 20.0,
        "ret": 0.02,
        "ret_low": -0.1,
        "ret_high": 0.1,
        "in_sample": 0,
        "p_down": 0.3,
        "p_sideways": 0.1,
        "p_up": 0.6,
        "call": "UP",
        "reason": "",
        "prior_down": 0.42,
        "prior_sideways": 0.11,
        "prior_up": 0.47,
        "price_version": 1,
        "pattern_version": 1,
        "fingerprint": "f",
        "source": "made up",
    }
    weeks = [AS_OF - pd.Timedelta(weeks=4 * back) for back in range(count)]
    forecasts.save(
        data_dir,
        [
            told
            | {
                "as_of": str(week.date()),
                "target_date": str((week + pd.Timedelta(weeks=4)).date()),
            }
            | changes
            for week in weeks
        ],
    )


def figures(at):
    """Each chart of the page by what it is for others than its viewers, its parts by name."""
    found = {}
    for chart in at.get("plotly_chart"):
        spec = json.loads(chart.proto.spec)
        named = {trace["name"]: trace for trace in spec["data"] if trace.get("name")}
        found[chart.proto.alt] = (named, spec["layout"])
    return found


def test_neighbours_are_one_key_away(show, stocks):
    at = show("stock", symbol="C")
    keys = {button.label: button.proto.shortcut for button in at.button}
    assert (keys["◀"], keys["▶"]) == ("k", "j")
    next(button for button in at.button if button.label == "▶").click().run()
    assert at.title[0].value.startswith("A ")


def test_the_chart_follows_its_switches(show, stocks):
    at = show("stock", symbol="A")
    named, layout = figures(at)["Weekly prices of A"]
    assert "MA10" in named
    at.button_group(key="overlays").set_value(["Volume"])
    at.toggle(key="log_axis").set_value(True)
    at.segmented_control(key="candles").set_value("Daily").run()
    named, layout = figures(at)["Daily prices of A"]
    assert list(named) == ["Day", "Volume"]
    assert layout["yaxis"]["type"] == "log"


def test_the_twenty_stand_beside_their_ranks(show, stocks):
    at = show("stock", symbol="A")
    assert len(figures(at)["The 20 weekly indicators of A"][0]) == 20
    listed = at.get("html")[0].proto.body
    assert listed.count("<summary>Formula</summary>") == 20
    assert "of own weeks" in listed
    assert "of 3 from the highest" in listed


def test_only_the_open_part_is_drawn(show, stocks):
    at = show("stock", symbol="A", part="record")
    assert list(figures(at)) == ["Weekly prices of A"]


def test_without_past_forecasts_it_says_how_to_get_some(show, stocks):
    text = words(show("stock", symbol="A", part="record"))
    assert "No stored forecast of A has come due yet." in text
    assert "--as-of DATE" in text


def test_few_past_forecasts_say_nothing(show, stocks, data_dir):
    save(data_dir, 3)
    at = show("stock", symbol="A", part="record")
    assert "3 forecasts: too few to say anything" in words(at)
    tiles = {metric.label: (metric.value, metric.delta) for metric in at.metric}
    assert tiles["Calls right"][0].endswith("of 3")
    assert tiles["Calls right"][1].replace("\N{NO-BREAK SPACE}", " ") == "usually 47 %"
    assert tiles["Price missed by"][1].startswith("no change")
    table = at.dataframe[0].value
    assert table["as_of"].tolist()[0] == AS_OF
    assert set(table["verdict"]) <= {"✓ hit", "✗ miss"}
    assert set(table["made"]) == {"afterwards"}


def test_in_sample_forecasts_are_shown_but_prove_nothing(show, stocks, data_dir):
    save(data_dir, 2, in_sample=1)
    at = show("stock", symbol="A", part="record")
    assert "2 in-sample forecasts are left out: no proof." in words(at)
    assert set(at.dataframe[0].value["sample"]) == {"in: no proof"}


def test_past_forecasts_are_drawn_on_demand(show, stocks, data_dir):
    save(data_dir, 3)
    at = show("stock", symbol="A")
    assert "What came" not in figures(at)["Weekly prices of A"][0]
    at.button_group(key="overlays").set_value(["Past forecasts"]).run()
    assert len(figures(at)["Weekly prices of A"][0]["What came"]["x"]) == 3
    assert "hollow where in-sample" in words(at)


def test_a_comparison_is_in_the_address(show, stocks):
    at = show("stock", symbol="A", compare="B,VNINDEX")
    named, _ = figures(at)["A, B, VNINDEX, rebased to 100"]
    assert list(named) == ["A", "B", "VNINDEX"]
    assert "VNINDEX is a price index, without dividends." in words(at)
    at.multiselect(key="_beside").set_value(["C"]).run()
    assert at.query_params["compare"] == "C"


@pytest.mark.parametrize("asked", ["NOSUCH", "../../etc/passwd", "A" * 10_000])
def test_an_unknown_symbol_to_compare_with_is_left_out(show, stocks, asked):
    at = show("stock", symbol="A", compare=f"B,{asked}")
    assert not at.exception
    assert "were left out" in words(at)
    assert "A, B, rebased to 100" in figures(at)


def test_more_than_four_are_too_many(show, stocks):
    stocks.write("VN", {n: walk(600, 5, start="2022-01-03") for n in "DEF"}, source="made up")
    at = show("stock", symbol="A", compare="B,C,D,E,F")
    assert "At most 4 symbols are compared with" in words(at)


def test_a_hostile_name_is_only_text(show, stocks):
    at = show("stock", symbol="A", compare="B")
    title = at.title[0].value
    assert r"\<img" in title
    assert r"\[x\]\(javascript" in title
    assert r"\$a\$" in title
    assert r"\:red\[b\]" in title


def test_a_stock_of_one_day_still_opens(show, store):
    store.write("VN", {"NEW": walk(1, start="2024-04-15")}, source="made up")
    for part in ("", "record", "compare"):
        at = show("stock", symbol="NEW", part=part)
        assert not at.exception
