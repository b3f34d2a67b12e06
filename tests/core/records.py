"""Forecast records for tests of what reads them, without a training."""

import json

import pandas as pd

from core import forecasts
from core.db import connect
from core.registry import PATTERN, PRICE
from tests.core.market.bars import make_bars

WEEKS = ("2024-03-01", "2024-03-08")
ROWS = 69
USUAL = (0.40, 0.15, 0.45)


def record(symbol, as_of, call, ret, **more):
    """One record as a forecast job keeps it; its 80 % interval is ret ± 0.1."""
    day = pd.Timestamp(as_of)
    return {
        "market": "VN",
        "symbol": symbol,
        "as_of": as_of,
        "target_date": f"{day + pd.Timedelta(weeks=4):%Y-%m-%d}",
        "horizon_weeks": 4,
        "band": 0.01,
        "close": 20.0,
        "ret": ret,
        "ret_low": ret - 0.1,
        "ret_high": ret + 0.1,
        "p_down": 0.3,
        "p_sideways": 0.2,
        "p_up": 0.5,
        **dict(zip(forecasts.PRIORS, USUAL, strict=True)),
        "call": call,
        "missing": 0,
        "in_sample": 0,
        "fingerprint": f"{symbol}{as_of}",
        "source": "made up",
        "price_version": 1,
        "pattern_version": 1,
    } | more


def put_on_show(data_dir, as_of, **more):
    """Point the pages at a week's records."""
    pointer = {
        "market": "VN",
        "as_of": as_of,
        "price_version": 1,
        "pattern_version": 1,
        "revision": "",
        "usual": list(USUAL),
        "rule": None,
        "shrinkage": None,
        "scores": {
            PRICE: {
                "test_MAPE": 0.07,
                "test_MAPE_no_change": 0.07,
                "test_coverage_80": 0.79,
                "test_coverage_95": 0.94,
                "test_rows": 200,
            },
            PATTERN: {"test_accuracy": 0.5, "test_accuracy_prior": 0.5},
        },
        "trained": {PRICE: {"last_week": as_of}, PATTERN: {"last_week": as_of}},
        "promoted_by": "tests",
    } | more
    with connect(data_dir) as db:
        db.execute(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)", (forecasts.CURRENT, json.dumps(pointer))
        )


def two_weeks(store):
    """Four stocks, three of them to 2024-04-05, with forecasts of two weeks by one pair."""
    store.write("VN", {name: make_bars(ROWS) for name in ("AAA", "BBB", "CCC")}, source="file")
    store.write("VN", {"OLD": make_bars(30)}, source="file")
    first = [("AAA", "UP", 0.03), ("BBB", "DOWN", -0.02), ("CCC", "UP", 0.01), ("OLD", None, None)]
    then = [("AAA", "DOWN", -0.03), ("BBB", "DOWN", -0.01), ("CCC", "UP", 0.05), ("OLD", "UP", 0.2)]
    for week, told in zip(WEEKS, (first, then), strict=True):
        rows = [record(name, week, call, ret or 0.0) for name, call, ret in told]
        forecasts.save(store.data_dir, rows)
    put_on_show(store.data_dir, WEEKS[1])
