"""Where an archive is put, and when not."""

import os
import subprocess
import sys

import pytest
from filelock import FileLock

from core.backup import placing
from core.backup.making import make
from core.backup.restoring import restore
from core.errors import UserError
from core.jobs.server import OneServer
from core.market.store import BarStore
from core.settings import PROJECT
from tests.core.backup.folders import assert_consistent, fill, tree


@pytest.fixture
def archive(data_dir, tmp_path):
    fill(data_dir)
    return make(data_dir, tmp_path / "b.tar.gz").file


def beside(folder):
    """What lies beside it but for the archive and the first data folder."""
    return sorted(e.name for e in folder.parent.iterdir() if e.name not in ("b.tar.gz", "data"))


def test_an_empty_folder_is_filled(archive, tmp_path):
    into = tmp_path / "empty"
    into.mkdir()
    done = restore(archive, into)
    assert done.before is None
    assert_consistent(into)
    assert beside(into) == ["empty"]


def test_folders_on_the_way_are_made(archive, tmp_path):
    into = tmp_path / "a" / "b"
    restore(archive, into)
    assert_consistent(into)
    assert not (into / "unfinished-restore").exists()


def test_a_folder_with_something_in_it_stays(archive, data_dir):
    before = tree(data_dir)
    with pytest.raises(UserError, match="is not empty: restore into another"):
        restore(archive, data_dir)
    assert tree(data_dir) == before


@pytest.mark.parametrize("at_once", [True, False], ids=["exchanged", "two renames"])
def test_a_folder_that_gives_way_is_kept(archive, data_dir, tmp_path, monkeypatch, at_once):
    if not at_once:
        monkeypatch.setattr(placing, "exchange", lambda one, other: False)
    (data_dir / "mine.txt").write_text("mine")
    done = restore(archive, data_dir, replace=True)
    assert done.folder == data_dir
    assert done.before.name.startswith("data.before-20")
    assert (done.before / "mine.txt").read_text() == "mine"
    assert_consistent(done.before)
    assert not (data_dir / "mine.txt").exists()
    assert_consistent(data_dir)
    assert beside(data_dir) == [done.before.name]


