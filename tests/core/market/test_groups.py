import pandas as pd

from core.market.groups import Group, groups
from core.market.listing import read_listing
from tests.core.market.bars import make_bars


def test_indices_then_sectors_then_exchanges_of_stocks_with_prices(store):
    store.write("VN", {name: make_bars(3) for name in ("ACB", "VNM", "XYZ")}, source="made up")
    store.write("VN", {"VN30": make_bars(3)}, source="made up", kind="index")
    store.set_listing(
        "VN",
        pd.DataFrame(
            [
                ("ACB", "Financials", "HOSE", "VN30"),
                ("VNM", "Consumer Staples", "HOSE", "VN30;VN100"),
                ("GONE", "Energy", "HNX", "VN30"),
            ],
            columns=["symbol", "sector", "exchange", "indices"],
        ),
    )
    assert groups(store, "VN") == [
        Group("Index", "VN100", ("VNM",)),
        Group("Index", "VN30", ("ACB", "VNM")),
        Group("Sector", "Consumer Staples", ("VNM",)),
        Group("Sector", "Financials", ("ACB",)),
        Group("Exchange", "HOSE", ("ACB", "VNM")),
    ]


def test_without_a_listing_there_is_no_group(store):
    store.write("VN", {"VNM": make_bars(3)}, source="made up")
    assert groups(store, "VN") == []


def test_the_groups_of_the_real_listing(store, vn_data):
    listing, _ = read_listing(vn_data / "listing.csv", "VN")
    store.write("VN", {name: make_bars(2) for name in listing["symbol"]}, source="made up")
    store.set_listing("VN", listing)
    sizes = {group.name: len(group.symbols) for group in groups(store, "VN")}
    assert sizes["HOSE"] == 111
    assert sizes["Financials"] == 22
