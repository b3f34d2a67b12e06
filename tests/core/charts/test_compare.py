"""Several symbols on one scale: told apart without colour, names not over each other."""

from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.charts.compare import HEIGHT, compare_chart


@pytest.fixture
def table():
    weeks = pd.date_range("2024-01-05", periods=30, freq="W-FRI")
    return pd.DataFrame(
        {
            name: np.linspace(100, end, 30)
            for name, end in zip("ABCDE", (150, 151, 152, 80, 120), strict=True)
        },
        index=weeks,
    )


@pytest.mark.parametrize("log", [False, True])
def test_every_part_is_one_that_plotly_knows(table, log):
    parts = compare_chart(table, "dark", log=log).to_plotly_json()
    go.Figure(parts["data"], parts["layout"])


def test_each_line_has_its_own_dash_and_its_name_at_the_end(table):
    fig = compare_chart(table, "light")
    assert len({line.line.dash for line in fig.data}) == 5
    assert {note.text.split("</b>")[0] for note in fig.layout.annotations} == {
        f"<b>{name}" for name in "ABCDE"
    }


@pytest.mark.parametrize("log", [False, True])
def test_names_of_lines_that_end_together_stand_apart(table, log):
    heights = sorted(note.y for note in compare_chart(table, "light", log=log).layout.annotations)
    scale = np.log10(table) if log else table
    pixel = (scale.max(axis=None) - scale.min(axis=None)) / HEIGHT
    assert all(above - below > 12 * pixel for below, above in pairwise(heights))


def test_without_common_weeks_it_says_so(table):
    assert "share no weeks" in compare_chart(table.iloc[:0], "light").layout.annotations[0].text
