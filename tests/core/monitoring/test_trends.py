import numpy as np
import pandas as pd
import pytest

from core import registry, trail
from core.db import connect
from core.market.quality.record import inspect
from core.market.store import BarStore
from core.monitoring.trends import trends
from core.registry import MODELS
from core.trail import PROMOTED, Entry
from tests.core.indicators.generate import walk


@pytest.fixture
def store(data_dir):
    made = BarStore(data_dir)
    whole = walk(600, 1)
    halted = walk(600, 2, halt=(580, 592))
    young = walk(600, 3).iloc[-100:].reset_index(drop=True)
    made.write("VN", {"AAA": whole, "BBB": halted, "CCC": young}, source="made up")
    return made


def slow(store, week):
    """Stocks begun, those with a bar in the week, and those with none in it nor the one before."""
    begun = traded = late = 0
    for symbol in ("AAA", "BBB", "CCC"):
        days = store.bars("VN", symbol)["date"]
        begun += days.iloc[0] <= week
        traded += days.between(week - pd.Timedelta(days=6), week).any()
        late += days.iloc[0] <= week and not days.between(week - pd.Timedelta(days=13), week).any()
    return begun, traded / begun, late


def test_each_week_counts_stocks_traded_and_late(store, data_dir):
    found = trends(data_dir, "VN").data
    assert len(found) == 104
    for week in found.index[-30:]:
        assert tuple(found.loc[week]) == pytest.approx(slow(store, week))
    assert found["late"].max() == 1
    assert found["traded"].min() < 1


def test_findings_stand_in_the_week_in_which_they_begin(store, data_dir):
    inspect(store, "VN")
    found = trends(data_dir, "VN").findings
    halted = found["missing_sessions"]
    assert halted.sum() == 1
    before = store.bars("VN", "BBB")["date"].iloc[579]
    assert abs((halted.idxmax() - before).days) <= 7


def test_later_weeks_change_nothing_of_what_was(store, data_dir):
    whole = trends(data_dir, "VN").data
    cut = {s: store.bars("VN", s).iloc[:-10] for s in ("AAA", "BBB", "CCC")}
    store.write("VN", cut, source="made up")
    shorter = trends(data_dir, "VN").data
    both = whole.index.intersection(shorter.index)
    assert len(both) > 100
    pd.testing.assert_frame_equal(whole.loc[both], shorter.loc[both])


def test_without_prices_there_is_nothing(data_dir):
    found = trends(data_dir, "VN")
    assert found.data.empty
    assert found.findings.empty
    assert found.age.empty


def test_the_age_is_of_what_was_in_production_then(trained):
    weeks = trends(trained, "VN").age.index
    assert trends(trained, "VN").age.isna().all()  # promoted long after these weeks
    learned = pd.Timestamp(registry.get(MODELS[0], 1).tags["last_week"])
    with connect(trained) as db:
        db.execute("DROP TRIGGER trail_unchanged")
        db.execute("UPDATE trail SET at = ?", (f"{weeks[50].date()}T12:00:00+00:00",))
    age = trends(trained, "VN").age
    assert age.iloc[:50].isna().all()
    expected = np.maximum((weeks[50:] - learned).days // 7, 0)
    assert age.iloc[50:].tolist() == expected.tolist()


def test_a_version_that_was_deleted_has_no_age(trained):
    day = f"{trends(trained, 'VN').age.index[0].date()}T00:00:00+00:00"
    with connect(trained) as db:
        db.execute("DROP TRIGGER trail_unchanged")
        db.execute("UPDATE trail SET at = ?", (day,))
        trail.append(db, [Entry("me", PROMOTED, model, 1, 99, "x", day) for model in MODELS])
    assert trends(trained, "VN").age.isna().sum() >= 104 - 1
