"""Charts of an evaluation."""

import pandas as pd

from core.charts.evidence import coverage_chart, hit_curve_chart

COVERAGE = pd.DataFrame(
    {
        "group": ["2022", "2023"],
        "value_80": [0.78, 0.85],
        "low_80": [0.7, 0.8],
        "high_80": [0.84, 0.9],
        "value_95": [0.94, 0.97],
        "low_95": [0.9, 0.95],
        "high_95": [0.97, 0.99],
    }
)
CURVE = pd.DataFrame({"share": [0.1, 1.0], "hit_rate": [0.5, 0.47], "usual_rate": [0.46, 0.455]})


def test_coverage_stands_beside_its_aims():
    fig = coverage_chart(COVERAGE, "light")
    assert sorted(line.y0 for line in fig.layout.shapes) == [80, 95]
    assert list(fig.data[0].y) == [78, 85]
    assert list(fig.data[0].error_y.array.round(6)) == [6, 5]
    assert list(fig.layout.xaxis.ticktext) == ["2022", "2023"]


def test_hits_stand_beside_the_usual_class():
    fig = hit_curve_chart(CURVE, 0.48, 0.02, "dark")
    right, usual, always = fig.data
    assert list(right.y) == [50, 47]
    assert list(usual.y) == [46, 45.5]
    assert set(always.y) == {48}
    assert fig.layout.shapes[0].x0 == 2
    assert hit_curve_chart(CURVE, 0.48, None, "dark").layout.shapes == ()


def test_nothing_measured_says_so():
    assert "Too few weeks" in coverage_chart(COVERAGE[:0], "light").layout.annotations[0].text
    assert "No calls" in hit_curve_chart(CURVE[:0], 0.5, None, "light").layout.annotations[0].text
