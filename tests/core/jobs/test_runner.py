"""Real child processes on real prices; a training is stopped long before TensorFlow is there."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import psutil
import pytest

from core import promotion
from core.db import SCHEMA_VERSION, connect, path
from core.errors import UserError
from core.jobs.one import RESUMED
from core.jobs.progress import ERROR, LOG, PROGRESS, RESULT, read
from core.jobs.runner import JobRunner, wait
from core.jobs.store import JobStore
from core.market.follows import asked, follow
from core.market.refresh.request import request_refresh
from core.market.store import BarStore
from core.settings import PROJECT
from core.tracking import client, experiment_id
from core.training.log_run import JOB_TAG
from core.training.recipe import make_recipe
from tests.core.indicators.generate import walk

PATIENCE = 60
"""Seconds after which something that should happen is taken not to."""


def until(happened, patience=PATIENCE):
    """The first true answer."""
    deadline = time.monotonic() + patience
    while not (answer := happened()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)
    return answer


def gone(process):
    """Whether a process has ended; one its parent has not asked about yet is a zombie."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def jobs(store, data_dir):
    """A data folder with prices."""
    store.write("VN", {"AAA": walk(1100, 1), "BBB": walk(1100, 2)}, source="test")
    return JobStore(data_dir)


def ask_training(jobs, **asked):
    recipe = make_recipe(market="VN", epochs=500, **asked).model_dump(mode="json")
    return jobs.submit("train", recipe, requested_by="tests")[0]


def ask_nonsense(jobs):
    """A request that fails in the child, as a defect would."""
    return jobs.submit("train", {"nonsense": 1}, requested_by="tests")[0]


def ask_nothing(jobs):
    """A request that fails at once, before there is a child."""
    return jobs.submit("forecast", {}, requested_by="tests")[0]


@pytest.fixture
def runner(jobs):
    made = JobRunner(jobs.data_dir)
    assert made.start()
    yield made
    made.stop()


@pytest.fixture
def at_work(runner, jobs):
    """A training that runs, and its process."""
    job = ask_training(jobs)
    return job, working(jobs, job)


def working(jobs, job):
    """The process of a job, once it tells of its first steps."""
    until(lambda: read(jobs.folder(job.id)).stage)
    return psutil.Process(jobs.get(job.id).pid)


def left(jobs, job):
    return {path.name for path in jobs.folder(job.id).iterdir()}


def test_a_cancelled_training_ends_and_leaves_only_its_story(jobs, at_work):
    job, process = at_work
    (jobs.folder(job.id) / "price.onnx").write_bytes(b"half a model")
    (jobs.folder(job.id) / "files").mkdir()
    jobs.cancel(job.id)
    until(lambda: not jobs.get(job.id).active)
    assert jobs.get(job.id).state == "cancelled"
    assert jobs.get(job.id).message == "Cancelled; nothing was kept."
    assert gone(process)
    until(lambda: left(jobs, job) == {PROGRESS, LOG, "params.json"})


def test_a_killed_child_is_a_failure_with_a_sentence(jobs, at_work):
    job, process = at_work
    process.send_signal(signal.SIGKILL)
    until(lambda: not jobs.get(job.id).active)
    assert jobs.get(job.id).state == "failed"
    assert jobs.get(job.id).message.startswith("The working process was killed, perhaps because")


def test_stopping_the_runner_interrupts_the_job_and_ends_its_child(jobs, runner, at_work):
    job, process = at_work
    runner.stop()
    assert jobs.get(job.id).state == "interrupted"
    assert gone(process)


def test_cancelling_and_then_stopping_is_a_cancellation(jobs, runner, at_work):
    job, _ = at_work
    jobs.cancel(job.id)
    runner.stop()
    assert jobs.get(job.id).state == "cancelled"


def test_a_failure_keeps_its_log_and_does_not_stop_the_queue(jobs, runner):
    job, second = ask_nonsense(jobs), ask_nothing(jobs)
    until(lambda: not jobs.get(second.id).active)
    ended = jobs.get(job.id)
    assert ended.state == "failed"
    assert ended.message.startswith("An unexpected error stopped the job (ValidationError: ")
    log = (jobs.folder(job.id) / LOG).read_text()
    assert "Traceback (most recent call last)" in log
    assert "nonsense" in log
    assert RESULT not in left(jobs, job)


