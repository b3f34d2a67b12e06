"""Stored forecasts scored when their date has come; what proves nothing is left out."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import staged
from core import forecasts
from core.market.store import BarStore
from core.monitoring import expectation
from core.monitoring.scores import ROWS
from core.monitoring.scoring import due, pairs, production_pair, score, scored, waiting
from core.resolved import resolve
from tests.core.monitoring.made import out_of_sample
from tests.core.records import put_on_show, record

PAIR = (1, 1)


def weeks(count):
    return [week for __, week in out_of_sample(weeks=count).groupby("week")]


def life(rows, **more):
    """Records and bars of those rows."""
    told = {"market": "VN", "pair": PAIR, "band": 0.01} | more
    return staged.records(rows, **told), staged.bars(rows)


@pytest.fixture
def stored(store):
    """Three weeks of forecasts, two of which have come due."""
    made, bars = life(weeks(3))
    forecasts.save(store.data_dir, staged.stored(made))
    last = staged.dates(3)[1][1]
    store.write("VN", {s: f[f["date"] <= last] for s, f in bars.items()}, source="made up")
    return store.data_dir


def test_live_forecasts_score_as_the_same_out_of_sample_rows_do():
    rows = weeks(6)
    made, bars = life(rows)
    live = score(resolve(made, bars, staged.dates(6)[1][-1]))
    past = expectation.score(pd.concat(rows))
    numbers = [name for name in ROWS if name not in ("symbol", "week", "target_date")]
    np.testing.assert_allclose(live[numbers].astype(float), past[numbers].astype(float), atol=1e-8)
    assert live["symbol"].tolist() == past["symbol"].tolist()


def test_a_week_counts_once_its_target_date_has_come(stored):
    rows = scored(stored, "VN")[PAIR]
    assert rows["week"].unique().tolist() == staged.dates(2)[0].tolist()
    assert len(rows) == 24
    assert due(stored, "VN", PAIR, staged.dates(2)[1][1]) == (2, 24)
    left = waiting(stored, "VN", PAIR)
    assert (left.open, left.learned, left.first) == (12, 0, staged.dates(3)[1][2])


def test_in_sample_and_hindsight_forecasts_prove_nothing():
    made, bars = life(weeks(4))
    as_of, target = staged.dates(4)
    made.loc[made["as_of"] == as_of[0], "in_sample"] = 1
    late = made["as_of"] == as_of[1]
    made.loc[late, "created"] = f"{target[1] + pd.Timedelta(days=2):%Y-%m-%d}T09:00:00+00:00"
    found = score(resolve(made, bars, target[-1]))
    assert found["week"].unique().tolist() == as_of[2:].tolist()


def test_a_week_forecast_twice_counts_as_it_was_first():
    made, bars = life(weeks(1))
    again = made.assign(
        id="again" + made["id"], ret=9.0, created=made["created"].str.replace("T20", "T21")
    )
    found = score(resolve(pd.concat([again, made]), bars, staged.dates(1)[1][0]))
    assert len(found) == 12
    assert (found["forecast"] < 1).all()


def test_each_pair_of_versions_has_its_own_forecasts(stored):
    rows = weeks(3)
    other, __ = life(rows[:1], pair=(2, 1))
    forecasts.save(stored, staged.stored(other))
    assert pairs(stored, "VN") == [(1, 1), (2, 1)]
    assert {pair: len(found) for pair, found in scored(stored, "VN").items()} == {
        (1, 1): 24,
        (2, 1): 12,
    }
    assert list(scored(stored, "VN", (2, 1))) == [(2, 1)]


def test_the_pair_in_production_is_that_on_show(stored):
    assert production_pair(stored, "VN") is None
    put_on_show(stored, "2010-01-01")
    assert production_pair(stored, "VN") == PAIR
    assert production_pair(stored, "US") is None


def test_a_record_without_the_usual_shares_is_scored_without_them(store):
    made, bars = life(weeks(1))
    made[["prior_down", "prior_sideways", "prior_up"]] = np.nan
    found = score(resolve(made, bars, staged.dates(1)[1][0]))
    assert found["usual_loss"].isna().all()
    assert found["log_loss"].notna().all()


def test_forecasts_of_stocks_that_are_gone_are_left_out(stored):
    forecasts.save(stored, [record("GONE", "2010-01-01", "UP", 0.1)])
    assert "GONE" not in set(scored(stored, "VN")[PAIR]["symbol"])


def test_an_empty_folder_has_nothing_to_score(data_dir):
    assert scored(data_dir, "VN") == {}
    assert pairs(data_dir, "VN") == []
    assert waiting(data_dir, "VN", PAIR).first is None
    assert BarStore(data_dir).symbols("VN").empty
