"""One consistent state of a living data folder, held in a folder of its own.

The argument is in `core.backup`.
"""

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from core.backup.contents import LINKED, is_database, is_inside, names
from core.db import SCHEMA_VERSION, connect
from core.db import path as catalogue
from core.errors import UserError
from core.files import aside, sweep_parts
from core.jobs.one import interrupted
from core.jobs.store import ENDED, JobStore
from core.language import N_
from core.stage_lock import alone

PATIENCE = 60.0
"""Seconds in which one attempt must find the folder quiet enough."""
PAUSE = 0.1


@dataclass(frozen=True)
class Snapshot:
    """What a data folder held at one moment.

    Attributes
    ----------
    folder : Path
        Has the files under the names they have in the data folder.
    names : list of str
    schema : int
    newest_bar : str or None
    lost : list of str
        Bar files that the catalogue names and the data folder has lost.
    """

    folder: Path
    names: list[str]
    schema: int
    newest_bar: str | None
    lost: list[str]


class _Again(Exception):
    """The folder changed while it was looked at."""


@contextmanager
def snapshot(data_dir: Path, *, secrets: bool, patience: float = PATIENCE) -> Iterator[Snapshot]:
    """Hold one state of a data folder as long as the block lasts.

    Parameters
    ----------
    data_dir : Path
    secrets : bool
        Whether the addresses of the alerts' channels come along.
    patience : float
        Seconds in which the folder must have been quiet for a moment.

    Raises
    ------
    UserError
        If it was not, or a database is damaged.
    OSError
        If there is no room, or a file cannot be read.
    """
    sweep_parts(data_dir, "backup.*")
    until = time.monotonic() + patience
    while True:
        folder = aside(data_dir / "backup")
        try:
            folder.mkdir(mode=0o700)
            try:
                held = _take(data_dir, folder, secrets)
            except _Again as why:
                if time.monotonic() > until:
                    raise UserError(
                        f"The backup was not made: {why}. Try again in a few minutes."
                    ) from None
                time.sleep(PAUSE)
                continue
            yield held
            return
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _take(data_dir: Path, folder: Path, secrets: bool) -> Snapshot:
    with connect(data_dir):  # of an older format, it is brought up as by any other command
        pass
    with alone(data_dir):
        copy_database(catalogue(data_dir), catalogue(folder))
        before = _work(folder)
        if before.putting_away and _runner_lives(data_dir):
            raise _Again("a job's result has been put away all the time")
        found = [catalogue(data_dir).name]
        models = data_dir / "mlflow" / "mlflow.db"
        if models.exists() and is_database(models):
            copy_database(models, folder / "mlflow" / "mlflow.db")
            found.append("mlflow/mlflow.db")
    for name in names(data_dir, whole=before.putting_away, secrets=secrets):
        if name not in found and _hold(data_dir, folder, name):
            found.append(name)
    with closing(sqlite3.connect(catalogue(folder))) as db:
        bars = [f"bars/{market}/{file}" for market, file in db.execute(
            "SELECT market, file FROM symbols ORDER BY market, symbol"
        )]  # fmt: skip
        newest = db.execute("SELECT max(last) FROM symbols").fetchone()[0]
    lost = []
    for name in bars:
        if is_inside(name) and _hold(data_dir, folder, name):
            found.append(name)
        else:
            lost.append(name)
    with connect(data_dir) as db:
        still = {
            f"bars/{row['market']}/{row['file']}"
            for row in db.execute("SELECT market, file FROM symbols")
        }
    # A file that the living catalogue names too was not swept: it is lost, whoever looks.
    if not set(lost) <= still:
        raise _Again("prices were written all the time")
    if _work(data_dir) != before:
        raise _Again("jobs ended all the time")
    _cut_off(folder)
    return Snapshot(folder, found, SCHEMA_VERSION, newest, lost)


@dataclass(frozen=True)
class _Work:
    putting_away: set[str]
    ended: int


def _work(data_dir: Path) -> _Work:
    ended = ", ".join("?" for __ in ENDED)
    with connect(data_dir) as db:
        phases = {row["id"] for row in db.execute("SELECT id FROM jobs WHERE phase != ''")}
        count = db.execute(f"SELECT count(*) FROM jobs WHERE state IN ({ended})", ENDED)  # noqa: S608
        return _Work(phases, count.fetchone()[0])


def _cut_off(folder: Path) -> None:
    """Make of running jobs, in the copy, what the next start would."""
    jobs = JobStore(folder)
    for job in jobs.active():
        if job.state == "running" and not job.phase:
            interrupted(jobs, job, N_("This job ran while the restored backup was made"))
        elif job.state == "cancelling":
            jobs.move(job.id, "cancelled")


def _runner_lives(data_dir: Path) -> bool:
    lock = FileLock(data_dir / "runner.lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite file at one commit, whoever writes to it meanwhile; and look it through."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as live,
            closing(sqlite3.connect(target)) as kept,
        ):
            live.backup(kept)
            found = kept.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(found)
    except sqlite3.OperationalError as error:  # locked, or no room
        raise OSError(0, str(error), str(source)) from None
    except sqlite3.DatabaseError as error:
        raise UserError(
            f"The backup was not made: the database {source} is damaged ({error}). Restore an "
            "earlier backup, or move the file away."
        ) from None


def _hold(data_dir: Path, folder: Path, name: str) -> bool:
    """Link or copy a file into the snapshot; False where it is gone or no regular file."""
    source, target = data_dir / name, folder / name
    try:
        source = Path(os.path.realpath(source, strict=True))
        if not source.is_file():
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        if is_database(source):
            copy_database(source, target)
            return True
        if name.split("/")[0] in LINKED:
            # Another disk, or one that knows no links.
            with contextlib.suppress(OSError):
                os.link(source, target)
                return True
        shutil.copyfile(source, target)
        return True
    except FileNotFoundError:
        return False
