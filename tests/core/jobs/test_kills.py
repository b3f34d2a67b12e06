"""Runner or child killed at random moments of real trainings: what the next start finds is true.

A seed that fails says so in the test's name; the kills before it in the same folder are made
anew by it alone, since each test has a folder of its own.
"""

import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest

from core import registry
from core.jobs.family import family
from core.jobs.one import KEPT
from core.jobs.runner import wait
from core.jobs.store import ENDED, FINISH, JobStore
from core.promotion import request_forecasts
from core.settings import PROJECT
from core.tracking import client, experiment_id
from core.training.log_run import JOB_TAG
from core.training.recipe import make_recipe
from tests.core.indicators.generate import walk
from tests.core.jobs.test_runner import until

PATIENCE = 300
"""Seconds a whole training may take before something is taken to be wrong."""
ROUNDS = 13
"""Kills in a folder of the long test; with its four folders 52."""
RUNNER = (
    "import pathlib, sys, time; from core.jobs.runner import JobRunner; "
    "r = JobRunner(pathlib.Path(sys.argv[1])); r.start() or r.start_when_free(); time.sleep(600)"
)


@pytest.fixture
def jobs(store, data_dir):
    store.write("VN", {"AAA": walk(900, 1), "BBB": walk(900, 2)}, source="test")
    return JobStore(data_dir)


def ask(jobs, seed):
    recipe = make_recipe(market="VN", epochs=1, alpha=100.0, seed=seed, promote=True)
    return jobs.submit("train", recipe.model_dump(mode="json"), requested_by="tests")[0]


def strike(jobs, job, random_, *, where, whom):
    """Start a runner process, wait for the moment, and kill it or its child."""
    runner = subprocess.Popen([sys.executable, "-c", RUNNER, str(jobs.data_dir)], cwd=PROJECT)
    try:
        if where == "finish":
            until(lambda: jobs.get(job.id).phase == FINISH or not jobs.get(job.id).active, PATIENCE)
            time.sleep(random_.uniform(0, 2.5))
        else:
            until(lambda: jobs.get(job.id).state != "queued")
            time.sleep(random_.uniform(0, 12))
        pid = jobs.get(job.id).pid
        if whom == "child" and pid is not None and psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)
            until(lambda: not jobs.get(job.id).active)
    finally:
        runner.kill()
        runner.wait()


def all_is_true(jobs):
    """Every invariant that must hold once the next runner has set things right."""
    for job in jobs.all(limit=1000):
        assert job.state in ENDED, job
        assert family(job.id) == []
    for folder in (jobs.data_dir / "jobs").iterdir():
        assert {file.name for file in folder.iterdir()} <= KEPT
    assert list(jobs.data_dir.rglob("*.part")) + list(jobs.data_dir.rglob("*.tmp")) == []

    whole = {}
    for run in client().search_runs([experiment_id()], max_results=1000):
        assert run.info.status in ("FINISHED", "KILLED", "FAILED")
        if run.info.status == "FINISHED":
            assert run.data.tags[JOB_TAG] not in whole, "one job was logged twice"
            whole[run.data.tags[JOB_TAG]] = run.info.run_id
    done = {job.id: job for job in jobs.all(kind="train", limit=1000) if job.state == "done"}
    assert set(done) == set(whole)
    registered = {(v.model, v.version): v.run_id for v in registry.versions()}
    told = {
        (model, number): whole[job.id]
        for job in done.values()
        for model, number in job.result["versions"].items()
    }
    assert registered == told
    assert len(told) == 2 * len(done)
    if done:
        current = registry.production()
        assert set(current) == set(registry.MODELS)
        assert registry.disagreement(current) == ""
        assert len({version.run_id for version in current.values()}) == 1
        for version in current.values():
            registry.model_file(version)


def next_job_runs(jobs):
    """Becoming the runner sets right what was left, and the next job is done."""
    if registry.production() and not registry.disagreement(registry.production()):
        job = request_forecasts(jobs.data_dir, by="tests")
        assert wait(jobs.data_dir, job.id).state == "done"
    else:
        job, _ = jobs.submit("forecast", {"nothing": time.time()}, requested_by="tests")
        wait(jobs.data_dir, job.id)
    for left in jobs.active():
        wait(jobs.data_dir, left.id)


def struck(jobs, seed, where, whom):
    random_ = random.Random(seed)
    strike(jobs, ask(jobs, seed), random_, where=where, whom=whom)
    next_job_runs(jobs)
    all_is_true(jobs)


@pytest.mark.parametrize(
    ("seed", "where", "whom"),
    [
        pytest.param(1, "work", "runner", marks=pytest.mark.long),
        pytest.param(2, "work", "child", marks=pytest.mark.long),
        (3, "finish", "runner"),
    ],
)
def test_a_kill_leaves_the_truth_and_the_next_job_runs(jobs, seed, where, whom):
    struck(jobs, seed, where, whom)


@pytest.mark.long
@pytest.mark.parametrize("first", [100, 200, 300, 400])
def test_many_kills_in_one_folder_leave_the_truth(jobs, first):
    for seed in range(first, first + ROUNDS):
        chance = random.Random(seed)
        where = chance.choice(["work", "finish", "finish"])
        struck(jobs, seed, where, chance.choice(["runner", "runner", "child"]))
