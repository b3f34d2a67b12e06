"""The last day's move as a price board shows it."""

import numpy as np
import pandas as pd
import pytest

from core.market.moves import last_moves
from tests.core.market.bars import make_bars


def move(
    before, now, exchange="HOSE", *, traded=True, adjust=1.0, vwap=None, listed=None, day=None
):
    """State and change of a stock whose last two closes these are, as traded."""
    bars = make_bars(2, start=day or "2024-06-27")
    close = np.array([before * adjust, now])
    for name in ("open", "high", "low", "close"):
        bars[name] = close
    bars["high"], bars["low"] = close * 1.1, close * 0.9
    bars["raw_close"] = [before, now] if traded else [np.nan, np.nan]
    bars["value"] = [np.nan if vwap is None else vwap * 1000.0, np.nan]
    bars["volume"] = 1000.0
    bars.insert(0, "symbol", "AAA")
    known = pd.DataFrame(
        {"symbol": ["AAA"], "exchange": [exchange], "listing_date": [pd.Timestamp(listed or "NaT")]}
    )
    row = last_moves(bars, known, "VN").iloc[0]
    return row["day_state"], row["day_change"]


@pytest.mark.parametrize(
    ("before", "now", "exchange", "state"),
    [
        (50.0, 53.5, "HOSE", "ceiling"),  # +7 % of 50.0, on the tick
        (50.0, 53.4, "HOSE", "up"),
        (50.0, 46.5, "HOSE", "floor"),
        (50.0, 46.55, "HOSE", "down"),
        (50.0, 50.0, "HOSE", "unchanged"),
        (9.03, 9.66, "HSX", "ceiling"),  # 9.6621 rounded down to a tick of 10 VND
        (20.0, 22.0, "HNX", "ceiling"),
        (20.0, 21.4, "HNX", "up"),
        (20.0, 18.0, "HNX", "floor"),
        (50.0, 60.0, "HOSE", "up"),  # beyond the band: a first day, or another exchange then
        (50.0, 53.5, "", "up"),  # no exchange, no band
    ],
)
def test_the_state_follows_band_and_tick(before, now, exchange, state):
    assert move(before, now, exchange)[0] == state


def test_the_change_is_against_the_reference():
    assert move(50.0, 51.0)[1] == pytest.approx(0.02)


def test_an_ex_date_lowers_the_reference():
    # 10 % off on the ex-date: the reference is 45, and 48.15 its ceiling.
    state, change = move(50.0, 48.15, adjust=0.9)
    assert state == "ceiling"
    assert change == pytest.approx(48.15 / 45 - 1)


def test_upcoms_reference_is_the_average_of_the_session_before():
    assert move(10.0, 11.7, "UPCOM", vwap=10.2) == ("ceiling", pytest.approx(0.147, abs=1e-3))
    assert move(10.0, 10.2, "UPCOM", vwap=10.2)[0] == "unchanged"


def test_upcom_without_an_average_has_neither_ceiling_nor_floor():
    assert move(10.0, 11.5, "UPCOM")[0] == "up"


def test_back_adjusted_prices_have_no_ceiling():
    assert move(50.0, 53.5, traded=False)[0] == "up"


def test_before_its_listing_no_rule_of_an_exchange_holds():
    assert move(50.0, 53.5, listed="2024-06-28")[0] == "up"
    assert move(50.0, 53.5, listed="2024-01-02")[0] == "ceiling"


def test_the_band_is_that_of_the_day():
    assert move(10.0, 11.0, "UPCOM", vwap=10.0, day="2015-06-29")[0] == "ceiling"
    assert move(10.0, 11.0, "UPCOM", vwap=10.0, day="2015-07-01")[0] == "up"


def test_a_lone_bar_has_no_move():
    bars = make_bars(1)
    bars.insert(0, "symbol", "AAA")
    known = pd.DataFrame({"symbol": ["AAA"], "exchange": ["HOSE"], "listing_date": [pd.NaT]})
    row = last_moves(bars, known, "VN").iloc[0]
    assert row["day_state"] == ""
    assert np.isnan(row["day_change"])
