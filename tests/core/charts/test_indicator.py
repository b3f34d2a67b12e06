"""Indicator charts: all twenty, one figure a family, none over another."""

from itertools import pairwise

import numpy as np
import pytest

from core.charts.indicator import indicator_chart, indicator_charts, indicator_family_chart
from core.charts.style import palette
from core.indicators.catalogue import BY_NAME, FAMILIES, INDICATORS, of_family


def axes(fig):
    layout = fig.layout.to_plotly_json()
    return [layout[name] for name in layout if name.startswith("yaxis")]


def titles(fig):
    return [note.text for note in fig.layout.annotations if note.xanchor == "left"]


def test_there_is_one_figure_a_family_and_every_indicator_is_on_it(weekly):
    charts = indicator_charts(weekly, "light")
    assert [family for family, _ in charts] == list(FAMILIES)
    drawn = [trace.name for _, fig in charts for trace in fig.data if trace.name]
    assert drawn == [indicator.title for indicator in INDICATORS]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rows_do_not_overlap_and_each_has_its_heading(weekly, family, theme):
    fig = indicator_family_chart(weekly, family, theme)
    domains = [axis["domain"] for axis in axes(fig)]
    assert titles(fig) == [indicator.title for indicator in of_family(family)]
    for upper, lower in pairwise(domains):
        assert upper[0] - lower[1] > 0.03
    assert all(0 <= bottom < top < 1 for bottom, top in domains)


def test_all_rows_share_one_time_axis(weekly):
    fig = indicator_family_chart(weekly, "Return", "light", weeks=52)
    assert {trace.xaxis for trace in fig.data} == {None}
    assert {len(trace.x) for trace in fig.data if trace.name} == {52}


def test_fractions_are_drawn_and_written_as_per_cent(weekly):
    fig = indicator_chart(weekly["ret_4w"], BY_NAME["ret_4w"], theme="light")
    np.testing.assert_allclose(fig.data[0].y, weekly["ret_4w"] * 100)
    assert fig.layout.yaxis.ticksuffix == " %"
    assert (
        fig.layout.annotations[1].text == f"<b>{BY_NAME['ret_4w'].text(weekly.ret_4w.iloc[-1])}</b>"
    )


def test_the_last_value_carries_a_dot(weekly):
    fig = indicator_chart(weekly["RSI_14w"], BY_NAME["RSI_14w"], theme="light")
    assert list(fig.data[1].y) == [weekly["RSI_14w"].iloc[-1]]


def test_guides_are_drawn_and_always_in_sight(weekly):
    fig = indicator_chart(weekly["RSI_14w"], BY_NAME["RSI_14w"], theme="light")
    assert [shape.y0 for shape in fig.layout.shapes] == [30, 70]
    assert list(fig.layout.yaxis.autorangeoptions.include) == [30, 70]


def test_a_missing_last_value_is_a_dash_without_a_dot(weekly):
    series = weekly["ret_4w"].where(weekly.index < weekly.index[-1])
    fig = indicator_chart(series, BY_NAME["ret_4w"], theme="light")
    assert fig.layout.annotations[1].text == "<b>–</b>"
    assert len(fig.data) == 1


@pytest.mark.parametrize("rows", [0, 3])
def test_a_history_too_short_says_so(weekly, rows):
    fig = indicator_chart(weekly["RSI_14w"].iloc[:rows], BY_NAME["RSI_14w"], theme="light")
    assert "too short" in fig.layout.annotations[-1].text


def test_bars_of_volume_are_neither_green_nor_red(weekly):
    neutral = indicator_chart(weekly["turnover_w"], BY_NAME["turnover_w"], theme="light")
    directed = indicator_chart(weekly["ret_1w"], BY_NAME["ret_1w"], theme="light")
    assert isinstance(neutral.data[0].marker.color, str)
    rising = weekly["ret_1w"].to_numpy() >= 0
    colours = palette("light")
    assert list(directed.data[0].marker.color) == [
        colours.up if rose else colours.down for rose in rising
    ]
