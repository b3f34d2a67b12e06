"""Watching a job from a terminal."""

import sys
from pathlib import Path

from core.jobs.one import GOES_ON_AS
from core.jobs.progress import read
from core.jobs.runner import wait
from core.jobs.store import Job


def follow(data_dir: Path, job: Job, *, quiet: bool) -> Job:
    """See a job to its end, its progress on stderr.

    Parameters
    ----------
    data_dir : Path
    job : Job
    quiet : bool
        Print nothing, for an answer in JSON.
    """
    said = ""

    def tell(folder: Path) -> None:
        nonlocal said
        seen = read(folder)
        if not seen.stage:
            return
        line = f"{seen.fraction:4.0%}  {seen.stage}"
        if seen.epochs and seen.epochs[-1]["stage"] == seen.stage:
            last = seen.epochs[-1]
            line += f", epoch {last['epoch']} of at most {last['epochs']}, loss {last['loss']:.4f}"
        if seen.detail:
            line += f", {seen.detail}"
        if line != said:
            print(line, file=sys.stderr, flush=True)
            said = line

    watch = None if quiet else tell
    job = wait(data_dir, job.id, watch)
    # Found cut off by an earlier runner's end, it is taken up by another at once.
    while job.state == "interrupted" and (then := job.result.get(GOES_ON_AS)):
        job = wait(data_dir, then, watch)
    return job
