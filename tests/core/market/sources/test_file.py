from datetime import date

import pytest

from core.errors import UserError
from core.market.sources.base import SourceError
from core.market.sources.file import FileSource
from core.market.sources.registry import check_source, open_source
from core.market.sources.sample import SampleSource
from core.settings import settings
from tests.core.market.bars import CSV_HEADER, csv_lines

RANGE = (date(2024, 1, 1), date(2024, 12, 31))


@pytest.fixture
def inbox(data_dir):
    folder = data_dir / "inbox" / "VN"
    folder.mkdir(parents=True)
    return folder


def test_a_file_of_several_and_a_file_of_one_are_read(inbox, data_dir):
    (inbox / "all.csv").write_text(CSV_HEADER + csv_lines("VNM", 5) + csv_lines("ACB", 7))
    alone = csv_lines("FPT", 9).replace("FPT,", "")
    (inbox / "FPT.csv").write_text(CSV_HEADER.replace("symbol,", "") + alone)
    source = FileSource(data_dir)
    lengths = {s: len(source.bars("VN", s, "stock", *RANGE)) for s in ("VNM", "ACB", "FPT")}
    assert lengths == {"VNM": 5, "ACB": 7, "FPT": 9}
    assert source.listing("VN").names["symbol"].tolist() == ["ACB", "FPT", "VNM"]


def test_only_the_asked_days_come(inbox, data_dir):
    (inbox / "all.csv").write_text(CSV_HEADER + csv_lines("VNM", 30))
    bars = FileSource(data_dir).bars("VN", "VNM", "stock", date(2024, 1, 5), date(2024, 1, 9))
    assert [str(day.date()) for day in bars["date"]] == ["2024-01-05", "2024-01-08", "2024-01-09"]


def test_a_file_of_nonsense_does_not_hide_the_others(inbox, data_dir):
    (inbox / "a.csv").write_text("nonsense\n" * 100)
    (inbox / "b.csv").write_text(CSV_HEADER + csv_lines("VNM", 5))
    (inbox / "c.jpg").write_bytes(b"\xff\xd8")
    assert len(FileSource(data_dir).bars("VN", "VNM", "stock", *RANGE)) == 5


def test_a_symbol_in_no_file_is_empty_and_a_missing_folder_says_what_to_do(inbox, data_dir):
    with pytest.raises(SourceError, match=r"No file in .* has prices of VNM") as error:
        FileSource(data_dir).bars("VN", "VNM", "stock", *RANGE)
    assert error.value.state == "empty"
    with pytest.raises(SourceError, match="make it and put price files there") as error:
        FileSource(data_dir).bars("US", "AAPL", "stock", *RANGE)
    assert error.value.state == "missing"


def test_the_folder_is_a_setting(data_dir, tmp_path, monkeypatch):
    monkeypatch.setenv("WEEKLENS_FILES_DIR", str(tmp_path / "elsewhere"))
    settings.cache_clear()
    assert FileSource(data_dir).folder == (tmp_path / "elsewhere").resolve()


def test_the_sample_is_a_source_that_never_changes(data_dir):
    sample = open_source("sample", data_dir)
    assert isinstance(sample, SampleSource)
    assert sample.promise.fixed
    bars = sample.bars("US", "IBM", "stock", date(2012, 1, 1), date(2012, 12, 31))
    assert len(bars) == 250
    with pytest.raises(SourceError, match="not in the sample"):
        sample.bars("US", "VNM", "stock", *RANGE)


def test_an_unknown_source_and_a_market_it_has_not_are_refused():
    with pytest.raises(UserError, match="There is no source 'bloomberg'; choose one of sample"):
        check_source("bloomberg")
    with pytest.raises(UserError, match="has no prices of the market VN"):
        check_source("sample", "VN")
