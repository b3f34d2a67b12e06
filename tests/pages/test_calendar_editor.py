"""The closures of a market on a page of their own."""

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.market.calendar import coming_closures
from core.market.closures import Closure, read_closures, user_file, write_closures
from tests.pages.conftest import words


@pytest.fixture
def editor(data_dir):
    def draw():
        from pages.parts.calendar_editor import calendar_editor

        calendar_editor("VN")

    return lambda: AppTest.from_function(draw, default_timeout=30).run()


def test_all_closures_to_come_are_listed_with_where_they_are_known_from(editor):
    day = date.today() + timedelta(days=30)
    day += timedelta(days=2 if day.weekday() > 4 else 0)
    write_closures("VN", [Closure(day, False, "**Storm**")])
    at = editor()
    assert not at.exception
    table = at.table[0].value
    assert list(table) == ["Date", "Day", "Why", "From"]
    assert len(table) == len(coming_closures("VN"))
    assert not set(table["Day"]) & {"Sat", "Sun"}
    own = table[table["Date"] == day.isoformat().replace("-", "\N{NON-BREAKING HYPHEN}")].iloc[0]
    assert (own["Why"], own["From"]) == (r"\*\*Storm\*\*", "yours")


def edit(at, **changes):
    state = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
    at.session_state[at.data_editor[0].key] = state | changes
    return at.run()


def save_button(at):
    return at.button(key="closures-save-VN")


def test_the_calendar_is_saved_only_once_something_has_changed(editor):
    write_closures("VN", [Closure(date(2026, 12, 24), False, "Storm")])
    at = editor()
    assert save_button(at).disabled
    edit(at, added_rows=[{"date": "2026-12-23", "open": False, "note": "Flood"}])
    assert not save_button(at).disabled
    save_button(at).click().run()
    assert [line.note for line in read_closures(user_file("VN"))[0]] == ["Flood", "Storm"]
    assert save_button(at).disabled


def test_a_row_without_a_date_is_named_when_saving(editor):
    write_closures("VN", [])
    at = edit(editor(), added_rows=[{"open": False, "note": "Flood"}])
    save_button(at).click().run()
    assert "row 1 has no date" in at.error[0].value


def test_a_wrong_line_is_named_and_the_others_stay(editor):
    write_closures("VN", [])
    user_file("VN").write_text("date,open,note\n2026-13-01,no,x\n2026-12-24,no,Storm\n")
    at = editor()
    assert "Line 2 of `calendar/VN.csv`" in words(at)
    assert "the date '2026-13-01' is unreadable" in words(at)


def test_saving_keeps_the_lines_and_a_copy_of_what_was_wrong(editor):
    write_closures("VN", [])
    user_file("VN").write_text("date,open,note\n2026-13-01,no,x\n2026-12-24,no,Storm\n")
    at = editor()
    save_button(at).click().run()
    assert not at.exception
    assert read_closures(user_file("VN")) == ([Closure(date(2026, 12, 24), False, "Storm")], [])
    assert "2026-13-01" in user_file("VN").with_name("VN.csv.bak").read_text()
    assert "is not used" not in words(at)


def test_a_folder_that_cannot_be_written_is_one_sentence(editor, data_dir):
    data_dir.mkdir()
    (data_dir / "calendar").write_text("a file in the folder's place")
    at = edit(editor(), added_rows=[{"date": "2026-12-23", "open": False, "note": "Flood"}])
    save_button(at).click().run()
    assert "The calendar was not saved" in at.error[0].value
