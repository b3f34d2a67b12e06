import numpy as np
import pandas as pd
import pytest

from core.charts.heatmap import NO_GROUP, contrast, heat_map
from core.charts.moves import move_colours


def table(**columns):
    plain = {
        "symbol": ["AAA", "BBB", "CCC"],
        "sector": ["Banks", "Banks", "<b>Steel</b>"],
        "value_20": [30.0, 10.0, 5.0],
        "week_change": [4.0, -2.0, np.nan],
    }
    return pd.DataFrame(plain | columns)


def draw(frame, theme="light"):
    return heat_map(frame, colours=move_colours(theme, "VN"), theme=theme)


def boxes(figure):
    (trace,) = figure.data
    return {
        label: {"value": value, "text": text, "colour": colour, "ink": ink}
        for label, value, text, colour, ink in zip(
            trace.labels,
            trace.values,
            trace.text,
            trace.marker.colors,
            trace.textfont.color,
            strict=True,
        )
    }


def test_a_box_is_as_large_as_what_was_traded():
    drawn = boxes(draw(table()))
    assert {name: box["value"] for name, box in drawn.items()} == {
        "Banks": 40.0,
        "&lt;b&gt;Steel&lt;/b&gt;": 5.0,
        "AAA": 30.0,
        "BBB": 10.0,
        "CCC": 5.0,
    }


def test_signs_stand_beside_colours():
    drawn = boxes(draw(table()))
    assert drawn["AAA"]["text"] == "▲ +4.0 %"
    assert drawn["BBB"]["text"] == "▼ −2.0 %"
    assert drawn["CCC"]["text"] == "–"
    assert drawn["Banks"]["text"] == "▲ +2.5 %"  # weighted by traded value
    assert len({drawn[name]["colour"] for name in ("AAA", "BBB", "CCC")}) == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("change", [-20.0, -8.0, -4.0, -1.0, 0.0, 1.0, 4.0, 8.0, 20.0])
def test_text_can_be_read_on_every_colour(theme, change):
    box = boxes(draw(table(week_change=change), theme))["AAA"]
    assert contrast(box["ink"], box["colour"]) >= 4.5


def test_a_stock_without_traded_value_has_no_box():
    assert "BBB" not in boxes(draw(table(value_20=[30.0, np.nan, 0.0])))
    empty = draw(table(value_20=np.nan))
    assert empty.layout.annotations[0].text == "No stock here has a traded value."


def test_a_stock_without_sector_is_not_lost():
    assert NO_GROUP in boxes(draw(table(sector=["", None, "Steel"])))
