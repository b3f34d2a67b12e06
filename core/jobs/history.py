"""Looking back and around: ended jobs by page, a job's timed changes of state, who waits for whom,
and the memory that one takes."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

import psutil

from core.db import connect
from core.jobs.store import ENDED, Job, JobStore


def ended_jobs(
    data_dir: Path, *, kind: str | None = None, page: int = 1, size: int = 30
) -> tuple[list[Job], int]:
    """One page of the jobs that have ended, the newest first.

    Parameters
    ----------
    data_dir : Path
    kind : str, optional
        All kinds by default.
    page, size : int
        The first page is 1.

    Returns
    -------
    tuple of (list of Job, int)
        The jobs of the page, and how many there are on all pages.
    """
    states = ", ".join("?" for __ in ENDED)
    where = f"state IN ({states}) AND (? IS NULL OR kind = ?)"
    asked = (*ENDED, kind, kind)
    with connect(data_dir) as db:
        count = db.execute(f"SELECT COUNT(*) FROM jobs WHERE {where}", asked).fetchone()[0]  # noqa: S608
        rows = db.execute(
            f"SELECT id FROM jobs WHERE {where} ORDER BY created DESC, id LIMIT ? OFFSET ?",  # noqa: S608
            (*asked, size, (page - 1) * size),
        ).fetchall()
    jobs = JobStore(data_dir)
    return [jobs.get(row["id"]) for row in rows], count


def transitions(data_dir: Path, job_id: str) -> list[dict]:
    """Every change of a job's state: ``at`` (UTC, ISO 8601), ``state``, ``message``."""
    with connect(data_dir) as db:
        rows = db.execute(
            "SELECT at, state, message FROM job_log WHERE job = ? ORDER BY rowid", (job_id,)
        ).fetchall()
    return [dict(row) for row in rows]


def ahead(job: Job, active: Sequence[Job]) -> list[Job]:
    """The work that a waiting job waits for: all that runs, and what was asked for earlier."""
    place = [other.id for other in active].index(job.id)
    return [
        other
        for number, other in enumerate(active)
        if other.id != job.id and (number < place or other.state != "queued")
    ]


def memory(job: Job) -> int | None:
    """Bytes in memory of a job's process and of those below it; None where it has none.

    Pages that several of them share count once for each: it is at most so much.
    """
    if job.pid is None:
        return None
    try:
        process = psutil.Process(job.pid)
        if abs(process.create_time() - job.pid_started) >= 1:
            return None  # the number went to another process
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return None
    total = 0
    for member in family:
        with contextlib.suppress(psutil.Error):
            total += member.memory_info().rss
    return total
