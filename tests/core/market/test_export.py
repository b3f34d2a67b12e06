import csv
import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from core.errors import UserError
from core.market.barfiles import fingerprint
from core.market.export import as_shown, bars_table, to_csv, to_parquet, to_xlsx, write_table
from core.market.formulas import SIGNS, restored
from core.market.importer import import_files
from core.market.store import BarStore
from tests.core.market.bars import make_bars

HOSTILE = st.text(st.sampled_from("'=+-@\t\r\n;,\"|aĐữ0 ")) | st.text(
    st.characters(exclude_categories=["Cs"])
)


def cells_of(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def check_hostile(texts, header):
    first, *rows = cells_of(to_csv(pd.DataFrame({"n": range(len(texts)), header + "x": texts})))
    shown = [first[1], *(row[1] for row in rows)]
    assert not [text for text in shown if text[:1] in SIGNS]
    assert [restored(text) for text in shown] == [header + "x", *texts]


@budget(deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=5), HOSTILE)
def test_no_exported_text_is_a_formula_and_every_text_comes_back(texts, header):
    check_hostile(texts, header)


@pytest.mark.long
@budget(max_examples=1000, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=5), HOSTILE)
def test_no_text_of_a_thousand_hostile_tables_is_a_formula(texts, header):
    check_hostile(texts, header)


@budget(deadline=None)
@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=8))
def test_numbers_stand_to_the_last_digit(numbers):
    _, *rows = cells_of(to_csv(pd.DataFrame({"price": numbers})))
    assert [float(row[0]) for row in rows] == numbers


def test_a_negative_number_is_no_text():
    assert to_csv(pd.DataFrame({"change": [-1.5], "count": [-2]})).endswith(b"\r\n-1.5,-2\r\n")


def test_excel_is_told_the_encoding():
    data = to_csv(pd.DataFrame({"name": ["Sữa Việt Nam"]}))
    assert data.startswith(b"\xef\xbb\xbf")
    assert "Sữa Việt Nam" in data.decode("utf-8")


def test_dates_missing_cells_lists_and_categories():
    frame = pd.DataFrame(
        {
            "last": pd.to_datetime(["2024-06-28", None]),
            "name": ["=a", None],
            "spark": [[1.5, 2.0], []],
            "call": pd.Categorical(["-UP", "DOWN"]),
        }
    )
    assert cells_of(to_csv(frame))[1:] == [
        ["2024-06-28", "'=a", "1.5 2.0", "'-UP"],
        ["", "", "", "DOWN"],
    ]


def test_a_table_is_saved_as_the_page_shows_it():
    frame = pd.DataFrame(
        {
            "symbol": ["VNM", "ACB"],
            "close": [123.0, 65.35],
            "spark": [[1.0, 2.0], None],
            "change": [-8.333333333333337, None],
            "behind": pd.array([2, None], dtype="Float64"),
            "volume": [12_345_678, 3],
        }
    )
    headings = {"symbol": "Symbol", "change": "Week, %", "gone": "Gone", "spark": "26 weeks"}
    assert cells_of(to_csv(as_shown(frame, headings))) == [
        ["Symbol", "Week, %"],
        ["VNM", "-8.333333"],
        ["ACB", ""],
    ]
    assert cells_of(to_csv(as_shown(frame))) == [
        ["symbol", "close", "change", "behind", "volume"],
        ["VNM", "123", "-8.333333", "2", "12345678"],
        ["ACB", "65.35", "", "", "3"],
    ]


@budget(deadline=None)
@given(st.lists(st.floats(), min_size=1, max_size=8))
def test_a_number_on_show_is_rounded_and_no_more(numbers):
    _, *rows = cells_of(to_csv(as_shown(pd.DataFrame({"n": range(len(numbers)), "x": numbers}))))
    for (_, text), number in zip(rows, numbers, strict=True):
        if np.isnan(number):
            assert text == ""
            continue
        assert not text.endswith(".0")
        assert float(text) == pytest.approx(number, rel=1e-15, abs=5.1e-7)


