import json

import pandas as pd
import pytest

from core.db import connect
from core.jobs.store import JobStore
from core.training.durations import expected_time, stock_weeks
from core.training.recipe import make_recipe
from tests.core.market.bars import make_bars


@pytest.fixture
def stocks(store, data_dir):
    store.write("VN", {name: make_bars(1001) for name in ("AAA", "BBB", "CCC")}, source="test")
    return store.symbols("VN")


def ran(data_dir, preset, seconds, state="done", **asked):
    """A training that took so long."""
    jobs = JobStore(data_dir)
    params = make_recipe(preset, market="VN", **asked).model_dump(mode="json")
    job, _ = jobs.submit("train", params, requested_by="test")
    jobs.move(job.id, "running")
    jobs.move(job.id, state, result={})
    began = pd.Timestamp("2026-01-02", tz="UTC")
    with connect(data_dir) as db:
        db.execute(
            "UPDATE jobs SET started=?, ended=? WHERE id=?",
            (began.isoformat(), (began + pd.Timedelta(seconds=seconds)).isoformat(), job.id),
        )
    return job


def expected(data_dir, stocks, preset="standard", **asked):
    return expected_time(data_dir, make_recipe(preset, market="VN", **asked), stocks)


def test_stock_weeks_add_up_the_chosen_stocks_between_the_dates(stocks):
    assert stock_weeks(stocks, {"symbols": None}) == 600
    assert stock_weeks(stocks, {"symbols": ["AAA"]}) == 200
    dates = {"start": "2024-01-09", "end": "2024-01-30"}
    assert stock_weeks(stocks, {"symbols": None, **dates}) == 9


def test_without_a_past_run_it_is_a_range(stocks, data_dir):
    said = expected(data_dir, stocks)
    assert said.runs == 0
    assert 0 < said.low < said.high


def test_quick_takes_less_than_standard_and_thorough_most(stocks, data_dir):
    said = [expected(data_dir, stocks, name).high for name in ("quick", "standard", "thorough")]
    assert said == sorted(said)
    assert len(set(said)) == 3


def test_the_median_of_past_runs_of_the_preset_counts(stocks, data_dir):
    for seed, seconds in enumerate((20, 30, 100)):
        ran(data_dir, "standard", seconds, seed=seed)
    ran(data_dir, "quick", 5)
    said = expected(data_dir, stocks)
    assert (said.low, said.high, said.runs) == (pytest.approx(30), pytest.approx(30), 3)


def test_only_runs_that_ended_well_count(stocks, data_dir):
    ran(data_dir, "standard", 1, state="failed")
    assert expected(data_dir, stocks).runs == 0


def test_a_run_recorded_as_default_counts_for_standard(stocks, data_dir):
    job = ran(data_dir, "standard", 40)
    with connect(data_dir) as db:
        old = json.dumps(job.params | {"preset": "default"}, sort_keys=True)
        db.execute("UPDATE jobs SET params=?", (old,))
    assert expected(data_dir, stocks).low == pytest.approx(40)


def test_more_stocks_take_longer(stocks, data_dir):
    ran(data_dir, "standard", 40, symbols=["AAA"])
    one = expected(data_dir, stocks, symbols=["BBB"])
    assert one.low == pytest.approx(40)
    assert expected(data_dir, stocks).low > one.low


def test_runs_of_about_the_same_size_come_first(stocks, data_dir):
    ran(data_dir, "standard", 500, symbols=["AAA"], end="2024-03-01")
    ran(data_dir, "standard", 40)
    said = expected(data_dir, stocks)
    assert (said.low, said.runs) == (pytest.approx(40), 1)
