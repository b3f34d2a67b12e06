"""The dialog that shares a forecast, and the page that a link opens."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from core import forecasts, trail
from core.db import connect
from core.market.store import BarStore
from tests.core.trained import LAST_WEEK
from tests.pages.conftest import words


def record_of(data_dir, symbol):
    return forecasts.latest(data_dir, "VN").set_index("symbol").loc[symbol]


def shared(show, symbol="BBB"):
    at = show("stock", symbol=symbol)
    return at.button(key="share").click().run()


@pytest.fixture
def older(trained):
    """A forecast of BBB four weeks older than the one on show; its id."""
    with connect(trained) as db:
        columns = [row["name"] for row in db.execute("PRAGMA table_info(forecasts)")]
        row = dict(db.execute("SELECT * FROM forecasts WHERE symbol='BBB'").fetchone())
        row |= {"id": "an-older-one", "as_of": "2022-05-06", "target_date": "2022-06-03"}
        row |= {"call": "UP", "close": 25.0}
        marks = ", ".join("?" * len(columns))
        db.execute(
            f"INSERT INTO forecasts ({', '.join(columns)}) VALUES ({marks})",
            [row[name] for name in columns],
        )
    return "an-older-one"


def test_sharing_offers_a_picture_and_a_link(show, trained):
    at = shared(show)
    assert not at.exception
    assert len(at.get("image")) == 1
    assert "PNG" in [button.label for button in at.get("download_button")]
    link = urlsplit(at.code[0].value)
    assert link.path.endswith("/forecast")
    assert parse_qs(link.query) == {"id": [record_of(trained, "BBB")["id"]]}


def test_the_choices_change_the_picture(show, trained):
    at = shared(show)
    seen = {at.get("image")[0].value[0]}
    for key, value in (("size", "square"), ("theme", "dark"), ("language", "vi")):
        at.segmented_control(key=f"share_{key}").set_value(value)
        # The tester runs the whole page, which closes a dialog: open it anew.
        at.button(key="share").click().run()
        assert not at.exception
        seen.add(at.get("image")[0].value[0])
    assert len(seen) == 4


def test_a_stock_without_forecast_offers_no_picture(show, trained):
    at = show("stock", symbol="HALT")
    assert "share" not in [button.key for button in at.button]


def test_a_link_opens_the_forecast_as_it_was(show, older):
    at = show("forecast", id=older)
    assert not at.exception
    text = words(at)
    assert "from prices up to 2022-05-06" in text
    assert "As of 2022-05-06 · price_target_model v1 · pattern_lstm_classifier v1" in text
    assert "on show today is another one, as of 2022-06-03" in text
    assert [m.value for m in at.metric if m.label == "No change"] == ["25.00"]
    assert "Go to BBB today" in [link.proto.label for link in at.get("page_link")]


def test_what_came_of_it_stands_apart(show, trained, older):
    at = show("forecast", id=older)
    daily = BarStore(trained).bars("VN", "BBB").set_index("date")["close"]
    move = daily[LAST_WEEK] / daily[:"2022-05-06"].iloc[-1] - 1
    (close,) = (m for m in at.metric if m.label == "Close of 2022-06-03")
    assert close.value == f"{25 * (1 + move):,.2f}"
    (call,) = (m for m in at.metric if m.label == "Call")
    assert call.value == ("hit" if move > 0.01 else "miss")


def test_the_forecast_on_show_has_no_outcome_yet(show, trained):
    at = show("forecast", id=record_of(trained, "BBB")["id"])
    assert not at.exception
    text = words(at)
    assert "Not known: the week of the target date 2022-07-01 is not complete" in text
    assert "on show today is another one" not in text
    assert "The stored prices up to then are still the same." in text
    assert "price_target_model v1: trained" in text.replace("\\", "")


def test_versions_that_are_gone_leave_the_picture(show, trained, older):
    with connect(trained) as db:
        db.execute("UPDATE forecasts SET price_version=99 WHERE id=?", (older,))
    at = show("forecast", id=older)
    assert not at.exception
    assert "How far to trust it is no longer known." in words(at)
    assert len(at.get("image")) == 1


def test_a_stock_no_longer_stored_still_opens(show, trained, older):
    with connect(trained) as db:
        db.execute("DELETE FROM symbols WHERE symbol='BBB'")
    at = show("forecast", id=older)
    assert not at.exception
    assert "As of 2022-05-06" in words(at)


def test_a_record_without_forecast_says_why(show, trained):
    at = show("forecast", id=record_of(trained, "HALT")["id"])
    assert not at.exception
    assert "It did not trade in the week of 2022-06-03." in words(at)
    assert "There was no forecast to judge." in words(at)


@pytest.mark.parametrize("asked", ["nosuch", "<script>", "' OR 1=1 --", "x" * 10_000, "💥"])
def test_an_unknown_record_is_a_sentence_and_a_way_out(show, trained, asked):
    at = show("forecast", id=asked)
    assert not at.exception
    assert "There is no forecast" in words(at)
    assert [link.proto.label for link in at.get("page_link")] == ["Go to Market"]


def test_no_record_asked_for_is_a_sentence(show, trained):
    assert "open it by a link that was shared" in words(show("forecast"))


def test_the_page_opens_in_an_empty_data_folder(show, data_dir):
    at = show("forecast", id="nosuch")
    assert not at.exception
    assert "There is no forecast" in words(at)


def test_a_stored_forecast_says_who_put_its_versions_into_production(show, trained):
    record = record_of(trained, "BBB")
    at = show("forecast", id=record["id"])
    assert not at.exception
    links = [link.proto.label for link in at.get("page_link")]
    day = trail.entries(trained)[0].at[:10]
    assert f"Put into production {day} by tests" in [text.replace("\\", "") for text in links]
    said = words(at).replace("\\", "")
    assert re.search(r"price_target_model v1: trained \S+; put into production .* by tests", said)