def test_a_failure_before_there_is_a_child_keeps_its_log_too(jobs, runner):
    job = ask_nothing(jobs)
    until(lambda: not jobs.get(job.id).active)
    assert jobs.get(job.id).state == "failed"
    assert "KeyError" in (jobs.folder(job.id) / LOG).read_text()


def test_a_refusal_is_its_sentence_without_traceback(jobs, runner):
    job = ask_training(jobs, end="2010-01-01")
    until(lambda: not jobs.get(job.id).active)
    said = "There are no prices of these stocks in the chosen dates."
    assert (jobs.get(job.id).state, jobs.get(job.id).message) == ("failed", said)
    assert "Traceback" not in (jobs.folder(job.id) / LOG).read_text()


def test_a_job_cancelled_while_it_waits_is_never_begun(jobs, runner, at_work):
    waiting = ask_training(jobs, seed=1)
    jobs.cancel(waiting.id)
    jobs.cancel(at_work[0].id)
    last = ask_nothing(jobs)
    until(lambda: not jobs.get(last.id).active)
    assert (jobs.get(waiting.id).state, jobs.get(waiting.id).started) == ("cancelled", None)


def test_one_folder_has_one_runner(jobs, runner):
    second = JobRunner(jobs.data_dir)
    assert not second.start()
    runner.stop()
    assert second.start()
    second.stop()


def test_a_folder_of_a_newer_schema_is_not_kept_locked(data_dir):
    with connect(data_dir):
        pass
    set_schema(data_dir, 99)
    runner = JobRunner(data_dir)
    with pytest.raises(UserError, match="newer Weeklens"):
        runner.start()
    set_schema(data_dir, SCHEMA_VERSION)
    second = JobRunner(data_dir)
    assert second.start()
    second.stop()


def set_schema(data_dir, version):
    with contextlib.closing(sqlite3.connect(path(data_dir))) as db:
        db.execute(f"PRAGMA user_version = {version}")


def test_waiting_sees_a_job_to_its_end_and_leaves_the_others(jobs):
    first, second = ask_nothing(jobs), ask_training(jobs)
    seen = []
    ended = wait(jobs.data_dir, first.id, seen.append)
    assert ended.state == "failed"
    assert set(seen) == {jobs.folder(first.id)}
    assert jobs.get(second.id).state == "queued"


def test_waiting_leaves_the_work_to_a_runner_that_lives(jobs, runner):
    assert wait(jobs.data_dir, ask_nothing(jobs).id).state == "failed"
    assert runner.alive


def test_the_child_lives_on_no_longer_than_its_runner(trained):
    """A runner killed without a word: its job, child, run and lock are all set right."""
    jobs = JobStore(trained)
    job = ask_training(jobs)
    code = (
        "import pathlib, sys, time; from core.jobs.runner import JobRunner; "
        "JobRunner(pathlib.Path(sys.argv[1])).start() and time.sleep(600)"
    )
    dying = subprocess.Popen([sys.executable, "-c", code, str(trained)], cwd=PROJECT)
    child = working(jobs, job)
    run_id = client().create_run(experiment_id(), tags={JOB_TAG: job.id}).info.run_id
    os.kill(dying.pid, signal.SIGKILL)
    dying.wait()

    runner = JobRunner(trained)
    assert runner.start()
    try:
        assert jobs.get(job.id).state == "interrupted"
        assert jobs.get(job.id).message.endswith("start it again.")
        until(lambda: gone(child))
        assert left(jobs, job) <= {PROGRESS, LOG, "params.json"}
        until(lambda: client().get_run(run_id).info.status == "KILLED")

        following = promotion.request_forecasts(trained, by="tests")
        until(lambda: not jobs.get(following.id).active)
        assert jobs.get(following.id).state == "done"
    finally:
        runner.stop()


def test_the_child_notices_by_itself_that_its_runner_has_died(jobs, tmp_path):
    """No new runner comes: the child must leave all the same, its work undone."""
    code = (
        "import subprocess, sys; "
        "p = subprocess.Popen([sys.executable, '-m', 'core.jobs.child', 'train', sys.argv[1]], "
        "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True); "
        "print(p.pid, flush=True); p.wait()"
    )
    recipe = make_recipe(market="VN", epochs=500, patience=100).model_dump(mode="json")
    (tmp_path / "params.json").write_text(json.dumps(recipe))
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    child = psutil.Process(int(parent.stdout.readline()))
    until(lambda: read(tmp_path).stage)
    parent.kill()
    parent.communicate()
    until(lambda: gone(child))
    assert not {RESULT, ERROR} & {path.name for path in tmp_path.iterdir()}