def test_two_names_are_exchanged_in_one_step(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not placing.exchange(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this system exchanges no names")
    assert [entry.name for entry in (tmp_path / "a").iterdir()] == ["b"]
    assert [entry.name for entry in (tmp_path / "b").iterdir()] == ["a"]


def test_where_the_new_folder_cannot_take_the_place_the_old_one_is_back(
    archive, data_dir, monkeypatch
):
    monkeypatch.setattr(placing, "exchange", lambda one, other: False)
    rename, before = os.rename, tree(data_dir).keys()

    def failing(one, other):
        if str(one).endswith(".part"):
            raise OSError(5, "Input/output error", str(one))
        rename(one, other)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(UserError, match="Input/output error"):
        restore(archive, data_dir, replace=True)
    assert set(tree(data_dir)) - set(before) <= {"server.lock", "runner.lock"}
    assert_consistent(data_dir)
    assert beside(data_dir) == []


def test_a_folder_of_a_running_server_stays(archive, data_dir):
    server = OneServer(data_dir)
    server.claim()
    try:
        with pytest.raises(UserError, match="A Weeklens server works on the data folder"):
            restore(archive, data_dir, replace=True)
    finally:
        server.release()
    assert beside(data_dir) == []


def test_a_folder_of_a_working_command_stays(archive, data_dir):
    with (
        FileLock(data_dir / "runner.lock"),
        pytest.raises(UserError, match="A command works on the data folder"),
    ):
        restore(archive, data_dir, replace=True)


def test_a_folder_being_imported_into_stays(archive, data_dir, monkeypatch):
    monkeypatch.setattr("core.market.store.WAIT_SECONDS", 0.1)
    with (
        BarStore(data_dir).exclusive(),
        pytest.raises(UserError, match="Another import into this data folder is still running"),
    ):
        restore(archive, data_dir, replace=True)


def test_no_server_comes_into_a_folder_that_gives_way(archive, data_dir, monkeypatch):
    refused = []
    move = placing.replace

    def late(new, place):
        with pytest.raises(UserError) as said:
            OneServer(place).claim()
        refused.append(said)
        return move(new, place)

    monkeypatch.setattr(placing, "replace", late)
    restore(archive, data_dir, replace=True)
    assert refused
    server = OneServer(data_dir)
    server.claim()  # the lock is not kept
    server.release()


def test_another_folder_does_not_give_way(archive, tmp_path):
    into = tmp_path / "documents"
    into.mkdir()
    (into / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match="is no data folder of Weeklens"):
        restore(archive, into, replace=True)
    assert (into / "letter.txt").read_text() == "dear"
    assert beside(into) == ["documents"]


def test_an_archive_inside_the_folder_is_moved_first(archive, data_dir):
    inside = data_dir / "b.tar.gz"
    archive.rename(inside)
    with pytest.raises(UserError, match="move it elsewhere first"):
        restore(inside, data_dir, replace=True)


def test_a_mounted_folder_is_one_sentence(archive, monkeypatch, tmp_path):
    monkeypatch.setattr(os.path, "ismount", lambda place: place == tmp_path / "volume")
    with pytest.raises(UserError, match=r"--into .*volume/weeklens"):
        restore(archive, tmp_path / "volume")


def test_a_file_is_no_folder(archive, tmp_path):
    with pytest.raises(UserError, match="is no folder: name another with --into"):
        restore(archive, archive)


def test_an_archive_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match="There is no archive"):
        restore(tmp_path / "none.tar.gz", tmp_path / "into")


def test_where_there_is_no_room_nothing_is_begun(archive, tmp_path, monkeypatch):
    monkeypatch.setattr("core.backup.restoring.disk_free", lambda folder: 1000)
    with pytest.raises(UserError, match=r"needs 0 MB and there are only 0 MB"):
        restore(archive, tmp_path / "into")
    assert beside(archive) == []


def test_what_a_killed_restore_unpacked_is_swept_and_what_it_moved_aside_is_not(archive, tmp_path):
    into = tmp_path / "into"
    half, old = (tmp_path / f"into.4194304.{digit * 32}.part" for digit in "01")
    for folder in (half, old):
        folder.mkdir()
        (folder / "weeklens.db").write_bytes(b"")
    (half / "unfinished-restore").touch()
    note = tmp_path / "into.restore.txt"
    note.write_text("A restore was cut off.")
    with pytest.raises(UserError, match="was cut off after it was in place") as said:
        restore(archive, into)
    assert str(old) in str(said.value)
    assert str(note) in str(said.value)
    assert beside(into) == [old.name, note.name]
    note.unlink()
    restore(archive, into)
    assert old.is_dir()


LIMITED = """
import pathlib, resource, sys
from core.backup.making import make
from core.backup.restoring import restore
from core.errors import UserError
what, *paths = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    {"make": make, "restore": restore}[what](*map(pathlib.Path, paths))
except UserError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits are POSIX'")
def test_where_no_more_can_be_written_nothing_is_left(archive, data_dir, tmp_path):
    (data_dir / "models" / "big.onnx").write_bytes(os.urandom(600_000))
    whole = make(data_dir, tmp_path / "whole.tar.gz").file
    out = tmp_path / "out.tar.gz"
    for what in (("make", data_dir, out), ("restore", whole, tmp_path / "into")):
        done = subprocess.run(
            [sys.executable, "-c", LIMITED, *map(str, what)],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.count("\n") == 1
        assert "File too large" in done.stdout
    assert beside(whole) == ["whole.tar.gz"]
    assert list(data_dir.glob("backup.*")) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_may_not_be_written_is_one_sentence(archive, data_dir, tmp_path):
    place = tmp_path / "read-only"
    place.mkdir(mode=0o500)
    with pytest.raises(UserError, match="Permission denied"):
        make(data_dir, place)
    with pytest.raises(UserError, match="Permission denied"):
        restore(archive, place / "into")
