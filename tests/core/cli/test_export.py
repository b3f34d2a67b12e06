import json

import pandas as pd
import pytest

from core import watchlists
from core.__main__ import main
from tests.core.market.bars import make_bars


@pytest.fixture
def filled(store):
    store.write("VN", {name: make_bars(4) for name in ("ACB", "VCB", "VNM")}, source="made up")
    store.set_listing(
        "VN", pd.DataFrame({"symbol": ["VNM"], "name": ["=Vinamilk"], "indices": ["VN30;VN100"]})
    )
    return store


def symbols_in(path):
    return sorted(set(pd.read_parquet(path)["symbol"]))


def test_every_stock_is_exported(filled, tmp_path, capsys):
    path = tmp_path / "all.parquet"
    assert main(["export", str(path)]) == 0
    assert capsys.readouterr().out == f"Wrote 12 bars of 3 symbols of the market VN to {path}.\n"
    assert symbols_in(path) == ["ACB", "VCB", "VNM"]


def test_chosen_symbols_are_exported(filled, tmp_path, capsys):
    path = tmp_path / "some.parquet"
    assert main(["export", str(path), "--symbols", "vnm,ACB", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 8
    assert symbols_in(path) == ["ACB", "VNM"]


def test_a_watchlist_is_exported(filled, tmp_path):
    watchlists.save(filled.data_dir, "VN", "Banks", ["VCB", "GONE", "ACB"])
    assert main(["export", str(tmp_path / "list.parquet"), "--list", "banks"]) == 0
    assert symbols_in(tmp_path / "list.parquet") == ["ACB", "VCB"]


def test_the_list_of_symbols_is_exported_harmless(filled, tmp_path):
    path = tmp_path / "symbols.csv"
    assert main(["export", str(path), "--what", "symbols", "--symbols", "VNM"]) == 0
    table = pd.read_csv(path)
    assert table[["symbol", "name", "indices", "last"]].to_numpy().tolist() == [
        ["VNM", "'=Vinamilk", "VN100;VN30", "2024-01-05"]
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["bars.xlsx"], "should end with .csv or .parquet"),
        (["bars.csv", "--symbols", "NOSUCH"], "no prices of NOSUCH"),
        (["bars.csv", "--symbols", ","], "No symbol was given"),
        (["bars.csv", "--list", "Banks"], "no watchlist 'Banks'"),
        (["bars.csv", "--market", "US"], "no prices to export"),
        (["bars.csv", "--market", "US", "--what", "symbols"], "no prices of the market US"),
    ],
)
def test_a_request_that_cannot_be_met_is_one_sentence(
    filled, tmp_path, monkeypatch, capsys, options, words
):
    monkeypatch.chdir(tmp_path)
    assert main(["export", *options]) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.glob("bars*"))
