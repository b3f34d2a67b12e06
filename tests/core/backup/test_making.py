"""What goes into an archive, and what the folder is left like."""

import json
import os
import sqlite3
import tarfile
from contextlib import closing

import pytest
from filelock import FileLock

from core.access import SYSTEM, Forbidden, Role, acting
from core.access.oidc import KEY_FILE
from core.access.who import Actor
from core.backup import snapshot as snapshots
from core.backup.making import make
from core.backup.restoring import restore
from core.backup.snapshot import snapshot
from core.db import connect
from core.errors import UserError
from core.jobs.store import JobStore
from core.market.store import BarStore
from core.settings import settings
from tests.core.backup.folders import JOB, assert_consistent, fill, tree
from tests.core.market.bars import make_bars


@pytest.fixture
def filled(data_dir):
    fill(data_dir)
    return data_dir


@pytest.fixture
def into(tmp_path):
    return tmp_path / "restored"


def members(file):
    with tarfile.open(file) as tar:
        return [member.removeprefix("data/") for member in tar.getnames()]


def test_what_belongs_to_records_is_in_and_what_can_be_made_anew_is_not(filled, tmp_path):
    (filled / KEY_FILE).write_text("signs who is signed in")
    made = make(filled, tmp_path / "b.tar.gz")
    names = members(made.file)
    bars = [name for name in names if name.startswith("bars/")]
    assert [name.split(".")[0] for name in bars] == ["bars/VN/VCB", "bars/VN/VNM"]
    late = [name for name in names if name.startswith("late/VN/")]
    assert len(late) == 1
    assert set(names) - set(bars) - set(late) == {
        "manifest.json",
        "weeklens.db",
        "mlflow/mlflow.db",
        "mlflow/artifacts/run/artifacts/data.json",
        f"jobs/{JOB}/log.txt",
        f"jobs/{JOB}/progress.jsonl",
        "evaluations/one/report.json",
        "backtests/one/result.json",
        "calendar/VN.csv",
        "inbox/VN/new prices.csv",
        "models/a.onnx",
        "channels.json",
    }
    assert names[0] == "manifest.json"


def test_an_archive_is_its_owners_alone(filled, tmp_path):
    made = make(filled, tmp_path / "b.tar.gz")
    assert made.file.stat().st_mode & 0o777 == 0o600


def test_the_folder_is_left_as_it_was(filled, tmp_path):
    before = {name for name in tree(filled) if not name.endswith((".lock", "-wal", "-shm"))}
    make(filled, tmp_path / "b.tar.gz")
    after = {name for name in tree(filled) if not name.endswith((".lock", "-wal", "-shm"))}
    assert after == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["b.tar.gz", "data"]


def test_secrets_stay_out_where_asked(filled, tmp_path, into):
    made = make(filled, tmp_path / "b.tar.gz", secrets=False)
    assert "channels.json" not in members(made.file)
    assert not made.manifest.secrets
    restore(made.file, into)
    assert b"u:secret@h" not in b"".join(data or b"" for data in tree(into).values())


def test_a_restored_folder_holds_what_was_there(filled, tmp_path, into):
    restore(make(filled, tmp_path / "b.tar.gz").file, into)
    assert_consistent(into)
    was, now = tree(filled), tree(into)
    databases = ("weeklens.db", "mlflow/mlflow.db")
    differing = [name for name in now if name not in databases and now[name] != was[name]]
    assert differing == []
    assert BarStore(into).bars("VN", "VNM").equals(BarStore(filled).bars("VN", "VNM"))
    with closing(sqlite3.connect(into / "mlflow" / "mlflow.db")) as db:
        assert db.execute("SELECT x FROM t").fetchall() == [(1,)]
    assert (into / "channels.json").stat().st_mode & 0o777 == 0o600