@pytest.fixture
def stranger():
    """A process that is nobody's job by itself."""
    code = [sys.executable, "-c", "import time; time.sleep(600)"]
    process = subprocess.Popen(code, start_new_session=True)
    yield psutil.Process(process.pid)
    process.kill()
    process.wait()


def leave(jobs, state, process, *, began):
    """What a runner that died without a word leaves, and a new one sets right."""
    job = ask_nothing(jobs)
    jobs.move(job.id, state)
    jobs.note_process(job.id, process.pid, began)
    jobs.folder(job.id).mkdir(parents=True)
    (jobs.folder(job.id) / "price.onnx").write_bytes(b"half a model")
    runner = JobRunner(jobs.data_dir)
    assert runner.start()
    runner.stop()
    assert left(jobs, job) == set()
    return jobs.get(job.id).state


@pytest.mark.parametrize(
    ("state", "told"), [("running", "interrupted"), ("cancelling", "cancelled")]
)
def test_a_process_left_by_a_dead_runner_is_ended(jobs, stranger, state, told):
    assert leave(jobs, state, stranger, began=stranger.create_time()) == told
    until(lambda: gone(stranger))


def test_a_process_that_only_has_the_same_number_is_left_alone(jobs, stranger):
    assert leave(jobs, "running", stranger, began=stranger.create_time() - 100) == "interrupted"
    assert not gone(stranger)


@pytest.fixture
def many(store, data_dir):
    """Many stocks that follow a folder with newer prices."""
    names = [f"S{number:02d}" for number in range(40)]
    bars = {name: walk(300, seed) for seed, name in enumerate(names)}
    store.write("VN", {name: frame.iloc[:290] for name, frame in bars.items()}, source="file")
    inbox = data_dir / "inbox" / "VN"
    inbox.mkdir(parents=True)
    columns = ["date", "open", "high", "low", "close", "volume"]
    for name, frame in bars.items():
        frame[columns].to_parquet(inbox / f"{name}.parquet")
    follow(data_dir, "VN", names, "file")
    return data_dir


def test_a_refresh_cut_off_goes_on_by_itself_and_asks_nothing_twice(many):
    jobs = JobStore(many)
    job, _ = request_refresh(many, "VN", force=True, by="tests")
    runner = JobRunner(many)
    assert runner.start()
    until(lambda: len(asked(many, "VN")) >= 3)
    runner.stop()
    cut = jobs.get(job.id)
    assert cut.state == "interrupted"
    assert cut.message.endswith("another goes on where it stopped.")
    before = {symbol: was.at for symbol, was in asked(many, "VN").items()}
    assert 3 <= len(before) < 40
    (again,) = jobs.active()
    done = wait(many, again.id)
    assert done.state == "done"
    counts = done.result["counts"]
    assert counts["up to date"] == len(before)
    # Cut between its prices and the note of it, one stock is asked once more and has nothing new.
    assert counts["added"] + counts["unchanged"] == 40 - len(before)
    assert counts["unchanged"] <= 1
    after = asked(many, "VN")
    assert {symbol: after[symbol].at for symbol in before} == before
    assert all(len(frame) == 300 for frame in BarStore(many).panel("VN").values())


def test_a_job_that_goes_on_does_so_once(many):
    jobs = JobStore(many)
    job, _ = jobs.submit("refresh", {"market": "VN"}, requested_by="tests" + RESUMED)
    jobs.move(job.id, "running")
    runner = JobRunner(many)
    assert runner.start()
    runner.stop()
    assert jobs.get(job.id).message.endswith("start it again.")


def test_only_a_refresh_is_given_the_key_of_its_source(many, monkeypatch):
    monkeypatch.setenv("VNSTOCK_API_KEY", "k-123")
    jobs = JobStore(many)
    given = {}
    for kind, params in (("train", {"nonsense": 1}), ("refresh", {"market": "VN", "force": True})):
        job, _ = jobs.submit(kind, params, requested_by="tests")
        runner = JobRunner(many, until=job.id)
        assert runner.start()
        pid = until(lambda job=job: jobs.get(job.id).pid)
        given[kind] = psutil.Process(pid).environ().get("VNSTOCK_API_KEY")
        runner.stop()  # which ends the child: it need not do its work
    assert given == {"refresh": "k-123", "train": None}
