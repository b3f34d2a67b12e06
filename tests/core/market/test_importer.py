import gzip
import io
import zipfile
from datetime import timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.errors import UserError
from core.market.calendar import today
from core.market.import_report import NothingImported
from core.market.importer import import_files
from core.market.quality.record import findings, flagged
from core.market.sample import ensure_sample
from core.market.store import BarStore
from core.settings import settings
from tests.core.market.bars import CSV_HEADER, csv_lines, make_bars

GOOD = "VNM,2024-06-28,65,66,64,65.5,1000\n"


@pytest.fixture
def load(store, tmp_path):
    """Write a file and import it."""

    def run(content, name="prices.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        options.setdefault("market", "VN")
        return import_files([path], store=store, **options)

    return run


def test_a_file_comes_in(load, store):
    report = load(CSV_HEADER + GOOD)
    assert (report.rows_added, report.rows_replaced, report.rows_unchanged) == (1, 0, 0)
    assert report.symbols == ["VNM"]
    assert report.refused == []
    bar = store.bars("VN", "VNM").iloc[0]
    assert bar[["open", "high", "low", "close", "volume"]].tolist() == [65, 66, 64, 65.5, 1000]
    assert np.isnan(bar["raw_close"])
    assert store.symbols()["source"].tolist() == ["file"]


def test_merging_counts_added_replaced_and_unchanged(load, store):
    load(CSV_HEADER + csv_lines("VNM", 5))
    other = csv_lines("VNM", 7).replace("1002", "999")
    report = load(CSV_HEADER + other)
    assert (report.rows_added, report.rows_replaced, report.rows_unchanged) == (2, 1, 4)
    bars = store.bars("VN", "VNM")
    assert len(bars) == 7
    assert bars["volume"].tolist() == [1000, 1001, 999, 1003, 1004, 1005, 1006]


def test_an_older_file_keeps_what_is_newer(load, store):
    load(CSV_HEADER + csv_lines("VNM", 5, "2024-03-01"))
    load(CSV_HEADER + csv_lines("VNM", 5, "2024-01-02"))
    assert len(store.bars("VN", "VNM")) == 10


def test_the_same_file_again_changes_nothing(load, store):
    load(CSV_HEADER + csv_lines("VNM", 5))
    before = store.revision()
    report = load(CSV_HEADER + csv_lines("VNM", 5))
    assert report.rows_unchanged == 5
    assert store.revision() == before


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_vietnamese_export(load, store, separator, encoding):
    rows = [
        ["Mã", "Ngày", "Mở cửa", "Cao nhất", "Thấp nhất", "Đóng cửa", "Khối lượng"],
        ["vnm", "28/06/2024", '"65,0"', '"66,25"', '"64,5"', '"65,5"', "1.234.567"],
        ["vnm", "05/06/2024", '"60,0"', '"61,0"', '"59,5"', '"60,5"', "987.654"],
    ]
    text = "\r\n".join(separator.join(row) for row in rows)
    load(text.encode(encoding))
    bars = store.bars("VN", "VNM")
    assert bars["date"].tolist() == [pd.Timestamp("2024-06-05"), pd.Timestamp("2024-06-28")]
    assert bars["high"].tolist() == [61, 66.25]
    assert bars["volume"].tolist() == [987_654, 1_234_567]


def test_a_file_without_a_symbol_column_is_named_by_its_symbol(load, store):
    load("date,open,high,low,close,volume\n2024-06-28,65,66,64,65.5,1000\n", "vnm.csv")
    assert store.symbols()["symbol"].tolist() == ["VNM"]
    with pytest.raises(NothingImported, match=r"no column symbol.*name it like VNM.csv"):
        load("date,open,high,low,close,volume\n2024-06-28,1,1,1,1,1\n", "my prices.csv")


def test_titles_above_and_extra_columns_are_left_out(load):
    text = "Lịch sử giá\n\nnote,symbol,date,open,high,low,close,volume,\n"
    assert load(text + "x,VNM,2024-06-28,65,66,64,65.5,1000,\n").rows_added == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("VNM,never,65,66,64,65.5,1000", "the date 'never' is unreadable"),
        ("VNM,30/02/2024,65,66,64,65.5,1000", "the date '30/02/2024' is unreadable"),
        ("VNM,2199-01-04,65,66,64,65.5,1000", "the date 2199-01-04 is in the future"),
        ("VNM,2024-06-27,abc,66,64,65.5,1000", "open 'abc' is not a usable number"),
        ("VNM,2024-06-27,inf,66,64,65.5,1000", "open 'inf' is not a usable number"),
        ("VNM,2024-06-27,65,66,64,1e300,1000", "close '1e300' is not a usable number"),
        ("VNM,2024-06-27,65,66,64,,1000", "close is missing"),
        ("VNM,2024-06-27,65,66,64,65,", "volume is missing"),
        ("VNM,2024-06-27,65,66,0,65,1000", "low is 0, a price must be positive"),
        ("VNM,2024-06-27,65,66,-64,65,1000", "low is -64, a price must be positive"),
        ("VNM,2024-06-27,65,64,66,65,1000", "low 66 is above high 64"),
        ("VNM,2024-06-27,67,66,64,65,1000", "open 67 is outside low 64 to high 66"),
        ("VNM,2024-06-27,65,66,64,63.6,1000", "close 63.6 is outside low 64 to high 66"),
        ("VNM,2024-06-27,65,66,64,65,-1", "volume is negative (-1)"),
        ("../etc,2024-06-27,65,66,64,65,1", "'../etc' is not a symbol"),
        (",2024-06-27,65,66,64,65,1", "the symbol is missing"),
        ("VNM,2024-06-28,65,66,64,65.4,1000", "VNM on 2024-06-28 is already on line 2"),
        ("VNM,2024-06-27,65,66,64,65", "it has 6 cells and the header has 7"),
        ("VNM,2024-06-27,65,66,64,65,1,000", "it has 8 cells and the header has 7"),
        ('VNM,2024-06-27,65,66,64,65,"1', "a quotation mark is not closed"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(load, store, row, reason):
    report = load(CSV_HEADER + GOOD + "\n" + row + "\n")
    assert report.rows_added == 1
    assert report.refused_total == 1
    refusal = report.refused[0]
    assert (refusal.file, refusal.line) == ("prices.csv", 4)
    assert reason in refusal.reason
    assert store.bars("VN", "VNM")["close"].tolist() == [65.5]


def test_tomorrow_is_refused_and_today_is_taken(load, store):
    day = today("VN")
    rows = "".join(
        GOOD.replace("2024-06-28", str((day + timedelta(days=n)).date())) for n in (0, 1)
    )
    report = load(CSV_HEADER + rows)
    assert report.rows_added == report.refused_total == 1
    assert store.symbols()["last"][0] == day


def test_float_noise_is_no_contradiction(load):
    assert load(CSV_HEADER + "VNM,2024-06-28,65,65.3,64,65.3000001,1000\n").refused == []


def test_the_same_row_twice_is_taken_once(load):
    report = load(CSV_HEADER + GOOD + GOOD)
    assert (report.rows_added, report.rows_unchanged, report.refused_total) == (1, 1, 0)


def test_an_open_quotation_mark_costs_no_row_silently(load):
    rows = csv_lines("VNM", 6).splitlines()
    rows[2] = '"' + rows[2]
    report = load(CSV_HEADER + "\n".join(rows) + "\n")
    assert report.rows_added == 2
    assert [refusal.line for refusal in report.refused] == [4, 5, 6, 7]


def test_refusals_beyond_the_cap_are_counted(load):
    report = load(CSV_HEADER + GOOD + "VNM,never,1,1,1,1,1\n" * 1500)
    assert len(report.refused) == 1000
    assert report.refused_total == 1500


def test_prices_in_vnd_are_refused_with_the_remedy(load, store):
    text = CSV_HEADER + GOOD + "ACB,2024-06-28,24100,24500,24000,24200,1000\n"
    report = load(text)
    assert report.symbols == ["VNM"]
    assert report.refused_total == 1
    assert "looks like VND" in report.refused[0].reason
    assert "divide" in report.refused[0].reason
    assert load(text, market="US", name="us.csv").refused == []


def test_an_index_may_stand_above_the_vnd_guard_and_lack_volume(load, store):
    text = "symbol,date,open,high,low,close\nVNINDEX,2024-06-28,9000,9100,8900,9050\n"
    load(text, kind="index")
    assert store.symbols().empty
    assert store.symbols(kind="index")["symbol"].tolist() == ["VNINDEX"]


def test_a_stored_index_does_not_become_a_stock(load, store):
    load(CSV_HEADER + GOOD.replace("VNM", "VN30"), kind="index")
    with pytest.raises(NothingImported, match="VN30 is stored as an index; import it with --index"):
        load(CSV_HEADER + GOOD.replace("VNM", "VN30"))
    assert store.symbols().empty


def test_a_stock_that_is_an_index_can_be_mended(load, store):
    load(CSV_HEADER + GOOD.replace("VNM", "VN30"))
    report = load(CSV_HEADER + GOOD.replace("VNM", "VN30"), kind="index")
    assert "is an index from now on" in report.notes[0]
    assert store.symbols().empty


def test_prices_are_adjusted_where_the_file_says_how(load, store):
    text = "symbol,date,open,high,low,close,volume,adj_close\n"
    load(text + "VNM,2024-06-27,60,68,56,64,10,32\nVNM,2024-06-28,60,68,56,64,10,64\n")
    bars = store.bars("VN", "VNM")
    assert bars.loc[0, ["open", "high", "low", "close", "raw_close"]].tolist() == [
        *(30, 34, 28, 32),
        64,
    ]
    assert bars.loc[1, ["open", "close", "raw_close"]].tolist() == [60, 64, 64]


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
def test_traded_value_is_brought_into_the_price_unit(load, store, unit):
    bars = make_bars(30)
    table = bars.assign(symbol="VNM", value=bars["close"] * bars["volume"] * 1000 / unit)
    load(table.drop(columns="raw_close").to_csv(index=False))
    stored = store.bars("VN", "VNM")
    np.testing.assert_allclose(stored["value"], stored["close"] * stored["volume"])


def test_a_traded_value_in_no_unit_is_left_out(load, store):
    bars = make_bars(30)
    table = bars.assign(symbol="VNM", value=bars["close"] * bars["volume"] * 30)
    report = load(table.drop(columns="raw_close").to_csv(index=False))
    assert "do not fit close x volume" in report.notes[0]
    assert store.bars("VN", "VNM")["value"].isna().all()


def test_a_file_replaces_the_samples_history_whole(load, store):
    ensure_sample(store)
    report = load(CSV_HEADER + csv_lines("IBM", 5), market="US")
    assert "IBM: the sample's prices were replaced whole" in report.notes[0]
    assert len(store.bars("US", "IBM")) == 5
    assert store.symbols("US").set_index("symbol")["source"]["IBM"] == "file"
    assert store.symbols("US").set_index("symbol")["source"]["AAPL"] == "sample"


def scaled(bars, factor, days=slice(None)):
    bars = bars.copy()
    bars.loc[bars.index[days], ["open", "high", "low", "close"]] *= factor
    return bars.assign(symbol="VNM").drop(columns=["value", "raw_close"]).to_csv(index=False)


def test_a_part_on_another_basis_is_refused_row_by_row(load, store):
    load(CSV_HEADER + csv_lines("VNM", 9))
    before = store.bars("VN", "VNM")
    with pytest.raises(NothingImported) as caught:
        load(scaled(make_bars(12).iloc[5:], 0.9))
    report = caught.value.report
    assert (report.refused_total, report.left_standing) == (7, 4)
    assert [refusal.line for refusal in report.refused] == list(range(2, 9))
    assert "0.900 times the stored ones" in report.refused[0].reason
    assert "the stored bar stays" in report.refused[0].reason
    assert "would follow a jump" in report.refused[-1].reason
    assert "Import its whole history" in report.notes[-1]
    assert report.symbols == []
    pd.testing.assert_frame_equal(store.bars("VN", "VNM"), before)


def test_another_basis_costs_the_other_stocks_of_a_file_nothing(load, store):
    load(CSV_HEADER + csv_lines("VNM", 9))
    other = make_bars(9).assign(symbol="ACB").drop(columns=["value", "raw_close"])
    report = load(scaled(make_bars(9).iloc[5:], 0.9) + other.to_csv(index=False, header=False))
    assert report.symbols == ["ACB"]
    assert (report.rows_added, report.refused_total, report.left_standing) == (9, 4, 4)
    assert "4 rows were refused for days whose stored bars stay" in report.notes[-1]


def test_a_whole_history_on_another_basis_takes_the_place_of_the_stored_one(load, store):
    load(CSV_HEADER + csv_lines("VNM", 30))
    lacking = make_bars(32).drop(index=12)
    report = load(scaled(lacking, 0.9))
    assert (report.rows_added, report.refused_total) == (2, 0)
    assert "as it brings the whole history" in report.notes[0]
    expected = 0.9 * make_bars(32)["close"]
    np.testing.assert_allclose(store.bars("VN", "VNM")["close"], expected)
    assert findings(store, "VN", "VNM").query("rule == 'replaced'").empty


def test_a_corrected_day_is_taken_and_flagged(load, store):
    load(CSV_HEADER + csv_lines("VNM", 9))
    day = store.bars("VN", "VNM").iloc[6]
    row = f"VNM,{day['date']:%Y-%m-%d},21,21.9,20,21.8,100\n"
    report = load(CSV_HEADER + row)
    assert (report.rows_replaced, report.refused_total) == (1, 0)
    assert "1 day that was stored otherwise" in report.notes[0]
    told = findings(store, "VN", "VNM").query("rule == 'replaced'")
    assert told["first"].tolist() == [day["date"]]
    assert told["recent"].tolist() == [True]
    assert "Close 21.20 became 21.80, open 21.20 became 21.00" in told["detail"].iat[0]
    assert "volume 1,006 became 100" in told["detail"].iat[0]
    assert flagged(store.data_dir, "VN")["VNM"] == ["Replaced by an import"]
    load(CSV_HEADER + row)
    assert flagged(store.data_dir, "VN") == {}


def test_a_refused_row_of_a_stored_day_is_counted_and_no_finding_of_the_series(load, store):
    load(CSV_HEADER + csv_lines("VNM", 9))
    last = store.bars("VN", "VNM")["date"].iloc[-1]
    report = load(CSV_HEADER + f"VNM,{last:%Y-%m-%d},21,21,21,-1,5\n" + csv_lines("VNM", 8))
    assert (report.refused_total, report.left_standing) == (1, 1)
    assert "close is -1" in report.refused[0].reason
    assert "1 row was refused for a day whose stored bar stays" in report.notes[-1]
    assert findings(store, "VN", "VNM").empty
    assert flagged(store.data_dir, "VN") == {}


def test_damaged_prices_are_mended_by_importing_again(load, store):
    load(CSV_HEADER + csv_lines("VNM", 5))
    next((store.data_dir / "bars" / "VN").glob("VNM.*")).write_bytes(b"nonsense")
    report = load(CSV_HEADER + csv_lines("VNM", 5))
    assert "were damaged" in report.notes[0]
    assert len(store.bars("VN", "VNM")) == 5


def test_several_files_and_the_later_wins(store, tmp_path):
    (tmp_path / "a.csv").write_text(CSV_HEADER + csv_lines("VNM", 5))
    (tmp_path / "b.csv").write_text(CSV_HEADER + csv_lines("VNM", 1).replace("1000", "7"))
    (tmp_path / "c.csv").write_text("nonsense")
    paths = [tmp_path / f"{name}.csv" for name in "abcd"]
    told = []
    report = import_files(paths, market="VN", store=store, progress=lambda *said: told.append(said))
    assert (report.rows_added, report.rows_replaced) == (5, 1)
    assert store.bars("VN", "VNM")["volume"][0] == 7
    assert [file.file for file in report.unread] == ["c.csv", "d.csv"]
    assert (report.refused, report.refused_total) == ([], 0)
    assert told[0] == (0.0, "reading a.csv")
    assert told[-1] == (1.0, "done")


def zipped(size):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("prices.csv", b"0" * size)
    return memory.getvalue()


def parquet(table, **options):
    memory = io.BytesIO()
    pq.write_table(table, memory, **options)
    return memory.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"\n\n\n", "no table of the columns"),
        (CSV_HEADER, "no row of prices"),
        ("hello world\n", "no table of the columns"),
        ("symbol,date,close\nVNM,2024-06-28,65\n", "columns high, low, open, volume cannot"),
        ("VNM,2024-06-28,65,66,64,65.5,1000\n", "no table of the columns"),
        (zipped(10_000_000), "Excel workbook or zip archive"),
        (gzip.compress(CSV_HEADER.encode(), mtime=0), "gzip"),
        (np.random.default_rng(0).bytes(4096), "not text"),
        (b"PAR1" + b"\0" * 100, "begins like a Parquet file but is damaged"),
        (parquet(pa.table({"a": [1]})), "cannot be found"),
        (CSV_HEADER + "x" * 200_000 + "\n", "cannot be read as cells"),
        (CSV_HEADER.replace("open", "close"), "two columns are named close"),
    ],
)
def test_a_file_of_nonsense_gets_one_sentence_and_changes_nothing(load, store, content, reason):
    load(CSV_HEADER + csv_lines("VNM", 5))
    before = store.revision()
    with pytest.raises(NothingImported, match=reason) as caught:
        load(content)
    assert str(caught.value).startswith("prices.csv: ")
    assert len(str(caught.value)) < 250
    assert store.revision() == before
    assert len(store.bars("VN", "VNM")) == 5


