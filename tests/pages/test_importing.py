"""The import form's report: what is said, and what is offered next."""

import pytest

from core.language import using
from core.market.quality.record import findings
from core.market.store import BarStore
from tests.core.market.bars import CSV_HEADER, csv_lines
from tests.pages.conftest import words
from tests.pages.spoken import left_in_english

GOOD = CSV_HEADER + csv_lines("AAA", 30)


@pytest.fixture
def bring(show, data_dir):
    """Import one file through the form."""

    def run(content, name="prices.csv"):
        at = show("data", market="VN", part="import")
        at.file_uploader[0].upload(name, content.encode(), "text/csv")
        (button,) = [b for b in at.button if b.label == "Import"]
        at = button.click().run()
        assert not at.exception
        return at

    return run


def links(at):
    return [link.label for link in at.get("page_link")]


def test_new_prices_lead_to_training(bring):
    at = bring(GOOD)
    assert {m.label: m.value for m in at.metric}["Rows added"] == "30"
    assert "Train on them" in links(at)


def test_where_nothing_new_was_taken_no_training_is_offered(bring):
    bring(GOOD)
    assert "Train on them" not in links(bring(GOOD))


def test_an_empty_file_is_said_to_be_one_once(bring):
    at = bring("")
    assert words(at).count("it is empty") == 1
    assert len(at.metric) == 0
    assert len(at.dataframe) == 0


def test_refused_rows_are_listed_with_line_and_reason(bring):
    at = bring(GOOD + "AAA,2024-06-03,20,21,19,-20,1000\n")
    (table,) = (frame.value for frame in at.dataframe)
    assert table["line"].tolist() == [32]
    assert "close is -20" in table["reason"].iat[0]


def test_a_vietnamese_reader_is_told_in_vietnamese_why_rows_are_refused(show, bring, data_dir):
    bring(GOOD)
    at = show("data", market="VN", part="import", lang="vi")
    bad = GOOD + "AAA,2024-06-03,20,21,19,-20,1000\n"
    at.file_uploader[0].upload("prices.csv", bad.encode(), "text/csv")
    (button,) = [b for b in at.button if b.label == "Nhập dữ liệu"]
    with using("vi"):  # the tester words the options of the form itself
        at = button.click().run()
    assert not at.exception
    assert at.dataframe[0].value["reason"].tolist() == ["giá đóng cửa là -20, giá phải dương"]
    assert left_in_english(at, ["pages/parts/importing.py", "core/market/importer.py"]) == []
    found = findings(BarStore(data_dir), "VN", "AAA")["detail"]
    assert "Close is -20, a price must be positive." in found.tolist()
