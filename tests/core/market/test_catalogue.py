import pandas as pd
import pytest

from core.errors import UserError
from tests.core.market.bars import make_bars


def test_symbols_lists_stocks_with_their_names(store):
    store.write("VN", {"VNM": make_bars(), "ACB": make_bars(10)}, source="file")
    store.write("VN", {"VNINDEX": make_bars()}, source="file", kind="index")
    store.set_listing("VN", pd.DataFrame({"symbol": ["VNM"], "name": ["Vinamilk"]}))
    table = store.symbols("VN")
    assert list(table["symbol"]) == ["ACB", "VNM"]
    assert list(table["rows"]) == [10, 30]
    assert table["first"][0] == pd.Timestamp("2024-01-02")
    assert pd.isna(table["name"][0])
    assert table["name"][1] == "Vinamilk"
    assert list(store.symbols(kind="index")["symbol"]) == ["VNINDEX"]
    assert store.symbols("US").empty


def test_find_names_close_matches(store):
    store.write("VN", {"VNM": make_bars()}, source="file")
    assert store.find("vnm") == ("VN", "VNM")
    with pytest.raises(UserError, match="did you mean VNM"):
        store.find("VNN")
    with pytest.raises(UserError, match="python -m core symbols"):
        store.find("XYZ", "VN")


def test_find_asks_for_the_market_of_an_ambiguous_symbol(store):
    for market in ("VN", "US"):
        store.write(market, {"VNM": make_bars()}, source="file")
    with pytest.raises(UserError, match="US and VN: say which with --market"):
        store.find("VNM")
    assert store.find("VNM", "US") == ("US", "VNM")


def test_the_revision_changes_with_every_write(store):
    seen = [store.revision()]
    store.write("VN", {"VNM": make_bars()}, source="file")
    seen.append(store.revision())
    store.set_listing("VN", pd.DataFrame({"symbol": ["VNM"], "name": ["Vinamilk"]}))
    seen.append(store.revision())
    assert len(set(seen)) == 3
    assert store.revision() == seen[-1]
