import pandas as pd

from core.market.store import BarStore
from tests.core.market.bars import make_bars


def test_without_the_markets_index_sessions_are_the_days_of_its_stocks(store):
    store.write("VN", {"AAA": make_bars(5), "BBB": make_bars(7)}, source="made up")
    assert len(store.sessions("VN")) == 7
    store.write("VN", {"VN30": make_bars(9)}, source="made up", kind="index")
    assert len(store.sessions("VN")) == 7
    fresh = BarStore(store.data_dir).sessions("VN")
    assert fresh.equals(store.sessions("VN"))
    assert store.sessions("US").empty


def test_within_the_indexs_span_its_days_are_the_sessions(store):
    lone, index = make_bars(20), make_bars(20).drop(index=[3, 9])
    store.write("VN", {"AAA": lone}, source="made up")
    assert len(store.sessions("VN")) == 20
    store.write("VN", {"VNINDEX": index}, source="made up", kind="index")
    assert list(store.sessions("VN")) == list(index["date"])
    assert list(BarStore(store.data_dir).sessions("VN")) == list(index["date"])


def test_outside_the_indexs_span_the_stocks_days_are_sessions(store):
    store.write("VN", {"AAA": make_bars(20), "BBB": make_bars(8)}, source="made up")
    index = make_bars(20).iloc[[5, 6, 8, 10]]
    store.write("VN", {"VNINDEX": index}, source="made up", kind="index")
    expected = make_bars(20)["date"].drop(index=[7, 9])
    assert list(store.sessions("VN")) == list(expected)


def test_another_markets_index_and_a_stock_of_that_name_decide_nothing(store):
    store.write("VN", {"AAA": make_bars(9), "VNINDEX": make_bars(3)}, source="made up")
    store.write("US", {"VNINDEX": make_bars(4)}, source="made up", kind="index")
    assert len(store.sessions("VN")) == 9
    store.write("US", {"AAA": make_bars(9)}, source="made up")
    store.write("US", {"^GSPC": make_bars(9).iloc[::2]}, source="made up", kind="index")
    assert len(store.sessions("US")) == 5


def test_sessions_follow_the_index_when_it_changes(store):
    store.write("VN", {"AAA": make_bars(10)}, source="made up")
    store.write("VN", {"VNINDEX": make_bars(10).iloc[::3]}, source="made up", kind="index")
    assert len(store.sessions("VN")) == 4
    store.write("VN", {"VNINDEX": make_bars(10)}, source="made up", kind="index")
    assert len(store.sessions("VN")) == 10
    assert len(BarStore(store.data_dir).sessions("VN")) == 10


def test_the_days_hose_did_not_trade_are_no_sessions_of_the_real_market(store, vn_data):
    daily = pd.read_parquet(vn_data / "daily.parquet")
    indices = pd.read_parquet(vn_data / "indices.parquet")
    hnx = daily[daily["symbol"] == "SHS"].drop(columns="symbol")
    own = indices[indices["symbol"] == "VNINDEX"].drop(columns="symbol")
    store.write("VN", {"SHS": hnx}, source="made up")
    assert pd.Timestamp("2018-01-23") in store.sessions("VN")
    store.write("VN", {"VNINDEX": own}, source="made up", kind="index")
    assert list(store.sessions("VN")) == list(own["date"])
