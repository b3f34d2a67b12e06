"""The indicators' chart: all twenty on one time axis, none over another."""

from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from core.charts.indicator import FAMILY, ROW, indicator_chart, row_tops
from core.charts.style import palette
from core.indicators.catalogue import BY_NAME, FAMILIES, INDICATORS


def one(weekly, name):
    return indicator_chart(weekly, "light", indicators=[BY_NAME[name]])


def axes(fig):
    layout = fig.layout.to_plotly_json()
    return [layout[name] for name in layout if name.startswith("yaxis")]


def texts(fig):
    return [note.text for note in fig.layout.annotations]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_is_one_that_plotly_knows(weekly, theme):
    parts = indicator_chart(weekly, theme).to_plotly_json()
    go.Figure(parts["data"], parts["layout"])


def test_every_indicator_is_on_the_figure_under_its_family(weekly):
    fig = indicator_chart(weekly, "light")
    assert [trace.name for trace in fig.data if trace.name] == [i.title for i in INDICATORS]
    families = [text for text in texts(fig) if text in {f"<b>{name}</b>" for name in FAMILIES}]
    assert families == [f"<b>{name}</b>" for name in FAMILIES]


def test_rows_do_not_overlap(weekly):
    domains = [axis["domain"] for axis in axes(indicator_chart(weekly, "light"))]
    assert len(domains) == 20
    for upper, lower in pairwise(domains):
        assert upper[0] > lower[1]
    assert all(0 <= bottom < top < 1 for bottom, top in domains)


def test_rows_lie_where_the_page_writes_beside_them(weekly):
    tops, fig = row_tops(), indicator_chart(weekly, "light")
    inner = tops[-1] + ROW
    assert tops[:2] == [FAMILY, FAMILY + ROW]
    assert tops[5] == 2 * FAMILY + 5 * ROW  # the first of the second family
    for top, axis in zip(tops, axes(fig), strict=True):
        assert top < inner * (1 - axis["domain"][1]) < inner * (1 - axis["domain"][0]) < top + ROW


def test_all_rows_share_one_time_axis_and_answer_together(weekly):
    fig = indicator_chart(weekly, "light", weeks=52)
    assert {trace.xaxis for trace in fig.data} == {None}
    assert {len(trace.x) for trace in fig.data if trace.name} == {52}
    assert (fig.layout.hovermode, fig.layout.hoversubplots) == ("x", "axis")


@pytest.mark.parametrize("weeks", [4, 52, 156, 10_000])
def test_dates_are_few_enough_for_a_phone(weekly, weeks):
    fig = indicator_chart(weekly, "light", weeks=weeks)
    assert len(fig.layout.xaxis.tickvals) <= 8


def test_fractions_are_drawn_and_written_as_per_cent(weekly):
    fig = one(weekly, "ret_4w")
    np.testing.assert_allclose(fig.data[0].y, weekly["ret_4w"].iloc[-156:] * 100)
    assert fig.layout.yaxis.ticksuffix == " %"
    assert f"<b>{BY_NAME['ret_4w'].text(weekly.ret_4w.iloc[-1])}</b>" in texts(fig)


def test_the_last_value_carries_a_dot(weekly):
    assert list(one(weekly, "RSI_14w").data[1].y) == [weekly["RSI_14w"].iloc[-1]]


def test_guides_are_drawn_and_always_in_sight(weekly):
    fig = one(weekly, "RSI_14w")
    assert [shape.y0 for shape in fig.layout.shapes] == [30, 70]
    assert list(fig.layout.yaxis.autorangeoptions.include) == [30, 70]


def test_a_missing_last_value_is_a_dash_without_a_dot(weekly):
    cut = weekly.assign(ret_4w=weekly["ret_4w"].where(weekly.index < weekly.index[-1]))
    fig = one(cut, "ret_4w")
    assert "<b>–</b>" in texts(fig)
    assert len(fig.data) == 1


@pytest.mark.parametrize("rows", [0, 3])
def test_a_history_too_short_says_so(weekly, rows):
    assert any("too short" in text for text in texts(one(weekly.iloc[:rows], "RSI_14w")))


def test_bars_of_volume_are_neither_green_nor_red(weekly):
    neutral, directed = one(weekly, "turnover_w"), one(weekly, "ret_1w")
    assert isinstance(neutral.data[0].marker.color, str)
    rising = weekly["ret_1w"].iloc[-156:].to_numpy() >= 0
    colours = palette("light")
    assert list(directed.data[0].marker.color) == [
        colours.up if rose else colours.down for rose in rising
    ]
