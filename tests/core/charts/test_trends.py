import numpy as np
import pandas as pd

from core.charts.trends import trends_chart
from core.market.quality.catalogue import RULES
from core.monitoring.trends import Trends

WEEKS = pd.date_range("2024-01-05", periods=6, freq="7D")


def found(rules=2, age=np.nan):
    names = list(RULES)[:rules]
    data = pd.DataFrame({"stocks": 4, "traded": [1, 1, 0.75, 0.75, 1, 1.0], "late": 0}, WEEKS)
    data.loc[WEEKS[3], "late"] = 1
    counts = pd.DataFrame(np.ones((6, rules), int), WEEKS, names)
    return Trends(data, counts, pd.Series(age, WEEKS, dtype=float))


def notes(fig):
    return [note.text for note in fig.layout.annotations]


def test_late_stocks_have_a_mark_of_their_own():
    fig = trends_chart(found(age=3), "light")
    by_name = {trace.name: trace for trace in fig.data}
    assert list(by_name["With a bar"].y) == [100, 100, 75, 75, 100, 100]
    assert list(by_name["Some without a bar for two weeks"].x) == [WEEKS[3]]
    assert list(by_name["Age of production"].y) == [3] * 6
    assert len(notes(fig)) == 3


def test_findings_are_by_rule_and_the_rare_ones_are_one():
    fig = trends_chart(found(rules=6), "dark")
    bars = [trace for trace in fig.data if trace.type == "bar"]
    assert [trace.name for trace in bars][:4] == [RULES[n].title for n in list(RULES)[:4]]
    assert bars[4].name == "Other rules"
    assert set(bars[4].y) == {2}
    assert len({trace.marker.pattern.shape for trace in bars}) == 5


def test_empty_panels_say_why():
    said = notes(trends_chart(found(rules=0), "light"))
    assert "Nothing was found." in said
    assert "No version was in production in these weeks." in said


def test_without_a_week_there_is_nothing_to_draw():
    none = Trends(pd.DataFrame(), pd.DataFrame(), pd.Series(dtype=float))
    assert notes(trends_chart(none, "light")) == ["There is no complete week of prices yet."]
