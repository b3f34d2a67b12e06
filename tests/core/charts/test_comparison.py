"""Charts of several versions."""

import numpy as np
import pandas as pd
import pytest

from core.charts.comparison import (
    apart,
    groups_chart,
    lines_chart,
    over_versions_chart,
    small_confusion_chart,
    version_style,
)

LINES = pd.DataFrame(
    {
        "version": [1, 1, 3, 3],
        "share": [0.1, 1.0, 0.1, 1.0],
        "hit": [0.5, 0.4, 0.45, 0.401],
        "count": [10, 40, 20, 40],
    }
)
TITLES = {"x": "share", "y": "hit", "x_title": "given", "y_title": "right"}


def test_six_versions_look_different_in_both_themes():
    for theme in ("light", "dark"):
        looks = [tuple(version_style(place, theme).values()) for place in range(6)]
        assert len(set(looks)) == 6


@pytest.mark.parametrize("values", [[1, 1, 1], [3, 1, 2], [1, 1.05, 5]])
def test_names_at_the_ends_do_not_overlap(values):
    moved = sorted(apart(values, 0.5))
    assert (np.diff(moved) >= 0.5 - 1e-12).all()
    assert (np.argsort(apart(values, 0.5)) == np.argsort(values)).all()


def test_each_line_is_named_where_it_ends():
    fig = lines_chart(LINES, [1, 3], "light", **TITLES)
    one, other = fig.layout.annotations
    assert (one.text, other.text) == ("<b>v1</b>", "<b>v3</b>")
    assert (one.x, one.y) == (100, 40)
    assert other.y > 40.1  # moved up, off the first
    assert [list(trace.y) for trace in fig.data] == [[50, 40], [45, 40.1]]


def test_the_diagonal_and_no_skill_stand_beside_the_lines():
    fig = lines_chart(LINES, [1, 3], "dark", diagonal=True, size="count", **TITLES)
    assert list(fig.data[0].x) == list(fig.data[0].y)
    assert fig.data[1].marker.size[0] < fig.data[1].marker.size[1]
    usual = LINES[LINES["version"] == 1].assign(hit=0.3)
    assert list(lines_chart(LINES, [1, 3], "dark", usual=usual, **TITLES).data[0].y) == [30, 30]


def test_groups_stand_side_by_side_with_intervals_where_known():
    table = pd.DataFrame(
        {
            "group": ["2022", "2022", "2023", "2023"],
            "version": [1, 3, 1, 3],
            "value": [0.8, 0.7, 0.9, 0.85],
            "low": [np.nan, np.nan, 0.8, 0.8],
            "high": [np.nan, np.nan, 0.95, 0.9],
        }
    )
    fig = groups_chart(table, [1, 3], "light", percent=True, aim=0.8)
    assert fig.layout.shapes[0].y0 == 80
    one, other = fig.data[1:]
    assert list(one.y) == [80, 90]
    assert list(one.error_y.array.round(6)) == [0, 5]
    assert one.x[0] < 0 < other.x[0]
    assert list(fig.layout.xaxis.ticktext) == ["2022", "2023"]


def test_a_score_over_versions_stands_beside_its_baseline():
    table = pd.DataFrame(
        {
            "version": [1, 2], "stage": ["", "Production"], "value": [1.0, 0.9],
            "low": [np.nan, 0.8], "high": [np.nan, 1.0], "baseline": [1.05, 1.0],
            "test_period": ["", "a to b"],
        }
    )  # fmt: skip
    fig = over_versions_chart(table, "light", percent=False, common={2: 0.95, 7: 1.0})
    baseline, own, common = fig.data
    assert list(baseline.y) == [1.05, 1.0]
    assert list(own.x) == ["v1", "v2"]
    assert (list(common.x), list(common.y)) == (["v2"], [0.95])


def test_a_small_confusion_keeps_its_counts():
    fig = small_confusion_chart([[2, 0], [1, 3]], ["DOWN", "UP"], "light")
    assert fig.layout.xaxis.ticktext == ("DOWN", "UP")
    assert "75 %" in fig.data[0].text[1][1]


def test_nothing_to_draw_says_so():
    for fig in (
        lines_chart(LINES[:0], [1], "light", **TITLES),
        groups_chart(pd.DataFrame(), [1], "light", percent=True),
        over_versions_chart(pd.DataFrame(), "light", percent=True),
    ):
        assert fig.layout.annotations[0].text.endswith(".")
