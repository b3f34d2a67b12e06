"""Past forecasts against what came: verdicts, their baselines, and what proves nothing."""

import numpy as np
import pandas as pd
import pytest

from core import forecasts
from core.dataset import build_panel
from core.market.store import BarStore
from core.resolved import (
    LEAST_MONTHS,
    NO_TRADE,
    NONE,
    OPEN,
    RESOLVED,
    one_a_week,
    record_of,
    resolve,
    resolved,
)
from models.baselines import CLASSES
from models.calls import NO_CLEAR_DIRECTION
from tests.core.market.bars import make_bars

AS_OF = pd.Timestamp("2024-03-01")
TARGET = pd.Timestamp("2024-03-29")
THROUGH = pd.Timestamp("2024-06-28")


def bars_of(came, last="2024-06-28"):
    """Flat at 20 up to the as-of week, then at what came."""
    days = pd.bdate_range("2024-01-02", last).as_unit("ns")
    bars = make_bars(len(days)).assign(date=days)
    bars["close"] = np.where(days <= AS_OF, 20.0, 20.0 * (1 + came))
    return bars


def record(**changes):
    told = {
        "id": "a",
        "created": "2024-03-01T20:00:00+00:00",
        "symbol": "AAA",
        "as_of": AS_OF,
        "target_date": TARGET,
        "band": 0.01,
        "close": 45.0,  # as traded then; the adjusted series stands at 20
        "ret": np.log(1.02),
        "ret_low": -0.1,
        "ret_high": 0.1,
        "ret_low_95": np.nan,
        "ret_high_95": np.nan,
        "call": "UP",
        "in_sample": 0,
        "prior_down": 0.42,
        "prior_sideways": 0.11,
        "prior_up": 0.47,
    }
    return told | changes


def settled(*records, bars=None, through=THROUGH):
    bars = {"AAA": bars_of(0.05)} if bars is None else bars
    return resolve(pd.DataFrame(list(records)), bars, through)


@pytest.mark.parametrize(
    ("came", "outcome"),
    [(0.05, "UP"), (0.01, "SIDEWAYS"), (-0.01, "SIDEWAYS"), (-0.0101, "DOWN"), (0.0, "SIDEWAYS")],
)
def test_what_came_is_named_by_the_records_own_band(came, outcome):
    found = settled(record(), bars={"AAA": bars_of(came)}).iloc[0]
    assert found["outcome"] == outcome
    assert found["verdict"] == ("hit" if outcome == "UP" else "miss")
    assert found["came"] == pytest.approx(np.log1p(came))


def test_a_withheld_call_is_neither_hit_nor_miss():
    found = settled(record(call=NO_CLEAR_DIRECTION)).iloc[0]
    assert (found["verdict"], found["state"]) == ("withheld", RESOLVED)
    assert np.isnan(found["usual"])


def test_the_miss_stands_beside_that_of_no_change():
    found = settled(record()).iloc[0]
    assert found["error"] == pytest.approx(1 - 1.02 / 1.05)
    assert found["error_no_change"] == pytest.approx(1 - 1 / 1.05)
    assert found["usual"] == 0.47


@pytest.mark.parametrize(("came", "inside"), [(0.05, True), (0.2, False)])
def test_inside_is_told_where_there_is_an_interval(came, inside):
    found = settled(record(), bars={"AAA": bars_of(came)}).iloc[0]
    assert found["inside_80"] == inside
    assert found["inside_95"] is pd.NA


def test_a_later_dividend_changes_no_verdict():
    before = settled(record())
    halved = bars_of(0.05)
    halved["close"] /= 2
    after = settled(record(), bars={"AAA": halved})
    for name in ("came", "error", "verdict", "inside_80"):
        assert after[name].tolist() == pytest.approx(before[name].tolist())


def test_a_target_date_still_to_come_is_open():
    found = settled(record(), through=TARGET - pd.Timedelta(days=7)).iloc[0]
    assert (found["state"], found["verdict"]) == (OPEN, "")
    assert np.isnan(found["came"])
    assert settled(record(), through=None).iloc[0]["state"] == OPEN


@pytest.mark.parametrize("bars", [{}, {"AAA": bars_of(0.05, last="2024-03-01")}])
def test_a_stock_that_did_not_trade_since_has_no_verdict(bars):
    found = settled(record(), bars=bars).iloc[0]
    assert (found["state"], found["verdict"], found["outcome"]) == (NO_TRADE, "", "")


def test_a_record_without_forecast_is_none():
    assert settled(record(call="", ret=np.nan)).iloc[0]["state"] == NONE


def test_a_forecast_computed_after_its_target_date_is_hindsight():
    found = settled(record(), record(created="2024-05-01T00:00:00+00:00"))
    assert found["hindsight"].tolist() == [False, True]


def test_each_week_counts_once_the_first_made_out_of_sample():
    found = settled(
        record(id="seen", in_sample=1, created="2024-03-01T10:00:00+00:00"),
        record(id="later", created="2024-03-03T10:00:00+00:00"),
        record(id="first", created="2024-03-02T10:00:00+00:00"),
    )
    assert one_a_week(found)["id"].tolist() == ["first"]
    assert record_of(found).forecasts == 1


def test_in_sample_forecasts_are_counted_apart():
    told = record_of(settled(record(in_sample=1)))
    assert (told.forecasts, told.in_sample, told.enough) == (0, 1, False)
    assert np.isnan(told.error)


def test_neighbouring_weeks_are_not_separate_months():
    weeks = pd.date_range("2022-01-07", periods=45, freq="W-FRI")
    many = [
        record(as_of=week, target_date=week + pd.Timedelta(days=28), call="DOWN") for week in weeks
    ]
    daily = make_bars(600, start="2021-12-01")
    told = record_of(settled(*many, bars={"AAA": daily}))
    assert (told.forecasts, told.months) == (45, LEAST_MONTHS)
    assert told.enough
    assert (told.calls, told.hits, told.usual) == (45, 0, pytest.approx(0.42))
    assert not record_of(settled(*many[:44], bars={"AAA": daily})).enough


def test_no_records_are_no_record(data_dir):
    assert resolved(data_dir, "VN").empty
    assert record_of(resolved(data_dir, "VN")).forecasts == 0


def test_what_came_is_what_models_learn_as_labels(trained):
    """The same rule as `core.dataset`, on every stock of a real store."""
    store = BarStore(trained)
    panel = build_panel(
        store.panel("VN"), store.sessions("VN"), "VN", horizon_weeks=4, band=0.01
    ).frame.set_index(["symbol", "week"])
    made = forecasts.of_market(trained, "VN")
    made = made[made["call"] != ""]
    week = panel.index.get_level_values("week").unique().sort_values()[-30]
    earlier = made.assign(as_of=week, target_date=week + pd.Timedelta(days=28))
    found = resolve(earlier, store.panel("VN"), THROUGH)
    expected = panel.loc[list(zip(found["symbol"], found["as_of"], strict=True))]
    assert len(found) >= 5
    np.testing.assert_allclose(found["came"], expected["ret"])
    assert found["outcome"].tolist() == [CLASSES[label] for label in expected["label"]]


def test_one_stocks_records_are_those_of_the_market(trained):
    whole = resolved(trained, "VN")
    assert set(whole["state"]) == {OPEN, NONE}
    mine = resolved(trained, "VN", "BBB")
    assert mine["id"].tolist() == whole.loc[whole["symbol"] == "BBB", "id"].tolist()
