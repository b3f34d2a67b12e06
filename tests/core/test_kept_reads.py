import sqlite3
import threading
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


def test_of_many_who_ask_at_once_one_reads_and_the_others_wait(file):
    kept, asked, begun, go = KeptReads(), [], threading.Event(), threading.Event()

    def slow() -> list[str]:
        asked.append(1)
        begun.set()
        go.wait(10)
        return read(file)

    found = []
    threads = [
        threading.Thread(target=lambda: found.append(kept.get(file, "all", slow)))
        for __ in range(8)
    ]
    threads[0].start()
    begun.wait(10)
    write(file, "new")  # the first one's answer is older than what the others ask for
    for thread in threads[1:]:
        thread.start()
    go.set()
    for thread in threads:
        thread.join(10)
    assert found == [["new"]] * 8
    assert len(asked) <= 2


def test_who_has_written_never_gets_an_answer_from_before(file):
    kept, ask = KeptReads(), partial(read, file)
    wrong = []

    def work(name: str) -> None:
        for number in range(20):
            write(file, f"{name}{number}")
            if f"{name}{number}" not in kept.get(file, "all", ask):
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_a_reading_that_fails_leaves_the_next_one_free(file):
    kept = KeptReads()
    with pytest.raises(ZeroDivisionError):
        kept.get(file, "all", lambda: 1 / 0)
    assert kept.get(file, "all", partial(read, file)) == []
