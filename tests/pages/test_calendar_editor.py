"""The closures of a market on a page of their own."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from core.market.closures import Closure, read_closures, user_file, write_closures
from tests.pages.conftest import words


@pytest.fixture
def editor(data_dir):
    def draw():
        from pages.parts.calendar_editor import calendar_editor

        calendar_editor("VN")

    return lambda: AppTest.from_function(draw, default_timeout=30).run()


def test_closures_to_come_are_listed_with_where_they_are_known_from(editor):
    write_closures("VN", [Closure(date(2099, 1, 5), False)])
    at = editor()
    assert not at.exception
    table = at.dataframe[0].value
    assert list(table) == ["date", "weekday", "note", "source"]
    assert "calendar" in set(table["source"])
    assert not set(table["weekday"]) & {"Sat", "Sun"}


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
    at.button(key="closures-save-VN").click().run()
    assert not at.exception
    assert read_closures(user_file("VN")) == ([Closure(date(2026, 12, 24), False, "Storm")], [])
    assert "2026-13-01" in user_file("VN").with_name("VN.csv.bak").read_text()
    assert "is not used" not in words(at)


def test_a_folder_that_cannot_be_written_is_one_sentence(editor, data_dir):
    data_dir.mkdir()
    (data_dir / "calendar").write_text("a file in the folder's place")
    at = editor()
    at.button(key="closures-save-VN").click().run()
    assert "The calendar was not saved" in at.error[0].value
