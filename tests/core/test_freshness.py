import pandas as pd

from core.freshness import freshness
from core.market.calendar import weeks_behind
from core.market.follows import Asked, follow, note_asked
from tests.core.market.bars import make_bars


def test_every_symbol_is_told_with_its_last_session_and_source(store, data_dir):
    store.write("VN", {"VNM": make_bars(30), "ACB": make_bars(20)}, source="file")
    table = freshness(data_dir, "VN").set_index("symbol")
    assert table.index.tolist() == ["ACB", "VNM"]  # the oldest first
    assert table["source"].tolist() == ["file", "file"]
    last = make_bars(30)["date"].iloc[-1]
    assert table.loc["VNM", "last"] == last
    assert table.loc["VNM", "behind"] == weeks_behind("VN", last)
    assert table["state"].tolist() == ["", ""]


def test_a_symbol_that_follows_a_source_and_has_no_bars_yet_is_told_too(store, data_dir):
    store.write("VN", {"VNM": make_bars()}, source="file")
    follow(data_dir, "VN", ["FPT"], "yahoo")
    note_asked(data_dir, "VN", "FPT", Asked("yahoo", "2024-01-01T00:00:00+00:00", "failed", "?", 0))
    row = freshness(data_dir, "VN").iloc[0]
    assert (row["symbol"], row["follows"], row["state"]) == ("FPT", "yahoo", "failed")
    assert pd.isna(row["last"])
    assert pd.isna(row["behind"])


def test_an_empty_market_is_an_empty_table(data_dir):
    assert freshness(data_dir, "US").empty
