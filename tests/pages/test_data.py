"""The parts of the Data page, in their states."""

import pytest

from core.jobs.store import JobStore
from core.market.follows import Asked, follow, followed, note_asked
from tests.core.market.bars import make_bars
from tests.pages.conftest import words
from tests.pages.spoken import left_in_english


@pytest.fixture
def prices(store, data_dir):
    """Two stocks from a file."""
    store.write("VN", {"VNM": make_bars(), "ACB": make_bars()}, source="file")
    return data_dir


def press(at, label):
    next(button for button in at.button if button.label == label).click()
    return at.run()


def test_the_address_names_market_and_part(show, prices):
    at = show("data", market="US", part="calendar")
    assert not at.exception
    assert "No trading in United States" in words(at)


def test_a_market_without_prices_says_where_to_get_some(show, prices):
    text = words(show("data", market="US", part="prices"))
    assert "There are no prices of United States yet" in text


def test_an_unknown_part_in_the_address_shows_the_prices(show, prices):
    at = show("data", part="<b>x</b>")
    assert not at.exception
    assert len(at.dataframe[0].value) == 2


def test_the_table_tells_what_a_symbol_follows_and_how_asking_went(show, prices):
    follow(prices, "VN", ["VNM"], "yahoo")
    was = Asked("yahoo", "2024-06-28T12:00:00+00:00", "refused", "It was half as long.", 0)
    note_asked(prices, "VN", "VNM", was)
    table = show("data", part="prices").dataframe[0].value.set_index("symbol")
    assert table["follows"].to_dict() == {"VNM": "yahoo", "ACB": ""}
    assert table["state"].to_dict() == {"VNM": "refused", "ACB": "never asked"}
    assert table.loc["VNM", "message"] == "It was half as long."


def test_every_source_of_the_market_is_shown_with_its_state(show, prices):
    text = words(show("data", part="refresh"))
    assert "vnstock (Vietnamese brokers)** :gray-badge[not set up]" in text
    assert "Yahoo** :green-badge[ready]" in text
    assert "Put files into" in text


def test_vnstock_is_installed_only_after_its_licence_is_accepted(show, prices):
    at = show("data", part="refresh")
    assert "Its own licence, not an open-source one" in words(at)
    install = next(button for button in at.button if button.label == "Install")
    assert install.disabled
    next(box for box in at.checkbox if box.key == "vnstock_licence").check()
    press(at.run(), "Install")
    assert [job.kind for job in JobStore(prices).active()] == ["install_vnstock"]


def test_a_failed_installation_says_why_and_can_be_tried_again(show, prices):
    jobs = JobStore(prices)
    job, _ = jobs.submit("install_vnstock", {}, requested_by="tests")
    jobs.move(job.id, "failed", message="vnstock is not available: no network.")
    at = show("data", part="refresh")
    assert "vnstock is not available: no network." in words(at)
    assert any(button.label == "Install" for button in at.button)


def test_a_refresh_is_asked_for_and_not_twice(show, prices):
    at = show("data", part="refresh")
    next(box for box in at.selectbox if box.label == "Source").select("yahoo")
    at = press(at.run(), "Refresh")
    (job,) = JobStore(prices).active()
    assert (job.kind, job.params["symbols"]) == ("refresh", ["ACB", "VNM"])
    assert job.params["source"] == "yahoo"
    assert next(button for button in at.button if button.label == "Refresh").disabled


def test_named_symbols_are_read_from_the_field(show, prices):
    at = show("data", part="refresh")
    at.radio[0].set_value("named").run()
    at.text_input[0].set_value(" fpt, HPG;MWG ").run()
    press(at, "Refresh")
    (job,) = JobStore(prices).active()
    assert job.params["symbols"] == ["FPT", "HPG", "MWG"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Name at least one symbol first."), ("../../etc/passwd", "is not a symbol")],
)
def test_a_field_without_symbols_is_one_sentence(show, prices, text, said):
    at = show("data", part="refresh")
    at.radio[0].set_value("named").run()
    at.text_input[0].set_value(text).run()
    assert said in words(press(at, "Refresh"))
    assert JobStore(prices).active() == []


