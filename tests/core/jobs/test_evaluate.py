"""A real evaluation, killed, gone on with, cancelled: its workers must leave each time."""

import os
import signal
import subprocess
import sys

import psutil

from core.evaluation import records, runner
from core.evaluation.request import request_evaluation
from core.jobs.progress import read
from core.jobs.runner import JobRunner
from core.jobs.store import JobStore
from core.settings import PROJECT
from tests.core.evaluation import made
from tests.core.jobs.test_runner import gone, until


def finished(data_dir):
    return {file: file.stat().st_mtime_ns for file in records.work_folder(data_dir).rglob("*.npy")}


def workers(job):
    """Every process below a job's, its pool among them."""
    return psutil.Process(job.pid).children(recursive=True)


def test_an_evaluation_goes_on_after_a_kill_and_leaves_no_process(store, data_dir):
    store.write("US", made.make_bars(), source="test")
    job, _ = request_evaluation(data_dir, "US", None, 2017, 2017, by="tests")
    jobs = JobStore(data_dir)
    code = (
        "import pathlib, sys, time; from core.jobs.runner import JobRunner; "
        "JobRunner(pathlib.Path(sys.argv[1])).start() and time.sleep(600)"
    )
    dying = subprocess.Popen([sys.executable, "-c", code, str(data_dir)], cwd=PROJECT)
    until(lambda: finished(data_dir))
    family = workers(jobs.get(job.id))
    assert len(family) >= 2
    os.kill(dying.pid, signal.SIGKILL)
    dying.wait()
    for process in family:
        until(lambda process=process: gone(process))
    before = finished(data_dir)

    again = JobRunner(data_dir)
    assert again.start()
    try:
        assert jobs.get(job.id).message.endswith("another goes on where it stopped.")
        (second,) = jobs.active()
        until(lambda: runner.EARLIER in read(jobs.folder(second.id)).detail)
        until(lambda: len(workers(jobs.get(second.id))) >= 2)
        family = [psutil.Process(jobs.get(second.id).pid), *workers(jobs.get(second.id))]
        jobs.cancel(second.id)
        until(lambda: not jobs.get(second.id).active)
        assert jobs.get(second.id).message.startswith("Cancelled; finished folds are kept")
        for process in family:
            until(lambda process=process: gone(process))
    finally:
        again.stop()
    after = finished(data_dir)
    assert {file: after[file] for file in before} == before
