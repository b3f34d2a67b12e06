import pandas as pd
import pytest

from core.breadth import breadth, index_lines
from core.overview import market_overview
from tests.core.market.bars import make_bars


def falling(rows):
    bars = make_bars(rows)
    for name in ("open", "high", "low", "close"):
        bars[name] = bars[name].iloc[0] * 3 - bars[name]
    bars["high"], bars["low"] = bars["close"] * 1.02, bars["close"] * 0.98
    return bars


def test_stocks_are_counted_by_their_last_session(store):
    still = make_bars(60)
    for name in ("open", "high", "low", "close"):
        still[name] = 20.0
    stocks = {"UPP": make_bars(60), "UPQ": make_bars(60), "DWN": falling(60), "STL": still}
    store.write("VN", stocks | {"GONE": make_bars(58)}, source="test")
    seen = breadth(market_overview(store, "VN"))
    assert (seen.stocks, seen.up, seen.down, seen.unchanged) == (5, 2, 1, 1)
    assert (seen.above_MA40, seen.with_MA40) == (0, 0)


def test_traded_value_is_in_millions_of_price_units(store):
    bars = make_bars(60).assign(value=3e6)
    store.write("VN", {"AAA": bars, "BBB": bars}, source="test")
    seen = breadth(market_overview(store, "VN"))
    assert (seen.value, seen.value_20) == (6.0, pytest.approx(6.0))


def test_stocks_above_their_forty_weeks(store):
    store.write("VN", {"UPP": make_bars(260), "DWN": falling(190)}, source="test")
    seen = breadth(market_overview(store, "VN"))
    assert (seen.above_MA40, seen.with_MA40) == (1, 1)


def test_the_markets_indices_come_in_order(store):
    assert index_lines(store, "VN") == []
    bars = make_bars(80, level=1000)
    frames = {"VN30": bars, "VNINDEX": bars, "HNXINDEX": bars}
    store.write("VN", frames, source="test", kind="index")
    assert [line.symbol for line in index_lines(store, "VN")] == ["VNINDEX", "VN30"]


def test_an_index_tells_level_and_changes(store):
    bars = make_bars(80, level=1000)
    store.write("VN", {"VNINDEX": bars}, source="test", kind="index")
    (line,) = index_lines(store, "VN")
    close = bars.set_index("date")["close"]
    fridays = pd.Series(close[close.index.day_of_week == 4])
    assert line.level == close.iloc[-1]
    assert line.day_change == pytest.approx(close.iloc[-1] / close.iloc[-2] - 1)
    assert line.week_change == pytest.approx(fridays.iloc[-1] / fridays.iloc[-2] - 1)
    assert line.quarter_change == pytest.approx(fridays.iloc[-1] / fridays.iloc[-13] - 1)
    assert len(line.spark) == 17