def test_the_last_refresh_gives_its_account(show, prices):
    jobs = JobStore(prices)
    job, _ = jobs.submit("refresh", {"market": "VN"}, requested_by="tests")
    row = {"symbol": "VNM", "source": "yahoo", "state": "refused", "added": 0, "changed": 0}
    row |= {"dropped": 0, "note": "The reply was not believed: <b>half</b>."}
    jobs.move(job.id, "done", message="Of 2 symbols 1 refused.", result={"symbols": [row]})
    at = show("data", part="refresh")
    assert "Of 2 symbols 1 refused." in words(at)
    assert at.dataframe[0].value["note"].tolist() == [row["note"]]


def test_a_running_refresh_shows_its_stage_and_a_way_to_end_it(show, prices):
    jobs = JobStore(prices)
    job, _ = jobs.submit("refresh", {"market": "VN"}, requested_by="tests")
    jobs.move(job.id, "running")
    press(show("data"), "Cancel")
    assert jobs.get(job.id).state == "cancelling"


def test_before_the_press_it_says_what_will_be_asked(show, prices):
    text = words(show("data", part="refresh"))
    assert "Asks for 4 symbols, 2 of them indices of the market: 4 for their whole" in text


def test_a_symbol_stops_following_on_a_click(show, prices):
    follow(prices, "VN", ["VNM", "ACB"], "yahoo")
    at = show("data", part="refresh")
    next(box for box in at.multiselect if box.key == "stop-VN").select("VNM")
    press(at.run(), "Stop")
    assert followed(prices, "VN") == {"ACB": "yahoo"}


def test_a_cancelled_refresh_shows_what_had_arrived(show, prices):
    jobs = JobStore(prices)
    job, _ = jobs.submit("refresh", {"market": "VN"}, requested_by="tests")
    jobs.move(job.id, "running")
    at = jobs.get(job.id).started
    note_asked(prices, "VN", "VNM", Asked("yahoo", at, "ok", "", 4))
    jobs.move(job.id, "cancelled", message="Cancelled.")
    table = show("data", part="refresh").dataframe[0].value
    assert table[["symbol", "state", "added"]].values.tolist() == [["VNM", "answered", 4]]


def test_disk_use_is_told_by_part(show, prices):
    at = show("data", part="storage")
    assert {"Prices", "Catalogue, jobs and forecasts"} <= set(at.dataframe[0].value["what"])


FILES = (
    *("pages/data.py", "pages/parts/calendar_editor.py", "pages/parts/importing.py"),
    *("pages/parts/prices.py", "pages/parts/sources.py", "pages/parts/export.py"),
    *("pages/parts/storage.py", "core/storage.py", "core/market/sources/state.py"),
    *("core/market/sources/vnstock.py", "core/market/sources/yahoo.py"),
    *("core/market/sources/sample.py", "core/market/sources/file.py"),
    *("core/market/refresh/request.py", "core/market/calendar.py", "core/market/schema.py"),
)


@pytest.mark.parametrize("part", ["prices", "refresh", "import", "calendar", "storage"])
def test_a_vietnamese_reader_finds_nothing_in_english(show, prices, part):
    follow(prices, "VN", ["VNM"], "yahoo")
    was = Asked("yahoo", "2024-06-28T12:00:00+00:00", "failed", "Yahoo does not answer.", 0)
    note_asked(prices, "VN", "VNM", was)
    at = show("data", market="VN", part=part, lang="vi")
    assert not at.exception
    assert at.title[0].value == "Dữ liệu"
    assert left_in_english(at, FILES) == []
    assert "Yahoo does not answer" not in words(at)


def test_what_a_source_said_is_told_in_vietnamese(show, prices):
    was = Asked("yahoo", "2024-06-28T12:00:00+00:00", "failed", "Yahoo does not answer.", 0)
    note_asked(prices, "VN", "VNM", was)
    table = show("data", part="prices", lang="vi").dataframe[0].value.set_index("symbol")
    assert table.loc["VNM", ["state", "message"]].tolist() == [
        "thất bại",
        "Yahoo không trả lời.",
    ]
