"""The quality chart: what is flagged is marked, and a finding can be looked at closely."""

import pandas as pd
import pytest

from core.charts.quality import quality_chart
from tests.core.market.bars import make_bars


def table(*rows):
    columns = ["rule", "action", "first", "last", "count", "detail"]
    made = pd.DataFrame(rows, columns=columns)
    return made.assign(first=pd.to_datetime(made["first"]), last=pd.to_datetime(made["last"]))


BARS = make_bars(300)
SPLIT = ("split", "flagged", "2024-03-04", "2024-03-04", 1, "The price was halved.")
SILENT = ("zero_volume", "flagged", "2024-05-06", "2024-05-10", 5, "No trade on 5 bars in a row.")
LOST = ("missing_sessions", "flagged", "2024-03-09", "2024-03-10", 2, "No bar on 2 sessions.")
DROPPED = ("cells", "dropped", "2024-02-01", "2024-06-03", 2, "Close is missing; and 1 more.")
NO_DAY = ("cells", "dropped", None, None, 1, "The date is unreadable.")


def marks(fig):
    return {trace.name: trace for trace in fig.data if trace.name and trace.name != "Close"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_rule_has_its_own_mark(theme):
    fig = quality_chart(BARS, table(SPLIT, SILENT, LOST, DROPPED), market="VN", theme=theme)
    told = marks(fig)
    assert set(told) == {
        "Splits not adjusted for",
        "Sessions without a trade",
        "Missing sessions",
        "Row dropped: unreadable cells",
    }
    assert len({trace.marker.symbol for trace in told.values()}) == 4


def test_a_mark_stands_on_the_close_of_its_day():
    trace = marks(quality_chart(BARS, table(SPLIT), market="VN", theme="light"))[
        "Splits not adjusted for"
    ]
    day = pd.Timestamp("2024-03-04")
    assert list(trace.x) == [day]
    assert trace.y[0] == BARS.loc[BARS["date"] == day, "close"].iat[0]
    assert "The price was halved." in trace.hovertext[0]


def test_a_day_without_a_bar_is_marked_at_the_close_before():
    (trace,) = marks(quality_chart(BARS, table(LOST), market="VN", theme="light")).values()
    assert trace.y[0] == BARS.loc[BARS["date"] == "2024-03-08", "close"].iat[0]


def test_a_stretch_is_marked_at_its_ends_and_closely_on_every_bar():
    findings = table(SILENT)
    (far,) = marks(quality_chart(BARS, findings, market="VN", theme="light")).values()
    assert len(far.x) == 2
    focus = (findings["first"][0], findings["last"][0])
    close = quality_chart(BARS, findings, market="VN", theme="light", focus=focus)
    (near,) = marks(close).values()
    assert len(near.x) == 5


def test_a_chosen_finding_is_shown_in_candles_around_it():
    findings = table(SPLIT, SILENT)
    focus = (findings["first"][0], findings["last"][0])
    fig = quality_chart(BARS, findings, market="VN", theme="light", focus=focus)
    candles = next(trace for trace in fig.data if trace.type == "candlestick")
    assert len(candles.x) <= 91
    low, high = (pd.Timestamp(day) for day in fig.layout.xaxis.range)
    assert low < focus[0] < high
    assert high < BARS["date"].iat[-1]
    assert len(fig.layout.shapes) == 1


def test_findings_without_a_day_and_an_empty_history_draw_no_mark():
    assert marks(quality_chart(BARS, table(NO_DAY), market="VN", theme="light")) == {}
    fig = quality_chart(BARS.iloc[:0], table(), market="VN", theme="light")
    assert "no prices" in fig.layout.annotations[0].text
