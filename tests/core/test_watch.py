import numpy as np
import pandas as pd
import pytest

from core import forecasts
from core.market.store import BarStore
from core.overview import market_overview
from core.watch import narrowed, watch_table
from tests.core.trained import STEADY


@pytest.fixture
def tables(trained):
    overview = market_overview(BarStore(trained), "VN")
    records = forecasts.latest(trained, "VN")
    return overview, records.set_index("symbol"), watch_table(overview, records)


def test_every_stock_keeps_its_row(tables):
    overview, _, table = tables
    assert table["symbol"].tolist() == overview["symbol"].tolist()
    assert table["spark"].tolist() == overview["spark"].tolist()


def test_changes_are_in_per_cent(tables):
    _, records, table = tables
    for row in table[table["symbol"].isin(STEADY)].itertuples():
        record = records.loc[row.symbol]
        change = 100 * (record["price"] / record["close"] - 1)
        assert row.change == pytest.approx(change)
        assert row.low_change < row.change < row.high_change
        assert row.price == record["price"]


def test_the_weeks_change_is_in_per_cent(tables):
    overview, _, table = tables
    expected = 100 * overview["week_change"].to_numpy()
    assert np.allclose(table["week_change"], expected, equal_nan=True)


def test_probabilities_are_in_per_cent(tables):
    table = tables[2].set_index("symbol").loc[list(STEADY)]
    assert table[["p_up", "p_sideways", "p_down"]].sum(axis=1).to_numpy() == pytest.approx(100)


def test_a_stock_without_forecast_says_why(tables):
    row = tables[2].set_index("symbol").loc["HALT"]
    assert row["reason"].startswith("It did not trade")
    assert row["call"] == ""
    assert np.isnan(row["change"])


def test_without_forecasts_prices_are_shown_all_the_same(trained):
    overview = market_overview(BarStore(trained), "VN")
    table = watch_table(overview, forecasts.latest(trained, "US"))
    assert table["symbol"].tolist() == overview["symbol"].tolist()
    assert (table[["call", "reason"]] == "").all(axis=None)
    assert table["price"].isna().all()


def test_a_stock_newer_than_the_forecasts_has_none(tables):
    overview, records, _ = tables
    table = watch_table(overview, records.drop(index="AAA").reset_index())
    assert pd.isna(table.set_index("symbol").loc["AAA", "price"])


def test_the_highest_forecast_ranks_first(tables):
    table = tables[2].set_index("symbol")
    ranked = table.loc[list(STEADY)].sort_values("rank")
    assert ranked["rank"].tolist() == [1, 2, 3, 4, 5]
    assert ranked["change"].is_monotonic_decreasing
    assert np.isnan(table.loc["HALT", "rank"])


def test_strength_is_the_quarters_return_less_the_indexs(tables):
    overview, records, table = tables
    assert table["strength"].isna().all()
    strong = watch_table(overview, records.reset_index(), 0.05)["strength"]
    expected = 100 * (overview["quarter_change"] - 0.05)
    assert np.allclose(strong, expected, equal_nan=True)


def test_a_text_narrows_by_brand_name_sector_or_exchange():
    known = pd.DataFrame(
        {
            "symbol": ["VNM", "FPT"],
            "name": ["Vietnam Dairy", "FPT Corporation"],
            "name_vi": ["CTCP Sữa Việt Nam", "CTCP FPT"],
            "market": ["VN", "VN"],
        }
    )
    table = pd.DataFrame(
        {"symbol": ["VNM", "FPT"], "sector": ["Staples", "Technology"], "exchange": ["HOSE"] * 2}
    )
    brands = {"VNM": ("Vinamilk",)}
    found = {
        text: narrowed(table, known, text, brands)["symbol"].tolist()
        for text in ("vinamilk", "sua viet nam", "technology", "hose", "nothing such")
    }
    assert found == {
        "vinamilk": ["VNM"],
        "sua viet nam": ["VNM"],
        "technology": ["FPT"],
        "hose": ["VNM", "FPT"],
        "nothing such": [],
    }
