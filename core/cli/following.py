"""Watching a job, or a long copy, from a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def counting(word: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Bytes done and in all on one line of a terminal, renewed at most five times a second.

    Parameters
    ----------
    word : str
        What is done to them: "Written".
    quiet : bool
        Print nothing, for an answer in JSON.
    """
    shown = time.monotonic()  # what takes no time needs no line
    width = 0

    def tell(done: int, of: int) -> None:
        nonlocal shown, width
        if time.monotonic() - shown < 0.2:
            return
        shown = time.monotonic()
        line = f"{word} {done / 1e6:,.0f} of {of / 1e6:,.0f} MB"
        width = max(width, len(line))
        print(f"\r{line:<{width}}", end="", file=sys.stderr, flush=True)

    try:
        yield (lambda done, of: None) if quiet or not sys.stderr.isatty() else tell
    finally:
        if width:
            print(f"\r{'':<{width}}\r", end="", file=sys.stderr, flush=True)
