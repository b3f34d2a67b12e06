import numpy as np
import pandas as pd
import pytest

from core.overview import SPARK_WEEKS, market_overview
from tests.core.indicators.generate import walk

START = "2022-01-03"  # a Monday; Tet closes Vietnam from 31 January to 4 February


@pytest.fixture
def overview(store):
    """Forty weeks and two days of AAA; BBB without the last whole week, CCC with three days."""
    prices = {
        "AAA": walk(202, 1, start=START),
        "BBB": walk(202, 2, start=START, halt=(195, 200)),
        "CCC": walk(3, 3, start=START),
    }
    store.write("VN", prices, source="test")
    store.write("VN", {"VNINDEX": walk(202, 4, start=START)}, source="test", kind="index")
    names = pd.DataFrame({"symbol": ["AAA"], "name": ["Ánh Á"], "sector": ["Banks"]})
    store.set_listing("VN", names.assign(exchange="HOSE"))
    return prices, market_overview(store, "VN").set_index("symbol")


def test_every_stock_has_a_row_and_no_index_does(overview):
    assert list(overview[1].index) == ["AAA", "BBB", "CCC"]


def test_names_come_from_the_listing_where_there_is_one(overview):
    table = overview[1]
    assert table.loc["AAA", ["name", "exchange", "sector"]].tolist() == ["Ánh Á", "HOSE", "Banks"]
    assert table.loc["BBB", ["name", "exchange", "sector"]].tolist() == ["", "", ""]


def test_the_close_is_as_traded(overview):
    prices, table = overview
    assert table.loc["AAA", "close"] == prices["AAA"]["raw_close"].iloc[-1]
    assert table.loc["AAA", "last"] == prices["AAA"]["date"].iloc[-1]


def test_without_a_close_as_traded_the_adjusted_one_is_shown(store):
    bars = walk(50, 1, start=START).assign(raw_close=np.nan)
    store.write("VN", {"AAA": bars}, source="test")
    assert market_overview(store, "VN")["close"].iloc[0] == bars["close"].iloc[-1]


def test_a_bar_of_a_week_still_trading_is_marked(overview):
    assert overview[1]["partial"].to_dict() == {"AAA": True, "BBB": True, "CCC": False}


def test_the_weeks_change_is_that_of_the_last_complete_week(overview):
    prices, table = overview
    close = prices["AAA"].set_index("date")["close"]
    expected = close["2022-10-07"] / close["2022-09-30"] - 1
    assert table.loc["AAA", "week_change"] == pytest.approx(expected, rel=1e-12)


def test_a_stock_that_did_not_trade_in_the_last_complete_week_has_no_change(overview):
    assert np.isnan(overview[1].loc["BBB", "week_change"])
    assert np.isnan(overview[1].loc["CCC", "week_change"])


def test_the_sparkline_is_the_last_weekly_closes_oldest_first(overview):
    prices, table = overview
    bars = prices["AAA"]
    week = np.arange(len(bars)) // 5
    closes = bars.groupby(week)["close"].last()
    assert table.loc["AAA", "spark"] == closes.tolist()[-SPARK_WEEKS:]
    assert len(table.loc["CCC", "spark"]) == 1


def test_the_days_change_is_against_the_session_before(overview):
    prices, table = overview
    close = prices["AAA"]["close"]
    assert table.loc["AAA", "day_change"] == pytest.approx(
        close.iloc[-1] / close.iloc[-2] - 1, 1e-2
    )
    assert table.loc["AAA", "day_state"] in ("up", "down")


def test_month_and_quarter_reach_back_complete_weeks(overview):
    prices, table = overview
    close = prices["AAA"].set_index("date")["close"]
    month = close["2022-10-07"] / close["2022-09-09"] - 1
    assert table.loc["AAA", "month_change"] == pytest.approx(month, rel=1e-12)
    assert np.isnan(table.loc["AAA", "year_change"])
    assert np.isnan(table.loc["CCC", "quarter_change"])


def test_traded_value_is_a_mean_over_the_markets_sessions(overview):
    prices, table = overview
    for symbol in ("AAA", "BBB"):
        bars = prices[symbol]
        late = bars[bars["date"] >= prices["AAA"]["date"].iloc[-20]]
        value = late["value"].fillna(late["close"] * late["volume"]).sum() / 20
        assert table.loc[symbol, "value_20"] == pytest.approx(value)
    assert len(prices["BBB"]) < len(prices["AAA"])


def test_the_years_range_holds_the_close(overview):
    prices, table = overview
    row, bars = table.loc["AAA"], prices["AAA"]
    complete = bars[bars["date"] <= "2022-10-07"]
    assert (row["low_52"], row["high_52"]) == (complete["low"].min(), complete["high"].max())
    place = (bars["close"].iloc[-1] - row["low_52"]) / (row["high_52"] - row["low_52"])
    assert row["year_place"] == pytest.approx(min(max(place, 0), 1))


def test_the_mean_of_forty_weeks_needs_forty_weeks(overview):
    prices, table = overview
    closes = prices["AAA"].groupby(np.arange(202) // 5)["close"].last().iloc[:40]
    assert table.loc["AAA", "above_MA40"] == (closes.iloc[-1] > closes.mean())
    assert pd.isna(table.loc["CCC", "above_MA40"])