def test_a_file_that_does_not_exist(store, tmp_path):
    with pytest.raises(UserError, match=r"gone.csv: there is no such file"):
        import_files([tmp_path / "gone.csv"], market="VN", store=store)
    with pytest.raises(UserError, match="it is a folder"):
        import_files([tmp_path], market="VN", store=store)


def test_a_file_above_the_limit_is_not_read(load, monkeypatch):
    monkeypatch.setenv("WEEKLENS_MAX_UPLOAD_MB", "1")
    settings.cache_clear()
    with pytest.raises(UserError, match="2 MB and the limit is 1"):
        load(CSV_HEADER + GOOD + " " * (2**20))


def test_all_rows_refused_says_how_many_and_the_first(load):
    with pytest.raises(
        NothingImported, match=r"2 refusals; the first: prices\.csv, line 2"
    ) as caught:
        load(CSV_HEADER + "VNM,never,1,1,1,1,1\n" * 2)
    assert caught.value.report.refused_total == 2


def prices_table(**columns):
    table = {
        "symbol": pa.array(["VNM", "VNM"]),
        "date": pa.array(pd.to_datetime(["2024-06-27", "2024-06-28"])),
        **{name: pa.array([65.0, 65.5]) for name in ("open", "high", "low", "close")},
        "volume": pa.array([1000, 2000]),
    }
    return pa.table(table | columns)


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"date": pa.array(["27/06/2024", "28/06/2024"])},
        {"date": pa.array([20240627, 20240628])},
        {"date": pa.array([20240627.0, 20240628.0])},
        {"date": pa.array([19901, 19902], pa.int32()).cast(pa.date32())},
        {"date": pa.array([1719471600, 1719558000], pa.timestamp("s", "Asia/Ho_Chi_Minh"))},
        {"date": pa.array([1719446400, 1719532800], pa.timestamp("s", "UTC"))},
        {"date": pa.array(["2024-06-27T07:00:00+07:00", "2024-06-28"]).dictionary_encode()},
        {"symbol": pa.array(["VNM", "VNM"]).dictionary_encode()},
        {"close": pa.array([65.0, 65.5], pa.float32())},
        {"close": pa.array(["65.0", "65.5"])},
        {"volume": pa.array([1000.0, 2000.0])},
    ],
)
def test_parquet_types(load, store, columns):
    report = load(parquet(prices_table(**columns)), "prices.parquet")
    assert report.refused == []
    bars = store.bars("VN", "VNM")
    assert bars["date"].tolist() == [pd.Timestamp("2024-06-27"), pd.Timestamp("2024-06-28")]
    assert bars["close"].tolist() == [65.0, 65.5]
    assert bars["volume"].tolist() == [1000, 2000]


