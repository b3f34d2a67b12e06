import os
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from core.errors import UserError
from core.market.calendar import is_session
from core.market.closures import (
    Closure,
    corrections,
    from_table,
    read_closures,
    shipped_file,
    to_table,
    user_file,
    write_closures,
)

MONDAY, TUESDAY, SATURDAY = date(2024, 6, 24), date(2024, 6, 25), date(2024, 6, 29)


def put(text, market="VN"):
    path = user_file(market)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def test_the_shipped_lines_are_all_readable_and_have_a_source(data_dir):
    closures, refused = read_closures(shipped_file("VN"))
    assert refused == []
    assert date(2018, 1, 23) in {closure.day for closure in closures}
    assert all(closure.note and closure.source for closure in closures)


def test_hose_did_not_trade_while_its_system_was_down(data_dir):
    assert not is_session("VN", date(2018, 1, 23))
    assert not is_session("VN", date(2018, 1, 24))
    assert is_session("VN", date(2018, 1, 25))


def test_the_readers_own_line_wins(data_dir):
    put("date,open,note\n2018-01-23,yes,I know better\n2024-06-24,no,Storm\n")
    assert is_session("VN", date(2018, 1, 23))
    assert not is_session("VN", MONDAY)
    assert corrections("VN")[MONDAY].note == "Storm"
    assert is_session("US", MONDAY)


def test_a_changed_file_is_read_anew(data_dir):
    put("date,open\n2024-06-24,no\n")
    assert not is_session("VN", MONDAY)
    put("date,open\n2024-06-24,yes\n")
    assert is_session("VN", MONDAY)
    user_file("VN").unlink()
    assert is_session("VN", MONDAY)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("soon,no,x", "the date 'soon' is unreadable; write it as 2026-08-31"),
        ("2024-02-30,no,x", "the date '2024-02-30' is unreadable; write it as 2026-08-31"),
        ("2024-06-25,maybe,x", "open is 'maybe'; write yes or no"),
        ("2024-06-25,,x", "open is ''; write yes or no"),
        ("2024-06-29,yes,x", "2024-06-29 is a Saturday, on which no market here trades"),
        ("2024-06-24,yes,x", "2024-06-24 is there twice"),
        ("2024-06-25,no,x,y", "it has 4 cells and the header has 3"),
    ],
)
def test_a_wrong_line_is_refused_and_the_rest_is_used(data_dir, line, reason):
    path = put(f"date,open,note\n2024-06-24,no,Storm\n{line}\n2024-06-26,no,Storm\n")
    closures, refused = read_closures(path)
    assert refused == [(3, reason)]
    assert [closure.day for closure in closures] == [MONDAY, date(2024, 6, 26)]
    assert not is_session("VN", MONDAY)


@pytest.mark.parametrize("text", ["x", "a,b\n1,2\n", "PK\x03\x04", "date,note\n2024-06-24,x\n"])
def test_a_file_that_is_no_calendar_is_refused_whole_and_harms_nothing(data_dir, text):
    closures, refused = read_closures(put(text))
    assert closures == []
    assert [line for line, _ in refused] == [0]
    assert is_session("VN", MONDAY)


def test_dates_and_words_as_vietnamese_people_write_them(data_dir):
    closures, refused = read_closures(put("Ngày;Mở cửa;Ghi chú\n24/06/2024;không;Bão\n"))
    assert refused == []
    assert closures == [Closure(MONDAY, False, "Bão")]


def test_what_was_written_is_read_back(data_dir):
    lines = [Closure(TUESDAY, True, '=open, "really"'), Closure(MONDAY, False, "Bão số 3")]
    write_closures("VN", lines)
    assert read_closures(user_file("VN")) == (sorted(lines, key=lambda c: c.day), [])
    assert user_file("VN").read_text("utf-8").splitlines()[0] == "date,open,note"
    assert os.listdir(user_file("VN").parent) == ["VN.csv"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([Closure(MONDAY, False), Closure(MONDAY, True)], "2024-06-24 is there twice"),
        ([Closure(SATURDAY, True)], "is a Saturday"),
    ],
)
def test_what_cannot_be_saved_leaves_the_file_as_it_was(data_dir, lines, words):
    write_closures("VN", [Closure(TUESDAY, False, "Storm")])
    before = user_file("VN").read_bytes()
    with pytest.raises(UserError, match=words):
        write_closures("VN", lines)
    assert user_file("VN").read_bytes() == before


def test_a_file_with_wrong_lines_is_kept_beside_the_saved_one(data_dir):
    path = put("date,open\n2024-06-24,no\nnonsense\n")
    write_closures("VN", [Closure(MONDAY, False)])
    assert "nonsense" in path.with_name("VN.csv.bak").read_text()


def test_a_folder_that_cannot_be_written_is_one_sentence(data_dir):
    data_dir.mkdir()
    (data_dir / "calendar").write_text("a file in the folder's place")
    with pytest.raises(UserError, match="calendar was not saved"):
        write_closures("VN", [Closure(MONDAY, False)])


def test_the_revision_changes_with_the_closures(store):
    before = store.revision()
    write_closures("VN", [Closure(MONDAY, False)])
    assert store.revision() != before


def test_a_table_to_edit_gives_the_lines_back(data_dir):
    lines = [Closure(MONDAY, False, "Bão"), Closure(TUESDAY, True)]
    assert from_table(to_table(lines)) == lines
    assert from_table(to_table([])) == []


def test_a_row_added_without_words_is_a_closed_day_and_one_without_a_date_is_refused():
    added = pd.DataFrame({"date": [MONDAY], "open": [None], "note": [None]})
    assert from_table(added) == [Closure(MONDAY, False)]
    with pytest.raises(UserError, match="row 1 has no date"):
        from_table(added.assign(date=None))


LINES = st.lists(
    st.builds(
        Closure,
        st.dates(date(2000, 1, 3), date(2100, 1, 1)).filter(lambda day: day.weekday() < 5),
        st.booleans(),
        st.text(max_size=60),
    ),
    unique_by=lambda closure: closure.day,
    max_size=6,
)


@budget(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_any_lines_are_saved_without_a_refusal(data_dir, lines):
    write_closures("VN", lines)
    closures, refused = read_closures(user_file("VN"))
    assert refused == []
    assert {(c.day, c.open) for c in closures} == {(c.day, c.open) for c in lines}


HOSTILE = (
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: f"date,open\n{text}".encode("utf-8", "replace"))
    | st.tuples(
        st.sampled_from(["2024-06-24", "24/06/2024", "2024-02-30", "0", "9" * 30, '"', "\0", "=1"]),
        st.sampled_from(["yes", "no", "không", "", "=no", '"', "\r", "x" * 200_000]),
        st.text(max_size=20),
    ).map(lambda cells: ("date,open,note\n" + ",".join(cells)).encode("utf-8", "replace"))
)


def read_hostile(data):
    path = put("")
    path.write_bytes(data)
    closures, refused = read_closures(path)
    assert all(isinstance(closure, Closure) for closure in closures)
    assert all(line >= 0 and reason and len(reason) < 300 for line, reason in refused)
    assert isinstance(is_session("VN", MONDAY), bool)


@budget(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_any_bytes_are_read_without_a_crash(data_dir, data):
    read_hostile(data)


@pytest.mark.long
@budget(
    max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(HOSTILE)
def test_a_thousand_hostile_calendars_are_read_without_a_crash(data_dir, data):
    read_hostile(data)
