import sqlite3
from functools import partial
from pathlib import Path

import pytest

from core.kept_reads import KeptReads


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "some.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE notes (text TEXT)")
    return path


def write(file: Path, text: str) -> None:
    with sqlite3.connect(file) as db:
        db.execute("INSERT INTO notes VALUES (?)", (text,))


def read(file: Path) -> list[str]:
    with sqlite3.connect(file) as db:
        return [row[0] for row in db.execute("SELECT text FROM notes")]


def test_an_answer_is_kept_until_something_is_written(file):
    kept, ask = KeptReads(), partial(read, file)
    first = kept.get(file, "all", ask)
    assert kept.get(file, "all", ask) is first
    write(file, "new")
    assert kept.get(file, "all", ask) == ["new"]


def test_answers_to_other_questions_are_kept_apart(file):
    kept = KeptReads()
    assert [kept.get(file, key, lambda key=key: key) for key in ("a", "b", "a")] == ["a", "b", "a"]


def test_another_file_has_its_own_answers(file, tmp_path):
    other = tmp_path / "other.db"
    other.write_bytes(file.read_bytes())
    write(other, "there")
    kept = KeptReads()
    assert kept.get(file, "all", partial(read, file)) == []
    assert kept.get(other, "all", partial(read, other)) == ["there"]
    assert kept.get(file, "all", partial(read, file)) == []


def test_without_a_file_every_answer_is_asked_for_anew(tmp_path):
    kept, asked = KeptReads(), []
    for __ in range(2):
        kept.get(tmp_path / "none.db", "a", lambda: asked.append(1))
    assert len(asked) == 2
    assert kept.state(tmp_path / "none.db") is None
