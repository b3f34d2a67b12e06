"""From checked rows to bars."""

import numpy as np
import pandas as pd

from core.market.adjusting import to_bars
from core.market.barfiles import conform
from core.market.quality.rows import check_frame


def reply(**columns):
    base = {
        "date": ["2024-06-26", "2024-06-27", "2024-06-28"],
        "open": [40.0, 20.0, 20.2],
        "high": [41.0, 21.0, 20.9],
        "low": [39.0, 19.0, 20.0],
        "close": [40.0, 20.0, 20.5],
        "volume": [1000.0, 2000.0, 3000.0],
    }
    return check_frame(pd.DataFrame(base | columns), "VN", "stock", "VNM").rows


def test_an_adjusted_close_scales_all_prices_and_keeps_the_close_as_traded():
    bars = to_bars(reply(adj_close=[20.0, 20.0, 20.5]), "VN")
    assert bars["close"].tolist() == [20.0, 20.0, 20.5]
    assert bars["high"].tolist() == [20.5, 21.0, 20.9]
    assert bars["raw_close"].tolist() == [40.0, 20.0, 20.5]


def test_without_an_adjusted_close_prices_stay_as_they_are():
    bars = to_bars(reply(), "VN")
    assert bars["close"].tolist() == [40.0, 20.0, 20.5]
    assert bars["raw_close"].isna().all()


def test_traded_value_comes_into_the_unit_and_is_told():
    notes: list[str] = []
    bars = to_bars(reply(value=[40e6, 40e6, 61.5e6]), "VN", notes)
    assert bars["value"].tolist() == [40_000.0, 40_000.0, 61_500.0]
    assert notes == ["its traded values were divided by 1000, into thousand VND"]


def test_traded_values_of_no_unit_are_left_out():
    notes: list[str] = []
    bars = to_bars(reply(value=[1.3e6, 1.3e6, 2e6]), "VN", notes)
    assert np.isnan(bars["value"]).all()
    assert "left out" in notes[0]


def test_bars_pass_the_gate_of_the_store():
    bars = to_bars(reply(adj_close=[13.3333, 13.3333, 13.6667]), "VN")
    pd.testing.assert_frame_equal(conform(bars), bars)
