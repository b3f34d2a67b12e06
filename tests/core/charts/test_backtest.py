import numpy as np
import pandas as pd
import pytest

from core.charts.backtest import (
    contribution_chart,
    curve_names,
    drawdown_chart,
    equity_chart,
    months_chart,
)

DAYS = pd.bdate_range("2023-01-02", periods=4)
CURVES = pd.DataFrame({"strategy": [50, 100, 80, 120.0], "index": [7, 7, 7, 14.0]}, DAYS)
NAMES = curve_names("VNINDEX")


def test_curves_begin_at_a_hundred_and_have_their_names():
    fig = equity_chart(CURVES, "light", NAMES)
    assert [trace.name for trace in fig.data] == [
        "Following the forecasts",
        "VNINDEX, prices alone",
    ]
    assert [trace.y[-1] for trace in fig.data] == [240, 200]
    assert fig.layout.yaxis.type == "log"


def test_the_drawdown_is_from_the_highest_before():
    fig = drawdown_chart(CURVES, "dark", NAMES)
    assert fig.data[0].y.tolist() == pytest.approx([0, 0, -20, 0])


def test_months_stand_by_year():
    fig = months_chart({"2022-12": 0.1, "2023-01": -0.2}, "light")
    assert list(fig.data[0].y) == ["2023", "2022"]
    assert fig.data[0].z[0][0] == -0.2
    assert fig.data[0].z[1][11] == 0.1
    assert np.isnan(fig.data[0].z[1][0])


def test_the_stocks_that_gave_and_took_most_are_shown():
    made = {f"S{i:02d}": (i - 10) / 100 for i in range(30)}
    shown = contribution_chart(made, "light").data[0].y
    assert [*shown[:2], *shown[-2:]] == ["S00", "S01", "S28", "S29"]
    assert len(shown) == 12


def test_nothing_to_draw_says_so():
    assert contribution_chart({}, "light").layout.annotations[0].text == "Nothing was ever bought."
    assert len(months_chart({}, "light").data) == 0
