import math
import sqlite3
import threading
from contextlib import closing

import pytest

from core import forecasts
from core.db import FIRST, LIVE_PRICES, SCHEMA_VERSION, connect, path
from core.errors import NoRoom, UserError
from core.jobs.trouble import is_full


def keep(folder, key, value="x"):
    with connect(folder) as db:
        db.execute("INSERT INTO meta VALUES (?, ?)", (key, value))


def kept(folder):
    with connect(folder) as db:
        return {row["key"] for row in db.execute("SELECT key FROM meta")}


def test_a_new_folder_gets_the_tables(tmp_path):
    with connect(tmp_path / "deep" / "data") as db:
        rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert {row["name"] for row in rows} == {
        *("meta", "symbols", "listing"),
        *("jobs", "job_log", "forecasts"),
        *("follows", "asked", "findings", "inspected", "members", "watchlists"),
        *("trail", "intents", "sqlite_sequence", "tokens"),
        *("alert_rules", "alert_told", "alert_deliveries"),
    }


def overfill(folder):
    with connect(folder) as db:
        db.execute("PRAGMA max_page_count = 1")  # no less than there are: not one more
        db.execute("INSERT INTO meta VALUES ('small', 'x')")
        db.execute("INSERT INTO meta VALUES ('large', ?)", ("x" * 1_000_000,))


def test_a_full_disk_is_a_sentence_and_nothing_of_the_transaction_is_kept(tmp_path):
    keep(tmp_path, "before")
    with pytest.raises(NoRoom, match="The disk is full") as error:
        overfill(tmp_path)
    assert is_full(error.value)
    assert kept(tmp_path) == {"before"}


def test_a_file_of_the_first_format_is_brought_up_with_what_it_holds(tmp_path):
    with closing(sqlite3.connect(path(tmp_path))) as db:
        db.executescript(FIRST)
        db.execute("INSERT INTO meta VALUES ('precious', 'x')")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    with connect(tmp_path) as db:
        assert db.execute("SELECT count(*) FROM follows").fetchone()[0] == 0
        assert db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    assert kept(tmp_path) == {"precious"}


def test_a_forecast_of_the_second_format_is_read_without_what_came_later(tmp_path):
    with closing(sqlite3.connect(path(tmp_path))) as db:
        db.executescript(FIRST + LIVE_PRICES)
        db.execute(
            "INSERT INTO forecasts VALUES ('a', '2024', 'VN', 'AAA', '2024-01-05', '2024-02-02', "
            "4, 0.01, 10, 0.01, -0.1, 0.1, 0.3, 0.2, 0.5, 'UP', 0, '', 0, 1, 1, 'f', 'file')"
        )
        db.execute("PRAGMA user_version = 2")
        db.commit()
    (old,) = forecasts.history(tmp_path, "VN", "AAA").to_dict("records")
    assert (old["call"], old["ret_high"], old["peers"]) == ("UP", 0.1, "")
    assert math.isnan(old["ret_high_95"])
    assert math.isnan(old["prior_up"])


def test_what_is_written_is_there_afterwards(tmp_path):
    keep(tmp_path, "a")
    assert kept(tmp_path) == {"a"}


def test_an_exception_takes_everything_back(tmp_path):
    with pytest.raises(ZeroDivisionError), connect(tmp_path) as db:  # noqa: PT012
        db.execute("INSERT INTO meta VALUES ('a', 'x')")
        raise ZeroDivisionError
    assert kept(tmp_path) == set()


def test_a_reader_does_not_wait_for_a_writer(tmp_path):
    keep(tmp_path, "before")
    with connect(tmp_path) as db:
        db.execute("INSERT INTO meta VALUES ('during', 'x')")
        assert kept(tmp_path) == {"before"}


def test_many_that_open_an_empty_folder_at_once_all_succeed(tmp_path):
    threads = [threading.Thread(target=keep, args=(tmp_path / "data", str(i))) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(tmp_path / "data") == {str(i) for i in range(12)}


def test_a_file_from_a_newer_version_is_refused_and_left_as_it_was(tmp_path):
    keep(tmp_path, "precious")
    with closing(sqlite3.connect(path(tmp_path))) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(UserError) as error:
        keep(tmp_path, "more")
    assert "was written by a newer Weeklens" in str(error.value)
    assert str(tmp_path) in str(error.value)
    with closing(sqlite3.connect(path(tmp_path))) as db:
        assert db.execute("SELECT key FROM meta").fetchall() == [("precious",)]


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    path(tmp_path).write_text("nonsense " * 1000)
    with pytest.raises(UserError, match="cannot be used"):
        kept(tmp_path)
    assert path(tmp_path).read_text() == "nonsense " * 1000


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(UserError, match="Set WEEKLENS_DATA_DIR to a folder you may write to"):
        kept(tmp_path / "data")


def test_who_reads_first_and_writes_then_keeps_other_writers_out(data_dir):
    with connect(data_dir, writing=True) as db:
        assert db.execute("SELECT count(*) FROM trail").fetchone()[0] == 0
        with (
            closing(sqlite3.connect(path(data_dir), timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("INSERT INTO meta VALUES ('a', 'b')")
        db.execute("INSERT INTO meta VALUES ('c', 'd')")
    with connect(data_dir) as db:
        assert db.execute("SELECT key FROM meta").fetchall()[0][0] == "c"