def test_missing_values_in_parquet_are_refused_by_row(load):
    table = prices_table(
        close=pa.array([None, 65.5]),
        symbol=pa.array([None, "VNM"]),
        date=pa.array([None, 20240628]),
    )
    report = load(parquet(table), "prices.parquet")
    assert report.rows_added == 1
    assert report.refused[0].line == 1


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (prices_table(close=pa.array([[1.0], [2.0]])), "its column close holds list"),
        (prices_table(symbol=pa.array([b"\xff", b"\xfe"])), "holds binary"),
        (prices_table(symbol=pa.array(["x" * 20_000] * 2)), "more than 10,000 characters"),
    ],
)
def test_parquet_of_odd_types_is_refused(load, table, reason):
    with pytest.raises(NothingImported, match=reason):
        load(parquet(table), "prices.parquet")


def test_a_parquet_bomb_is_refused_unread(load):
    rows = 10_000_001
    flat = {name: np.ones(rows, dtype="int8") for name in ("open", "high", "low", "close")}
    table = pa.table({**flat, "volume": flat["open"], "date": np.zeros(rows, dtype="int8")})
    with pytest.raises(NothingImported, match="unpacks to more than"):
        load(parquet(table, compression="zstd"), "VNM.parquet")


def test_a_listing_comes_in_cleaned(load, store, tmp_path):
    listing = tmp_path / "listing.csv"
    listing.write_text(
        "symbol,name,name_vi,sector,listing_date,unknown\n"
        f'VNM,"Vina\x1bmilk",Sữa Việt Nam,{"x" * 5000},19/01/2006,1\n'
        "../x,Evil,,,,\nVNM,Again,,,,\n",
        encoding="utf-8",
    )
    report = load(CSV_HEADER + GOOD, listing=listing)
    assert report.listed == 1
    assert [refusal.line for refusal in report.refused] == [3, 4]
    row = store.symbols().iloc[0]
    assert row["name"] == "Vinamilk"
    assert row["name_vi"] == "Sữa Việt Nam"
    assert len(row["sector"]) == 200
    assert row["listing_date"] == pd.Timestamp("2006-01-19")
    assert pd.isna(row["industry"])


