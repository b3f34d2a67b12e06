"""What the queue costs: overhead of a job, first progress, cancel, and pages beside a training.

    python -m benchmarks.jobs [--rounds N] [--tabs N] [--json OUT]

Takes the sample. A small training as a job (queue, child process, MLflow) stands beside the same
functions called one after the other in a fresh process, imports included; both with the same
niceness and threads. Page times are those of the server, from asking for a rerun of the Market
page to its end, through the websocket a browser uses: idle, beside a training, beside a
training that N other tabs watch on the Training page, and the longest as that training ends,
when all N draw their page anew at once.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import report
from benchmarks.tabs import Tab
from tests.browser.helpers import Server

AIMS = {
    "overhead_seconds": 1.0,
    "first_progress_seconds_median": 1.0,
    "cancel_seconds_max": 2.0,
    "rerun_p95_ratio_training": 2.0,
    "rerun_p95_ratio_watched": 2.0,
}
DIRECT = """
import json, os, pathlib, sys
os.nice(10)
from core.jobs.kinds import KINDS
from core.jobs.progress import Progress
from core.jobs.store import JobStore
from core.training.log_run import finish
from core.training.run import work
data_dir, folder = map(pathlib.Path, sys.argv[1:3])
recipe = json.loads(sys.argv[3])
job, _ = JobStore(data_dir).submit("train", recipe, requested_by="direct")
JobStore(data_dir).cancel(job.id)
finish(data_dir, job, work(recipe, folder, Progress(folder, KINDS["train"].stages)), folder)
"""
RERUNS = 40
AFTERWARDS = 10.0
"""Seconds after its end in which every tab that watched draws its page anew."""
WARM_UP = 8.0
"""Seconds into a training after which its fitting has begun."""


def small(**asked) -> dict:
    """A training that takes seconds."""
    from core.training.recipe import make_recipe

    made = make_recipe(market="US", symbols=["AAPL", "IBM"], **asked)
    return made.model_dump(mode="json")


def overhead(data_dir: Path, rounds: int) -> dict[str, float]:
    """Seconds of a job beside the same work in a fresh process, in turn."""
    from core.jobs.one import threads
    from core.jobs.runner import JobRunner
    from core.jobs.store import JobStore
    from core.tracking import client

    client()
    jobs = JobStore(data_dir)
    runner = JobRunner(data_dir)
    if not runner.start():
        raise SystemExit("Another runner works on the folder.")
    as_job, direct = [], []
    try:
        for number in range(rounds + 1):  # the first of each warms the disk
            recipe = small(epochs=3, alpha=100.0, seed=number)
            began = time.perf_counter()
            job, _ = jobs.submit("train", recipe, requested_by="benchmark")
            while (now := jobs.get(job.id)).active:
                time.sleep(0.02)
            as_job.append(time.perf_counter() - began)
            if now.state != "done":
                raise SystemExit(f"The training {now.state}: {now.message}")
            with tempfile.TemporaryDirectory() as folder:
                began = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-c", DIRECT, str(data_dir), folder, json.dumps(recipe)],
                    env=os.environ | threads(),
                    check=True,
                )
                direct.append(time.perf_counter() - began)
    finally:
        runner.stop()
    job, alone = statistics.median(as_job[1:]), statistics.median(direct[1:])
    return {
        "job_seconds": job,
        "direct_seconds": alone,
        "overhead_seconds": job - alone,
        "overhead_ratio": job / alone,
    }


def first_progress_and_cancel(jobs, rounds: int) -> dict[str, float]:
    """Seconds from asking to the first step, and from a cancel to the end of every process."""
    from core.jobs.family import family
    from core.jobs.progress import PROGRESS

    first, cancelled = [], []
    for number in range(rounds):
        began = time.perf_counter()
        recipe = small(epochs=500, seed=1000 + number)
        job, _ = jobs.submit("train", recipe, requested_by="benchmark")
        while not (jobs.folder(job.id) / PROGRESS).exists():
            time.sleep(0.005)
        first.append(time.perf_counter() - began)
        time.sleep(1 + number % 3 * 3)  # in different stages
        began = time.perf_counter()
        jobs.cancel(job.id)
        while jobs.get(job.id).active:
            time.sleep(0.01)
        cancelled.append(time.perf_counter() - began)
        if family(job.id):
            raise SystemExit("A cancelled job has left a process.")
    return {
        "first_progress_seconds_median": statistics.median(first),
        "first_progress_seconds_max": max(first),
        "cancel_seconds_median": statistics.median(cancelled),
        "cancel_seconds_max": max(cancelled),
    }


def reruns(url: str) -> list[float]:
    """Seconds of reruns of the Market page, one after the other."""
    tab = Tab(url)
    tab.rerun()
    took = []
    for _ in range(RERUNS):
        took.append(tab.rerun())
        time.sleep(0.1)
    tab.close()
    return took


def pages(jobs, url: str, tabs: int) -> dict[str, float]:
    """Median and p95 of a rerun: idle, beside a training, beside one that many watch."""
    figures: dict[str, float] = {}

    def measured(state: str) -> None:
        took = reruns(url)
        figures[f"rerun_median_{state}"] = statistics.median(took)
        figures[f"rerun_p95_{state}"] = statistics.quantiles(took, n=20)[-1]

    reruns(url)
    measured("idle")
    recipe = small(seed=9, start="2000-01-01", family="blend") | {"symbols": None}  # lasts
    job, _ = jobs.submit("train", recipe, requested_by="benchmark")
    while jobs.get(job.id).state == "queued":
        time.sleep(0.1)
    time.sleep(WARM_UP)
    measured("training")
    watching = [Tab(url, "training") for _ in range(tabs)]
    for tab in watching:
        tab.watch()
    time.sleep(3)
    measured("watched")
    if not jobs.get(job.id).active:
        raise SystemExit("The training ended before the last rerun beside it.")
    tab, took, ended = Tab(url), [], None
    while ended is None or time.monotonic() - ended < AFTERWARDS:
        took.append(tab.rerun())
        time.sleep(0.1)
        if ended is None and not jobs.get(job.id).active:
            ended = time.monotonic()
    figures["rerun_max_as_it_ends"] = max(took)
    tab.close()
    for other in watching:
        other.close()
    for state in ("training", "watched"):
        figures[f"rerun_p95_ratio_{state}"] = (
            figures[f"rerun_p95_{state}"] / figures["rerun_p95_idle"]
        )
    return figures


def measure(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """All figures; times in seconds."""
    from core.jobs.store import JobStore
    from core.market.sample import ensure_sample
    from core.market.store import BarStore

    data_dir = folder / "data"
    os.environ["WEEKLENS_DATA_DIR"] = str(data_dir)
    os.environ["MLFLOW_TRACKING_URI"] = ""
    ensure_sample(BarStore(data_dir))
    figures = overhead(data_dir, options.rounds)
    jobs = JobStore(data_dir)
    server = Server(folder / "app", data_dir, {"WEEKLENS_TRAIN_SAMPLE": "false"})
    try:
        server.wait_healthy()
        figures |= first_progress_and_cancel(jobs, 3 * options.rounds)
        figures |= pages(jobs, server.url, options.tabs)
    finally:
        server.stop()
    return figures


def main() -> None:
    """Measure, print a table and the aims, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="trainings of each kind (default 3)")
    parser.add_argument("--tabs", type=int, default=20, help="tabs that watch (default 20)")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(options, Path(folder))
        report(figures, options.json)
    print()
    for name, aim in AIMS.items():
        met = "met" if figures[name] <= aim else "MISSED"
        print(f"aim: {name} at most {aim:g}: {met}")


if __name__ == "__main__":
    main()
