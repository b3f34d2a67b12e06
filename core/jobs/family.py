"""Every process that works on a job, wherever it has gone: found by a mark, ended, measured."""

import contextlib
import os
import signal
import time

import psutil

OF_JOB = "WEEKLENS_JOB"
"""Variable with the job's id in the environment of its child and of all that come from it."""
SECONDS = 10.0
"""After so long a process that does not die (it hangs in the kernel) is left to it."""


def family(job_id: str) -> list[psutil.Process]:
    """The living processes of a job: also those with a session of their own, or no parent left."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if (
                process.pid != os.getpid()
                and process.environ().get(OF_JOB) == job_id
                and process.status() != psutil.STATUS_ZOMBIE
            ):
                found.append(process)
    return found


def end_family(job_id: str, pid: int | None = None, began: float | None = None) -> None:
    """End every process of a job, by SIGKILL, until none is left.

    Parameters
    ----------
    job_id : str
    pid, began : int, float, optional
        The first of them and its start time: its whole group goes first. A process that
        only has the same number is left alone.
    """
    if pid is not None:
        with contextlib.suppress(psutil.Error, OSError):
            if began is None or abs(psutil.Process(pid).create_time() - began) < 1:
                os.killpg(pid, signal.SIGKILL)
    deadline = time.monotonic() + SECONDS
    while (living := family(job_id)) and time.monotonic() < deadline:
        for process in living:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(living, timeout=1)


def memory_mb(pid: int) -> float:
    """What a process and all below it hold in memory, in MB."""
    held = 0
    with contextlib.suppress(psutil.Error):
        first = psutil.Process(pid)
        for process in (first, *first.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                held += process.memory_info().rss
    return held / 2**20