def test_a_listing_alone(store, tmp_path):
    listing = tmp_path / "listing.csv"
    listing.write_text("Mã;Tên;Sàn\nVNM;Vinamilk;HOSE\n", encoding="utf-8")
    assert import_files([], market="VN", store=store, listing=listing).listed == 1


def test_a_listing_of_nonsense_stops_the_import(load, store, tmp_path):
    listing = tmp_path / "listing.csv"
    listing.write_bytes(b"\0\1\2" * 100)
    with pytest.raises(UserError, match=r"The listing listing.csv was not read: it is not text"):
        load(CSV_HEADER + GOOD, listing=listing)
    assert store.symbols().empty


CELLS = st.one_of(
    st.sampled_from(["VNM", "2024-06-28", "01/02/2024", "65.3", "1,5", '"', "", "-1", "\r", "\0"]),
    st.text(max_size=8),
)
ROWS = st.lists(st.lists(CELLS, max_size=9).map(",".join), max_size=8).map("\n".join)


@given(body=ROWS)
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_text_crashes_the_import_or_loses_a_bar(tmp_path_factory, data_dir, body):
    folder = tmp_path_factory.mktemp("fuzz")
    store = BarStore(folder / "data")
    held = make_bars(5, level=50.0)
    store.write("VN", {"VNM": held}, source="file")
    path = folder / "prices.csv"
    path.write_bytes((CSV_HEADER + body).encode("utf-8", "surrogatepass"))
    try:
        report = import_files([path], market="VN", store=store)
    except UserError:
        pd.testing.assert_frame_equal(store.bars("VN", "VNM"), held)
    else:
        assert report.rows_taken > 0
        assert held["date"].isin(store.bars("VN", "VNM")["date"]).all()