def test_a_named_index_is_a_column():
    frame = pd.DataFrame({"close": [1.0]}, pd.DatetimeIndex(["2024-06-28"], name="week"))
    assert cells_of(to_csv(frame)) == [["week", "close"], ["2024-06-28", "1.0"]]
    assert list(pd.read_parquet(io.BytesIO(to_parquet(frame)))) == ["week", "close"]


def test_parquet_keeps_the_types():
    frame = pd.DataFrame({"symbol": ["VNM"], "close": [65.3], "spark": [[1.0, 2.0]]})
    back = pd.read_parquet(io.BytesIO(to_parquet(frame)))
    assert back["close"].dtype == "float64"
    assert list(back["spark"][0]) == [1.0, 2.0]


def sheet(frame):
    """The parts of the XLSX file that hold its cells and its texts."""
    with zipfile.ZipFile(io.BytesIO(to_xlsx(frame))) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
        return cells, book.read("xl/sharedStrings.xml").decode("utf-8"), book.namelist()


@pytest.mark.parametrize("text", ["=1+1", "+A1", "@SUM(A1)", "{=1}", "https://evil.example/"])
def test_a_sheet_runs_and_links_nothing(text):
    cells, texts, names = sheet(pd.DataFrame({text: [text]}))
    assert "<f>" not in cells
    assert "hyperlink" not in cells
    assert f"<t>{text}</t>" in texts
    assert not any("rels" in name and "sheet" in name for name in names)


def test_a_sheet_keeps_numbers_dates_and_gaps():
    days = pd.to_datetime(["2024-06-28", None])
    frame = pd.DataFrame({"day": days, "close": [65.3, np.nan], "up": [True, False]})
    cells = sheet(frame)[0]
    assert "<v>45471</v>" in cells  # 2024-06-28 as a sheet counts days
    assert "<v>65.3</v>" in cells
    assert 't="b"><v>1</v>' in cells
    assert 'r="A3"' not in cells
    assert 'r="B3"' not in cells


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_exported_bars_import_to_the_same_fingerprint(store, tmp_path, ending):
    rng = np.random.default_rng(3)
    stored = {}
    for symbol, level in (("VNM", 65.3), ("ACB", 24.7)):
        bars = make_bars(60, level=level)
        for name in ("open", "high", "low", "close"):
            bars[name] *= 1 / 3
        bars["volume"] = rng.integers(1, 10**6, 60).astype(float)
        stored[symbol] = bars
    traded = stored["VNM"]
    traded["raw_close"] = (traded["close"] * 1.7).round(2)
    traded["value"] = traded["raw_close"] * traded["volume"] * 1.003
    store.write("VN", stored, source="made up")
    path = tmp_path / f"bars.{ending}"
    write_table(path, bars_table(store, "VN"))
    other = BarStore(tmp_path / "other")
    import_files([path], market="VN", store=other)
    for symbol in stored:
        assert fingerprint(other.bars("VN", symbol)) == fingerprint(store.bars("VN", symbol))


def test_bars_of_some_symbols_also_of_an_index(store):
    store.write("VN", {"VNM": make_bars(3), "ACB": make_bars(3)}, source="made up")
    store.write("VN", {"VNINDEX": make_bars(3)}, source="made up", kind="index")
    table = bars_table(store, "VN", ["vnm", "VNINDEX"])
    assert list(table["symbol"]) == ["VNINDEX"] * 3 + ["VNM"] * 3
    assert list(table) == ["symbol", "date", "open", "high", "low", "close", "volume"]


def test_without_prices_there_is_nothing_to_export(store):
    with pytest.raises(UserError, match="no prices to export"):
        bars_table(store, "VN")


@pytest.mark.parametrize("name", ["bars.xlsx", "bars", "no/such/folder/bars.csv"])
def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path, name):
    with pytest.raises(UserError, match=r"should end with|cannot be written"):
        write_table(tmp_path / name, make_bars(2))
    assert list(tmp_path.iterdir()) == []
