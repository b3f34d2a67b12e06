import numpy as np
import pandas as pd
import pytest

from core.errors import UserError
from core.market.parsing import (
    ALIASES,
    clean_text,
    decode,
    fold,
    match_columns,
    read_dates,
    read_numbers,
)

HANOI = "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Symbol", "symbol"),
        ("TICKER", "symbol"),
        ("code", "symbol"),
        ("<Ticker>", "symbol"),
        ("Mã", "symbol"),
        ("Mã CK", "symbol"),
        ("Mã chứng khoán", "symbol"),
        (" Date ", "date"),
        ("time", "date"),
        ("trading_date", "date"),
        ("TradingDate", "date"),
        ("<DTYYYYMMDD>", "date"),
        ("Ngày", "date"),
        ("NGÀY", "date"),
        ("Ngày giao dịch", "date"),
        ("Open", "open"),
        ("Mở cửa", "open"),
        ("Giá mở cửa", "open"),
        ("Mở cửa (nghìn VND)", "open"),
        ("HIGH", "high"),
        ("Cao nhất", "high"),
        ("Thấp nhất", "low"),
        ("Giá thấp nhất", "low"),
        ("Close", "close"),
        ("Đóng cửa", "close"),
        ("đóng cửa", "close"),
        ("Close/Last", "close"),
        ("vol", "volume"),
        ("Vol.", "volume"),
        ("Khối lượng", "volume"),
        ("KLGD", "volume"),
        ("Adj Close", "adj_close"),
        ("adj_close", "adj_close"),
        ("Adjusted Close", "adj_close"),
        ("Giá điều chỉnh", "adj_close"),
        ("value", "value"),
        ("Giá trị (tỷ VND)", "value"),
    ],
)
def test_headers_in_their_usual_spellings(header, field):
    assert match_columns([header], ALIASES) == {field: 0}


def test_decomposed_accents_are_the_same_header():
    assert fold("Ngày") == fold("Ngày") == "ngay"


def test_the_better_spelling_wins():
    assert match_columns(["time", "date", "price", "close"], ALIASES) == {"date": 1, "close": 3}


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(UserError, match="two columns are named close"):
        match_columns(["close", "Close"], ALIASES)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-06-28", "2024-06-28"),
        ("2024/6/8", "2024-06-08"),
        ("20240628", "2024-06-28"),
        ("2024-06-28 07:00:00", "2024-06-28"),
        ("2024-06-28T07:00:00", "2024-06-28"),
        ("2024-06-28T00:00:00Z", "2024-06-28"),
        ("2024-06-27T17:00:00Z", "2024-06-28"),
        ("2024-06-28T00:00:00+07:00", "2024-06-28"),
        ("28/06/2024", "2024-06-28"),
        ("28-06-2024", "2024-06-28"),
        ("28.06.2024", "2024-06-28"),
        ("5/6/2024", "2024-06-05"),
        ("28/06/2024 07:00", "2024-06-28"),
        ("28-Jun-2024", "2024-06-28"),
        ("Jun 28, 2024", "2024-06-28"),
        ("2024-02-30", None),
        ("31/06/2024", None),
        ("28/06/24", None),
        ("28/06-2024", None),
        ("0001-01-01", None),
        ("45471", None),
        ("1719532800", None),
        ("2024-06-28 99:00", "2024-06-28"),
        ("2024-06-28T99:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(text, day):
    days, month_first = read_dates(pd.Series([text], dtype="str"), HANOI)
    assert not month_first
    assert str(days[0])[:10] == (day or "NaT")


@pytest.mark.parametrize(
    ("texts", "expected", "month_first"),
    [
        (["05/06/2024", "06/06/2024"], ["2024-06-05", "2024-06-06"], False),
        (["05/06/2024", "13/06/2024"], ["2024-06-05", "2024-06-13"], False),
        (["06/05/2024", "06/13/2024"], ["2024-06-05", "2024-06-13"], True),
        (["05/06/2024", "13/06/2024", "06/14/2024"], ["2024-06-05", "2024-06-13", None], False),
        (["2024-06-13", "05/06/2024"], ["2024-06-13", "2024-06-05"], False),
    ],
)
def test_the_unambiguous_rows_of_a_file_decide(texts, expected, month_first):
    days, found = read_dates(pd.Series(texts, dtype="str"), HANOI)
    assert found is month_first
    assert [None if np.isnat(day) else str(day)[:10] for day in days] == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["65.3", "7"], [65.3, 7]),
        (["65,3", "7"], [65.3, 7]),
        (["1,234.5", "12"], [1234.5, 12]),
        (["1.234,5", "12"], [1234.5, 12]),
        (["1,234,567", "12,345"], [1234567, 12345]),
        (["1.234.567", "12.345"], [1234567, 12345]),
        (["12.345", "65.3"], [12.345, 65.3]),
        (["12.345"], [12.345]),
        (["12,345"], [12345]),
        (["1 234 567", "12"], [1234567, 12]),
        (["1\u00a0234\u00a0567"], [1234567]),
        (["1.5M", "20K"], [1.5e6, 2e4]),
        (["$12.5"], [12.5]),
        (["1e3", "-4.", ".5", "+2"], [1000, -4, 0.5, 2]),
        (["", "-", "NaN", "n/a", "null"], [np.nan] * 5),
    ],
)
def test_numbers(cells, expected):
    values, readable = read_numbers({"close": pd.Series(cells, dtype="str")})["close"]
    assert readable.all()
    np.testing.assert_allclose(values, expected)


@pytest.mark.parametrize(
    "cell",
    ["abc", "12a", "1_000", "0x1F", "inf", "1e999", "1 2", "12;5", "--5", "１２x", "1,23,4.5"],
)
def test_what_is_no_number(cell):
    values, readable = read_numbers({"close": pd.Series([cell, "65.3"], dtype="str")})["close"]
    assert list(readable) == [False, True]
    assert np.isnan(values[0])


def test_a_column_without_evidence_follows_the_others():
    cells = {
        "close": pd.Series(["65.300"], dtype="str"),
        "volume": pd.Series(["1.234.567"], dtype="str"),
    }
    assert read_numbers(cells)["close"][0][0] == 65_300


def test_semicolons_go_with_decimal_commas():
    cells = {"close": pd.Series(["65,300"], dtype="str")}
    assert read_numbers(cells, semicolons=True)["close"][0][0] == 65.3
    assert read_numbers(cells)["close"][0][0] == 65_300


def test_shares_come_whole():
    assert read_numbers({"volume": pd.Series(["123.456"], dtype="str")})["volume"][0][0] == 123_456


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding):
    text = "Mã,Ngày,Đóng cửa\nVNM,2024-06-28,65.3\n"
    assert decode(text.encode(encoding)) == text


def test_vietnamese_windows():
    text = "Ngày,Đóng\n"
    assert decode(text.encode("cp1258")) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04" + b"\0" * 50, "Excel workbook or zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50, "old Excel workbook"),
        (b"\x1f\x8b\x08" + b"\1" * 50, "gzip"),
        (bytes(range(256)) * 10, "not text"),
        (b"\x01\x02\x03\x04" * 50, "not text"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "not text"),
    ],
)
def test_what_is_no_text_is_named(data, reason):
    with pytest.raises(UserError, match=reason):
        decode(data)


def test_names_are_cleaned():
    assert clean_text("  Công ty\n\x1b[31m  Sữa \u202e") == "Công ty [31m Sữa"
    assert len(clean_text("x" * 10_000)) == 200
    assert clean_text("\x00\x01") is None
    assert clean_text(None) is None
    assert clean_text(float("nan")) is None