@given(content=st.binary(max_size=400))
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_bytes_crash_the_import(tmp_path_factory, data_dir, content):
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "VNM.csv").write_bytes(content)
    with pytest.raises(UserError):
        import_files([folder / "VNM.csv"], market="VN", store=BarStore(folder / "data"))


def test_the_real_vietnamese_files(store, vn_data):
    report = import_files(
        [vn_data / "daily.parquet"], market="VN", store=store, listing=vn_data / "listing.csv"
    )
    assert report.rows_added == 297_606
    assert report.refused_total == 0
    assert (len(report.symbols), report.listed) == (150, 150)
    import_files([vn_data / "indices.parquet"], market="VN", store=store, kind="index")
    table = store.symbols()
    assert len(table) == 150
    assert table["rows"].sum() == 297_606
    assert table["name"].notna().all()
    assert len(store.sessions("VN")) == 2367


def test_uncleaned_vietnamese_prices_are_repaired_or_refused_where_they_contradict(store, vn_data):
    report = import_files([vn_data / "raw_unadjusted.parquet"], market="VN", store=store)
    source = pd.read_parquet(vn_data / "raw_unadjusted.parquet")
    bad = (
        (source["low"] > source["high"])
        | (source[["open", "close"]].max(axis=1) > source["high"])
        | (source[["open", "close"]].min(axis=1) < source["low"])
    )
    refused = [refusal.line for refusal in report.refused]
    repaired = [repair.line for repair in report.repaired]
    assert refused
    assert repaired
    assert sorted(refused + repaired) == (np.flatnonzero(bad) + 1).tolist()
    last = store.bars("VN", "VNM").iloc[-1]
    assert last["value"] == pytest.approx(last["raw_close"] * last["volume"], rel=0.05)
