"""Charts of live scores: what is drawn, and what an empty one says."""

import numpy as np
import pandas as pd
import pytest

from core.charts.monitoring import reliability_chart, score_chart
from core.monitoring import expectation, tables
from core.monitoring.standing import stand
from tests.core.monitoring.made import doubled, out_of_sample

HISTORY = out_of_sample(weeks=120)
LIVE = out_of_sample(weeks=30, seed=3)


def lines(live, history=HISTORY):
    found = stand("VN", (1, 1), expectation.score(live), history)
    return {line.score.name: line for line in found.lines}


def named(fig):
    return {trace.name: trace for trace in fig.data if trace.name}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_rolling_mean_lies_over_its_band(theme):
    line = lines(LIVE)["coverage"]
    traces = named(score_chart(line, theme))
    np.testing.assert_allclose(traces["Mean of 8 weeks"].y, 100 * line.rolling)
    np.testing.assert_allclose(traces["To be expected of 8 weeks"].y, 100 * line.band.high)
    assert set(traces["Aim"].y) == {80}
    assert "Alarm" not in traces


def test_an_alarm_is_a_line_at_its_week():
    line = lines(doubled(LIVE))["coverage"]
    fig = score_chart(line, "light")
    assert "Alarm" in named(fig)
    assert pd.Timestamp(fig.layout.shapes[0].x0) == line.since


def test_calls_stand_beside_how_often_they_usually_come():
    line = lines(LIVE)["hits"]
    known = np.isfinite(line.usual)
    np.testing.assert_allclose(
        np.array(named(score_chart(line, "light"))["No skill"].y, float)[known],
        100 * line.usual[known],
    )


def test_without_an_expectation_the_weeks_are_still_drawn():
    traces = named(score_chart(lines(LIVE, HISTORY.head(0))["error"], "light"))
    assert "Expected mean" not in traces
    assert len(traces["Single weeks"].y) == 30


def test_a_score_without_a_week_says_so():
    fig = score_chart(lines(LIVE.assign(call=-1))["hits"], "light")
    assert fig.layout.annotations[0].text == "No week of this score has come due yet."


def test_reliability_tells_how_many_forecasts_each_point_holds():
    live, past = (tables.reliability(expectation.score(rows)) for rows in (LIVE, HISTORY))
    traces = named(reliability_chart(live, past, "light"))
    assert list(traces["Live"].text) == [f"{count:,}" for count in live["count"]]
    np.testing.assert_allclose(traces["Live"].x, 100 * live["said"])
    assert "Out-of-sample, before promotion" in traces
    alone = named(reliability_chart(live, past.head(0), "light"))
    assert "Out-of-sample, before promotion" not in alone
    none = reliability_chart(live.head(0), past, "light")
    assert none.layout.annotations[0].text == "No forecast has come due yet."
