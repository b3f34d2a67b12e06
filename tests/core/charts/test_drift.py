import numpy as np
import pandas as pd
import pytest

from core.charts.drift import (
    bin_names,
    furthest_chart,
    history_chart,
    shares_chart,
    stability_chart,
)
from core.indicators.catalogue import NAMES
from core.monitoring.measure import Part, compared
from core.monitoring.reference import make
from tests.core.monitoring.made_weeks import rows


def group(shift=0.0, weeks=6):
    """The first two indicators, made up."""
    week, values, symbols = rows(200)
    reference = make(NAMES[:2], week, values / 100, symbols, 4)
    week, values, __ = rows(weeks, 1, "2018-11-09", shift)
    return compared([Part(reference, week, values / 100)])


def test_the_furthest_stands_on_top_with_its_state_in_words():
    found = group(shift=1.0)
    fig = stability_chart(found.measures, "light")
    labels = dict(zip(fig.layout.yaxis.tickvals, fig.layout.yaxis.ticktext, strict=True))
    assert labels[1] == "Return, 1 week"
    bars = {trace.name: trace for trace in fig.data if trace.type == "bar"}
    drifted = bars["▲▲ drifted"]
    assert drifted.y == (1,)
    assert drifted.x[0] == pytest.approx(100 * found.measures[0].unusualness)
    assert drifted.text[0].endswith("▲▲")
    assert "Stability index" in drifted.customdata[0]


def test_states_differ_by_more_than_colour():
    shapes = [t.marker.pattern.shape for t in stability_chart(group(1.0).measures, "dark").data[:2]]
    assert len(set(shapes)) == 2


def test_what_is_unusual_is_at_a_hundred_per_cent_and_drift_beyond():
    found = group()
    fig = stability_chart(found.measures, "light")
    assert fig.layout.shapes[0].x0 == 100
    beyond = sorted(100 * measure.alarm / measure.warn for measure in found.measures)
    assert sorted(fig.data[-1].x) == pytest.approx(beyond)


def test_the_history_ends_today_and_shows_both_thresholds():
    measure = group().measures[0]
    fig = history_chart(measure, "light")
    by_name = {trace.name: trace for trace in fig.data}
    assert by_name["Since"].y[-1] == measure.psi
    assert set(by_name["unusual"].y) == {measure.warn}
    assert set(by_name["drifted"].y) == {measure.alarm}
    assert by_name["In the training period"].x[0] >= np.datetime64("2016-12-01")


def test_no_line_crosses_weeks_that_are_missing():
    measure = group().measures[0]
    later = measure.since.copy()
    later.index = [*later.index[:-1], later.index[-1] + pd.Timedelta(weeks=10)]
    broken = type(measure)(**{**vars(measure), "since": later})
    line = next(t for t in history_chart(broken, "light").data if t.name == "Since")
    assert np.isnan(line.y[-2])


def test_the_furthest_over_time_and_the_line_of_the_alarm():
    found = group()
    by_name = {trace.name: trace for trace in furthest_chart(found, "light").data}
    assert set(by_name["drifted"].y) == {100}
    assert by_name["Since"].y[-1] == pytest.approx(100 * max(m.share for m in found.measures))


def test_the_shares_of_both_stand_in_the_same_bins():
    measure = group().measures[0]
    fig = shares_chart(measure, "light")
    assert {trace.name for trace in fig.data} == {"Newest weeks", "Training period"}
    for trace in fig.data:
        assert sum(trace.x) == pytest.approx(100)
        assert len(trace.y) == 10  # nothing is missing
        assert trace.y[0].startswith("up to")
        assert trace.y[-1].startswith("above")


def test_bins_that_read_alike_stay_apart():
    measure = group().measures[0]
    narrow = type(measure)(**{**vars(measure), "edges": measure.edges / 1e6})
    names = bin_names(narrow)
    assert len(set(names)) == len(names) == 11


def test_nothing_to_draw_says_so():
    assert stability_chart((), "light").layout.annotations[0].text == "There is nothing to draw."