def test_what_is_committed_and_only_in_the_log_of_sqlite_is_in(filled, tmp_path, into):
    with closing(sqlite3.connect(filled / "mlflow" / "mlflow.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("INSERT INTO t VALUES (2)")
        db.execute("BEGIN")
        db.execute("INSERT INTO t VALUES (3)")  # not committed, and holding the write lock
        made = make(filled, tmp_path / "b.tar.gz")
        db.execute("ROLLBACK")
    restore(made.file, into)
    with closing(sqlite3.connect(into / "mlflow" / "mlflow.db")) as db:
        assert db.execute("SELECT x FROM t ORDER BY x").fetchall() == [(1,), (2,)]


def test_the_manifest_tells_what_it_is(filled, tmp_path):
    made = make(filled, tmp_path / "b.tar.gz")
    with tarfile.open(made.file) as tar:
        told = json.load(tar.extractfile("manifest.json"))
    assert told["newest_bar"] == str(make_bars(40)["date"].iloc[-1].date())
    assert told["software"]["weeklens"]
    assert told["format"] == 1
    assert set(told["files"]) == set(members(made.file)) - {"manifest.json"}


def test_a_running_job_is_told_as_cut_off_in_the_copy_alone(filled, tmp_path, into):
    jobs = JobStore(filled)
    ids = {}
    for kind, state in (("refresh", "running"), ("train", "running"), ("audit", "queued")):
        ids[kind] = jobs.submit(kind, {"market": "VN"}, requested_by="An")[0].id
        if state == "running":
            jobs.move(ids[kind], "running")
            jobs.note_process(ids[kind], os.getpid(), 1.0)
    restore(make(filled, tmp_path / "b.tar.gz").file, into)
    assert jobs.get(ids["train"]).state == "running"
    copied = JobStore(into)
    states = {kind: copied.get(job).state for kind, job in ids.items()}
    assert states == {"refresh": "interrupted", "train": "interrupted", "audit": "queued"}
    assert copied.get(ids["train"]).pid is None
    assert "start it again" in copied.get(ids["train"]).message
    # A refresh goes on by itself, as after a loss of power.
    assert [job.kind for job in copied.active()] == ["audit", "refresh"]


def test_a_result_cut_off_while_it_was_kept_comes_along_whole(filled, tmp_path, into):
    jobs = JobStore(filled)
    job = jobs.submit("audit", {"market": "VN"}, requested_by="An")[0]
    jobs.move(job.id, "running")
    jobs.finishing(job.id)
    folder = jobs.folder(job.id)
    folder.mkdir(parents=True)
    (folder / "result.json").write_text("{}")
    restore(make(filled, tmp_path / "b.tar.gz").file, into)
    assert JobStore(into).get(job.id).phase == "finish"
    assert (into / "jobs" / job.id / "result.json").read_text() == "{}"


def test_a_result_being_kept_is_waited_for(filled):
    jobs = JobStore(filled)
    job = jobs.submit("audit", {"market": "VN"}, requested_by="An")[0]
    jobs.move(job.id, "running")
    jobs.finishing(job.id)
    with (
        FileLock(filled / "runner.lock"),
        pytest.raises(UserError, match="a job's result has been put away all the time"),
        snapshot(filled, secrets=True, patience=0),
    ):
        pass
    assert list(filled.glob("backup.*")) == []


def test_bars_that_are_lost_already_are_named_and_the_rest_is_kept(filled, tmp_path):
    lost = next((filled / "bars" / "VN").glob("VNM.*"))
    lost.unlink()
    made = make(filled, tmp_path / "b.tar.gz")
    assert made.lost == [f"bars/VN/{lost.name}"]
    assert any(name.startswith("bars/VN/VCB.") for name in members(made.file))


def test_a_linked_folder_comes_along(filled, tmp_path, into):
    (filled / "inbox").rename(tmp_path / "far")
    (filled / "inbox").symlink_to(tmp_path / "far")
    (tmp_path / "far" / "circle").symlink_to(filled)
    restore(make(filled, tmp_path / "b.tar.gz").file, into)
    assert (into / "inbox" / "VN" / "new prices.csv").read_text() == "symbol\n"
    assert not (into / "inbox").is_symlink()


def test_where_links_are_not_known_files_are_copied(filled, tmp_path, into, monkeypatch):
    def refuse(*paths):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    restore(make(filled, tmp_path / "b.tar.gz").file, into)
    assert_consistent(into)


def test_a_folder_gets_a_name_with_the_time(filled, tmp_path):
    place = tmp_path / "backups"
    place.mkdir()
    made = make(filled, place)
    assert made.file.parent == place
    assert made.file.name.startswith("weeklens-20")
    assert made.file.name.endswith(".tar.gz")


def test_an_archive_of_the_same_name_is_replaced(filled, tmp_path):
    file = tmp_path / "b.tar.gz"
    file.write_bytes(b"old")
    make(filled, file)
    assert members(file)


def test_an_archive_of_another_is_no_different(filled, tmp_path, into):
    first = make(filled, tmp_path / "b.tar.gz")
    restore(first.file, into)
    again = make(into, tmp_path / "c.tar.gz")
    assert set(again.manifest.files) == set(first.manifest.files)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("data/inside.tar.gz", "lies in the data folder"),
        ("nowhere/b.tar.gz", "There is no folder"),
        ("b.zip", r"is no folder: name one that is there, or a file \*.tar.gz"),
    ],
)
def test_a_place_that_does_not_do_is_one_sentence(filled, tmp_path, place, words):
    with pytest.raises(UserError, match=words):
        make(filled, tmp_path / place)


