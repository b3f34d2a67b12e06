"""Backups and restores killed at their steps: what was there stays whole."""

import os
import shutil
import subprocess
import sys

import pytest

from core.backup.making import make
from core.backup.restoring import check, restore
from core.settings import PROJECT
from tests.core.backup.folders import assert_consistent, fill

COMMAND = (sys.executable, "-m", "tests.core.backup.strike")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills are POSIX'")


@pytest.fixture
def before(data_dir, tmp_path):
    """A folder with a data folder and an archive of an earlier state of it."""
    fill(data_dir)
    make(data_dir, tmp_path / "b.tar.gz")
    (data_dir / "inbox" / "newer.csv").write_text("newer")
    return tmp_path


def struck(before, what, steps):
    """For each step a copy of the folder in which the work was killed there."""
    folders = []
    for step in steps:
        folder = before.parent / f"{before.name}-{step}"
        shutil.copytree(before, folder)
        folders.append(folder)
    done = subprocess.run(
        [*COMMAND, what, ",".join(map(str, steps)), *map(str, folders)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split(), folders


def steps_of(before, what, share):
    """Some of the steps, the first and the last ones always."""
    (count,), folders = struck(before, what, [0])
    shutil.rmtree(folders[0])
    last = int(count)
    return sorted({1, *range(2, last, max(1, last // share)), *range(last - 12, last + 1, 3), last})


def backups(before, share):
    steps = steps_of(before, "backup", share)
    ended, folders = struck(before, "backup", steps)
    assert ended == []
    replaced = 0
    for folder in folders:
        data = folder / "data"
        held = check(folder / "b.tar.gz").manifest
        replaced += "inbox/newer.csv" in held.files
        assert_consistent(data)
        # The next one leaves nothing of it.
        make(data, folder / "b.tar.gz")
        assert sorted(entry.name for entry in folder.iterdir()) == ["b.tar.gz", "data"]
        assert list(data.glob("backup.*")) == []
        shutil.rmtree(folder)
    assert 0 < replaced < len(steps)


def restores(before, share):
    steps = steps_of(before, "restore", share)
    ended, folders = struck(before, "restore", steps)
    assert ended == []
    placed = 0
    for folder in folders:
        data, note = folder / "data", folder / "data.restore.txt"
        assert_consistent(data)
        is_new = not (data / "inbox" / "newer.csv").exists()
        placed += is_new
        kept = list(folder.rglob("inbox/newer.csv"))
        assert len(kept) == 1, "the folder that was there is somewhere, once"
        if not is_new:
            # It goes on as if nothing had been.
            restore(folder / "b.tar.gz", data, replace=True)
            assert list(folder.glob("*.part")) == []
            assert not note.exists()
        elif kept[0].parent.parent.name.endswith(".part"):
            assert str(kept[0].parent.parent) in note.read_text()
        shutil.rmtree(folder)
    assert 0 < placed < len(steps)


def test_a_killed_backup_leaves_the_last_one_and_no_half(before):
    backups(before, share=4)


def test_a_killed_restore_leaves_the_old_folder_or_the_new(before):
    restores(before, share=4)


@pytest.mark.long
def test_a_backup_killed_at_each_step_leaves_the_last_one_and_no_half(before):
    backups(before, share=10_000)


@pytest.mark.long
def test_a_restore_killed_at_each_step_leaves_the_old_folder_or_the_new(before):
    restores(before, share=10_000)
