import json

import pytest

from core.__main__ import main
from core.market.sample import ensure_sample
from tests.core.market.bars import CSV_HEADER, csv_lines


@pytest.fixture
def prices(tmp_path, data_dir):
    path = tmp_path / "prices.csv"
    path.write_text(CSV_HEADER + csv_lines("VNM", 5) + csv_lines("ACB", 4))
    return path


def test_import_says_what_it_did(prices, capsys):
    assert main(["import", str(prices)]) == 0
    assert "2 symbols of the market VN: 9 rows added, 0 replaced, 0 unchanged, 0 refused." in (
        capsys.readouterr().out
    )


def test_import_as_json(prices, capsys):
    assert main(["import", str(prices), "--json"]) == 0
    payload = json.loads(capsys.readouterr().out)
    assert payload["rows_added"] == 9
    assert payload["symbols"] == ["ACB", "VNM"]


def test_import_prints_the_first_refusals(prices, capsys):
    prices.write_text(prices.read_text() + "VNM,never,1,1,1,1,1\n" * 30)
    assert main(["import", str(prices)]) == 0
    out = capsys.readouterr().out
    assert out.count("refused prices.csv, line") == 20
    assert "line 11: the date 'never' is unreadable" in out
    assert "and 10 more refused" in out


def test_import_fails_where_every_row_is_refused(prices, capsys):
    prices.write_text(CSV_HEADER + "VNM,never,1,1,1,1,1\n" * 2)
    assert main(["import", str(prices)]) == 1
    out = capsys.readouterr().out
    assert "line 2" in out
    assert "Nothing was imported" in out


def test_import_of_nonsense_is_one_sentence(prices, capsys):
    prices.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    assert main(["import", str(prices)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "prices.csv: it is an Excel workbook or zip archive; save it as CSV or Parquet.\n"
    )


def test_import_needs_a_file(data_dir, capsys):
    assert main(["import"]) == 2
    assert "Name the files to import" in capsys.readouterr().err


def test_import_of_a_listing_alone(tmp_path, data_dir, capsys):
    (tmp_path / "listing.csv").write_text("symbol,name\nVNM,Vinamilk\n")
    assert main(["import", "--listing", str(tmp_path / "listing.csv")]) == 0
    assert capsys.readouterr().out == "Names of 1 symbols stored.\n"


def test_symbols_of_an_empty_folder(data_dir, capsys):
    assert main(["symbols"]) == 0
    assert "no prices yet" in capsys.readouterr().out


def test_symbols_lists_stocks_and_indices_with_their_source(prices, store, capsys):
    ensure_sample(store)
    main(["import", str(prices), "--index"])
    capsys.readouterr()
    assert main(["symbols", "--json"]) == 0
    rows = {row["symbol"]: row for row in json.loads(capsys.readouterr().out)["symbols"]}
    assert rows["IBM"]["source"] == "sample"
    assert rows["IBM"]["last"] == "2013-03-01"
    assert rows["IBM"]["weeks_behind"] > 700
    assert rows["VNM"]["kind"] == "index"
    assert rows["VNM"]["name"] is None
    assert main(["symbols", "--market", "us"]) == 0
    out = capsys.readouterr().out
    assert "IBM" in out
    assert "VNM" not in out