def test_an_empty_folder_has_nothing_to_back_up(data_dir, tmp_path):
    with pytest.raises(UserError, match="There is nothing to back up"):
        make(data_dir, tmp_path / "b.tar.gz")
    assert not data_dir.exists()


def test_a_damaged_database_is_one_sentence(filled, tmp_path):
    file = filled / "mlflow" / "mlflow.db"
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 4096)
    with pytest.raises(UserError, match=r"mlflow.db is damaged"):
        make(filled, tmp_path / "b.tar.gz")
    assert list(tmp_path.glob("*.gz*")) == []


def test_with_a_server_runs_and_versions_are_said_to_be_elsewhere(filled, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    settings.cache_clear()
    made = make(filled, tmp_path / "b.tar.gz")
    assert made.on_server
    assert not made.manifest.models


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_only_an_owner_may(filled, tmp_path, into, role):
    with acting(SYSTEM):
        made = make(filled, tmp_path / "b.tar.gz")
    with acting(Actor("An", role, "token")):
        with pytest.raises(Forbidden):
            make(filled, tmp_path / "c.tar.gz")
        with pytest.raises(Forbidden):
            restore(made.file, into)
    assert not into.exists()
    assert not (tmp_path / "c.tar.gz").exists()


def test_what_a_dead_backup_left_is_swept(filled, tmp_path):
    dead = f"4194304.{'0' * 32}.part"
    (filled / f"backup.{dead}" / "bars").mkdir(parents=True)
    (tmp_path / f"b.tar.gz.{dead}").write_bytes(b"half")
    make(filled, tmp_path / "b.tar.gz")
    assert list(filled.glob("backup.*")) == []
    assert list(tmp_path.glob("*.part")) == []


def test_a_folder_of_an_older_format_is_brought_up_first(filled, tmp_path, into):
    with connect(filled) as db:
        db.execute("DROP TABLE tokens")
        db.execute("PRAGMA user_version = 6")
    restore(make(filled, tmp_path / "b.tar.gz").file, into)
    with connect(into) as db:
        assert db.execute("SELECT count(*) FROM tokens").fetchone()[0] == 0


@pytest.fixture
def meanwhile(monkeypatch):
    """Have something happen once, after the databases were copied and before files are."""

    def arrange(happens):
        walk, left = snapshots.names, [happens]

        def names(*arguments, **options):
            if left:
                left.pop()()
            return walk(*arguments, **options)

        monkeypatch.setattr(snapshots, "names", names)
        return left

    return arrange


def test_bars_swept_meanwhile_make_it_look_again(filled, tmp_path, into, meanwhile):
    newer = make_bars(50)
    left = meanwhile(lambda: BarStore(filled).write("VN", {"VNM": newer}, source="made up"))
    made = make(filled, tmp_path / "b.tar.gz")
    assert (left, made.lost) == ([], [])
    restore(made.file, into)
    assert_consistent(into)
    assert len(BarStore(into).bars("VN", "VNM")) == 50


def test_a_job_that_ended_meanwhile_makes_it_look_again(filled, tmp_path, into, meanwhile):
    jobs = JobStore(filled)
    job = jobs.submit("train", {"market": "VN"}, requested_by="An")[0]
    jobs.move(job.id, "running")
    left = meanwhile(lambda: jobs.move(job.id, "done"))
    restore(make(filled, tmp_path / "b.tar.gz").file, into)
    assert left == []
    assert JobStore(into).get(job.id).state == "done"


def test_a_folder_that_never_rests_is_one_sentence(filled, meanwhile):
    meanwhile(lambda: BarStore(filled).write("VN", {"VNM": make_bars(50)}, source="made up"))
    with (
        pytest.raises(UserError, match="prices were written all the time"),
        snapshot(filled, secrets=True, patience=-1),
    ):
        pass
    assert list(filled.glob("backup.*")) == []
