"""Files that mean harm, or were made by a tired hand, into a store that holds prices."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core.errors import UserError
from core.market.importer import import_files
from core.market.schema import BARS
from core.market.store import BarStore
from core.settings import settings
from tests.core.market.bars import make_bars

DATES = st.sampled_from(
    [
        *("2024-01-05", "05/01/2024", "20240105", "2024-13-45", "31/02/2024", "1899-01-01"),
        *("2999-01-01", "yesterday", "", "45296", "2024-01-05T10:00:00+07:00", "0000-00-00"),
    ]
)
NUMBERS = st.one_of(
    st.sampled_from(
        [
            *("10", "10.5", "1.234,5", "1,234.5", "-3", "0", "1e308", "1e999", "nan", "inf"),
            *("", "abc", "=1+1", "10 %", "١٠", "$12", "12K", "0x10", "--1", "1.2.3"),
        ]
    ),
    st.floats(0.01, 1000).map(lambda value: f"{value:.2f}"),
)
SYMBOLS = st.sampled_from(
    ["VNM", "vnm", " ACB ", "../../x", "", "<script>", "A" * 40, "\u202eVNM", "CON", "🦄", "^X"]
)
HEADERS = st.sampled_from(
    [
        "symbol,date,open,high,low,close,volume",
        "Mã;Ngày;Mở cửa;Cao nhất;Thấp nhất;Đóng cửa;Khối lượng",
        "ticker\tdate\topen\thigh\tlow\tclose\tvol",
        "symbol,date,open,high,low,close,close",
        "date,open,high,low,close,volume",
        "symbol|date|price",
        "",
    ]
)
CODECS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1258", "latin-1"])


@st.composite
def tables(draw):
    """Text laid out as a table of prices, with cells of every kind."""
    header = draw(HEADERS)
    mark = next((sign for sign in ";\t|," if sign in header), ",")
    lines = [header]
    for _ in range(draw(st.integers(0, 8))):
        cells = [draw(SYMBOLS), draw(DATES), *(draw(NUMBERS) for _ in range(5))]
        line = mark.join(cells[: draw(st.integers(1, 7))] if draw(st.booleans()) else cells)
        lines.append(draw(st.sampled_from([line, line, line + '"', "\x00" + line, ""])))
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)
    return text.encode(draw(CODECS), "replace")


FILES = st.one_of(
    tables(),
    st.binary(max_size=400),
    st.binary(max_size=60).map(lambda body: b"PAR1" + body + b"PAR1"),
)
FRESH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
def kept(store):
    """A store with the prices of one stock."""
    store.write("VN", {"VNM": make_bars(30)}, source="file")
    return store


def hold(store, tmp_path, content, name, kind):
    """No crash, no lost bar, every refusal explained."""
    before = store.bars("VN", "VNM")
    path = tmp_path / name
    path.write_bytes(content)
    try:
        report = import_files([path], market="VN", store=store, kind=kind)
        sentence = "It was read."
    except UserError as error:
        report, sentence = getattr(error, "report", None), str(error)
    assert len(sentence) > 10
    if report is not None:
        assert len(report.refused) == min(report.refused_total, 1000)
        assert all(refusal.reason.strip() for refusal in report.refused)
    after = BarStore(settings().data_dir).panel("VN", kind="stock")
    after |= store.panel("VN", kind="index")
    assert set(before["date"]) <= set(after["VNM"]["date"])
    for bars in after.values():
        BARS.validate(bars)


NAMES = st.sampled_from(["VNM.csv", "prices.csv", "..csv", "x.parquet", "a b;c.txt"])
KINDS = st.sampled_from(["stock", "stock", "index"])


@given(FILES, NAMES, KINDS)
@examples(max_examples=60, deadline=None, suppress_health_check=FRESH)
def test_a_hostile_file_never_crashes_and_never_loses_a_bar(kept, tmp_path, content, name, kind):
    hold(kept, tmp_path, content, name, kind)


@pytest.mark.long
@given(FILES, NAMES, KINDS)
@examples(max_examples=1000, deadline=None, suppress_health_check=FRESH)
def test_a_thousand_hostile_files(kept, tmp_path, content, name, kind):
    hold(kept, tmp_path, content, name, kind)
