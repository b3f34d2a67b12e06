"""Stored forecasts that have matured, judged by prices as they are known now."""

import json

import numpy as np
import pandas as pd
import pytest

from core import forecasts, registry
from core.comparison.live import live_ground, outcomes
from core.comparison.result import compare
from core.dataset import build_panel
from core.db import connect
from core.jobs.kinds import KINDS
from core.jobs.progress import Progress
from core.jobs.store import JobStore
from core.market.store import BarStore
from core.registry import PATTERN, PRICE
from models.baselines import CLASSES
from tests.core.comparison.made import version
from tests.core.indicators.generate import walk
from tests.core.trained import STEADY

WEEK = "2022-05-27"
OLD = {"last_week": "2022-05-06"}


def record(symbol, number, **changes):
    told = {
        "market": "VN", "symbol": symbol, "as_of": WEEK, "target_date": "2022-06-24",
        "horizon_weeks": 4, "band": 0.01, "close": 20.0, "ret": 0.01, "ret_low": -0.07,
        "ret_high": 0.09, "ret_low_95": -0.11, "ret_high_95": 0.13, "move": 0.06,
        "p_down": 0.3, "p_sideways": 0.2, "p_up": 0.5, "prior_down": 0.4, "prior_sideways": 0.2,
        "prior_up": 0.4, "call": "UP", "missing": 0, "reason": "", "in_sample": 0,
        "price_version": number, "pattern_version": number, "fingerprint": "x", "source": "test",
    }  # fmt: skip
    return told | changes


@pytest.fixture
def bars(store):
    """Two stocks to well after the target date."""
    stocks = {name: walk(300, seed, start="2021-06-01") for seed, name in enumerate(("AAA", "BBB"))}
    store.write("VN", stocks, source="test")
    return stocks


def close_on(bars, symbol, day):
    daily = bars[symbol]
    return daily.loc[daily["date"] <= day, "close"].iloc[-1]


def test_matured_forecasts_of_both_are_judged_by_what_came(bars, data_dir):
    records = [record(s, n, ret=0.01 * n) for s in bars for n in (1, 2)]
    forecasts.save(data_dir, records)
    ground = live_ground(data_dir, [version(1, **OLD), version(2, **OLD)])
    assert (ground.weeks, ground.stocks) == (1, 2)
    for place, symbol in enumerate(ground.symbol):
        came = np.log(close_on(bars, symbol, "2022-06-24") / close_on(bars, symbol, WEEK))
        assert ground.ret[place] == pytest.approx(came)
    assert ground.told[2].forecast.tolist() == [0.02, 0.02]
    assert ground.told[1].half.tolist() == [pytest.approx([0.08, 0.12])] * 2
    assert ground.told[1].call.tolist() == [CLASSES.index("UP")] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"in_sample": 1},
        {"call": None, "ret": None, "reason": "It did not trade."},
        {"as_of": "2022-05-06", "target_date": "2022-06-03"},  # a week learned from
        {"as_of": "2022-07-22", "target_date": "2022-08-19"},  # not come yet
        {"symbol": "CCC"},  # no prices any more
        {"price_version": 3},
    ],
)
def test_what_is_no_live_week_of_both_is_not_compared(bars, data_dir, changes):
    forecasts.save(data_dir, [record("AAA", 1), record("AAA", 2) | changes])
    assert live_ground(data_dir, [version(1, model=PRICE, **OLD),
                                  version(2, model=PRICE, **OLD)]) is None  # fmt: skip


def test_a_forecast_made_twice_counts_as_first_made(bars, data_dir):
    again = record("AAA", 1, ret=0.5, fingerprint="y")
    forecasts.save(data_dir, [record("AAA", 1), again, record("AAA", 2)])
    ground = live_ground(data_dir, [version(1, **OLD), version(2, **OLD)])
    assert ground.told[1].forecast.tolist() == [0.01]


def test_a_withheld_call_stays_one(bars, data_dir):
    forecasts.save(data_dir, [record("AAA", 1, call="no clear direction"), record("AAA", 2)])
    ground = live_ground(data_dir, [version(1, **OLD), version(2, **OLD)])
    assert [told.call.tolist() for told in ground.told.values()] == [[-1], [2]]


def test_outcomes_are_those_a_training_would_learn(trained):
    store = BarStore(trained)
    panel = build_panel(
        store.panel("VN"), store.sessions("VN"), "VN", horizon_weeks=4, band=0.01
    ).frame
    panel = panel[panel["label"] >= 0]
    symbols = sorted(set(panel["symbol"]))
    came = outcomes(store, "VN", symbols, 4, 0.01)
    both = panel.merge(came, on=["symbol", "week"], suffixes=("", "_live"))
    assert len(both) == len(panel) == len(came)
    for name in ("close", "ret", "label", "target_date"):
        assert (both[name] == both[f"{name}_live"]).all()


def test_real_forecasts_by_both_versions_become_live_once_their_month_has_passed(trained):
    """Made from the newest week, by both; then five more weeks of prices come in."""
    jobs = JobStore(trained)
    for number in (1, 2):
        params = {PRICE: number, PATTERN: number}
        job, _ = jobs.submit("forecast", params, requested_by="tests")
        folder = jobs.folder(job.id)
        folder.mkdir(parents=True)
        files = forecasts.prepare(trained, params, folder)
        result = forecasts.work(params | files, folder, Progress(folder, KINDS["forecast"].stages))
        jobs.move(job.id, "done")
        forecasts.finish(trained, job, json.loads(json.dumps(result)), folder)
    versions = [registry.get(PRICE, number) for number in (1, 2)]
    known = registry.versions(PRICE)
    assert compare(versions, known, trained).live is None

    store = BarStore(trained)
    with connect(trained) as db:
        as_of = db.execute("SELECT max(as_of) FROM forecasts").fetchone()[0]
    longer = {}
    for symbol, daily in store.panel("VN").items():
        more = daily.iloc[-30:].copy()
        more["date"] = pd.bdate_range(daily["date"].iloc[-1] + pd.Timedelta(days=3), periods=30)
        longer[symbol] = pd.concat([daily, more], ignore_index=True)
    store.write("VN", longer, source="made up")
    found = compare(versions, known, trained)
    assert set(found.live.week) == {np.datetime64(as_of)}
    assert set(found.live.symbol) >= set(STEADY)
    mape = next(row for row in found.live_rows if row.metric.name == "MAPE")
    told = found.live.told[2].forecast
    slow = np.mean(np.abs(1 - np.exp(told - found.live.ret)))
    assert mape.values[2].value == pytest.approx(slow)
