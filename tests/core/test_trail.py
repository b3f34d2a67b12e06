import sqlite3
from datetime import UTC, date, datetime

import pytest

from core import trail
from core.db import connect
from core.registry import PATTERN, PRICE
from core.trail import BACK, FIRST, OUTSIDE, PROMOTED, Entry


def step(model, was, became, action=PROMOTED, act="", at="", **more):
    return Entry("An", action, model, was, became, act or f"{model}{was}{became}", at, **more)


def keep(folder, *rows):
    with connect(folder) as db:
        trail.append(db, list(rows))


HISTORY = (
    step(PRICE, None, 1, FIRST, "a", "2024-01-10T09:00:00.000+00:00"),
    step(PATTERN, None, 1, FIRST, "a", "2024-01-10T09:00:00.000+00:00"),
    step(PRICE, 1, 2, PROMOTED, "b", "2024-02-10T09:00:00.000+00:00"),
    step(PATTERN, 1, None, OUTSIDE, "c", "2024-03-10T09:00:00.000+00:00"),
)


def test_rows_are_read_as_they_were_written(data_dir):
    rules = [{"key": "x", "title": "X", "passed": False, "said": "No.", "figures": {"a": 1}}]
    keep(data_dir, step(PRICE, 1, 2, at="2024", rules=rules, reason="because", tried=3, note="n"))
    (row,) = trail.entries(data_dir)
    assert row == step(PRICE, 1, 2, at="2024", rules=rules, reason="because", tried=3, note="n")
    assert row.failed == ["X"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET who='me'",
        "DELETE FROM trail",
        "DELETE FROM trail WHERE id=1",
        "INSERT OR REPLACE INTO trail (id, at, act, who, action, model) "
        "VALUES (1, '', '', 'me', '', '')",
        "REPLACE INTO trail (id, at, act, who, action, model) VALUES (1, '', '', 'me', '', '')",
    ],
)
def test_a_row_can_neither_be_changed_nor_removed(data_dir, statement):
    keep(data_dir, *HISTORY)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), connect(data_dir) as db:
        db.execute(statement)
    assert trail.entries(data_dir) == list(HISTORY)


@pytest.mark.parametrize(
    ("on", "held"),
    [
        (date(2024, 1, 9), {}),
        (date(2024, 1, 10), {PRICE: 1, PATTERN: 1}),
        (datetime(2024, 1, 10, 8, tzinfo=UTC), {}),
        (datetime(2024, 1, 10, 9, tzinfo=UTC), {PRICE: 1, PATTERN: 1}),
        (datetime(2024, 2, 11), {PRICE: 2, PATTERN: 1}),
        (date(2030, 1, 1), {PRICE: 2}),
    ],
)
def test_what_was_in_production_at_a_moment(data_dir, on, held):
    keep(data_dir, *HISTORY)
    assert trail.in_production(data_dir, on) == held


def test_a_clock_set_back_does_not_turn_the_order(data_dir):
    keep(data_dir, *HISTORY)
    keep(data_dir, step(PRICE, 2, 3, at="2020-01-01T00:00:00+00:00"))
    assert trail.entries(data_dir)[-1].at == HISTORY[-1].at
    assert trail.in_production(data_dir, date(2024, 3, 10)) == {PRICE: 3}


def test_who_put_the_versions_of_a_forecast_there():
    rows = [*HISTORY, step(PRICE, 2, 1, BACK, "d", "2024-04-10T09:00:00.000+00:00")]
    assert trail.behind(rows, PRICE, 1, "2024-03-01T00:00:00.000+00:00") == HISTORY[0]
    assert trail.behind(rows, PRICE, 1).action == BACK
    assert trail.behind(rows, PRICE, 1, "2023") is None
    assert trail.behind(rows, PRICE, 7) is None


def test_steps_of_one_act_are_one_state():
    assert trail.states(list(HISTORY[:3])) == [{PRICE: 1, PATTERN: 1}, {PRICE: 2, PATTERN: 1}]


def test_a_way_back_takes_a_step_off():
    rows = [
        step(PRICE, None, 1, FIRST, "a"),
        step(PRICE, 1, 2, PROMOTED, "b"),
        step(PRICE, 2, 3, PROMOTED, "c"),
        step(PRICE, 3, 2, BACK, "d"),
    ]
    assert trail.states(rows) == [{PRICE: 1}, {PRICE: 2}]
    assert trail.states([*rows, step(PRICE, 2, 1, BACK, "e")]) == [{PRICE: 1}]
    assert trail.states([*rows, step(PRICE, 2, 4, PROMOTED, "e")])[-2:] == [{PRICE: 2}, {PRICE: 4}]


def test_the_table_has_the_newest_first_and_names_failed_rules(data_dir):
    keep(data_dir, *HISTORY, step(PRICE, 2, 3, rules=[{"title": "X", "passed": False}]))
    table = trail.table(data_dir)
    assert table["failed"].iloc[0] == "X"
    assert table["became"].tolist()[-1] == 1
    assert trail.table(data_dir / "other").empty
