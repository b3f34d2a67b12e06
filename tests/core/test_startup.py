import logging
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from core import startup
from core.db import connect, path
from core.jobs.runner import JobRunner
from core.jobs.server import AnotherServer
from core.jobs.store import JobStore
from core.market.sample import ensure_sample
from core.settings import PROJECT, settings
from tests.browser.helpers import free_port
from tests.core.jobs.test_runner import until
from tests.core.market.bars import make_bars


@pytest.fixture
def without_training(data_dir, monkeypatch):
    monkeypatch.setenv("WEEKLENS_TRAIN_SAMPLE", "false")
    settings.cache_clear()
    return data_dir


@pytest.fixture
def jobs(data_dir):
    return JobStore(data_dir)


def test_an_empty_folder_gets_the_sample_and_a_runner(without_training, store):
    runner = startup.start()
    try:
        assert runner.runner.alive
        assert len(store.symbols("US")) == 5
        assert JobStore(without_training).all() == []
    finally:
        runner.stop()


def test_the_folder_is_free_after_the_end(without_training):
    startup.start().stop()
    second = startup.start()
    assert second is not None
    second.stop()


def test_a_second_server_is_refused_and_told_what_to_do(without_training):
    first = startup.start()
    try:
        with pytest.raises(AnotherServer) as refusal:
            startup.start()
    finally:
        first.stop()
    assert f"(process {os.getpid()}) works on the data folder {without_training}" in str(
        refusal.value
    )
    assert "WEEKLENS_DATA_DIR" in str(refusal.value)


def test_a_server_takes_over_once_a_command_that_works_has_ended(without_training):
    command = JobRunner(without_training)
    assert command.start()
    server = startup.start()
    try:
        jobs = JobStore(without_training)
        command.stop()
        job, _ = jobs.submit("forecast", {}, requested_by="tests")
        until(lambda: not jobs.get(job.id).active)
    finally:
        server.stop()


@pytest.mark.parametrize("command", [["-m", "streamlit", "run", "app.py"], ["tools/run.py"]])
def test_a_second_server_process_ends_with_the_sentence_alone(without_training, command):
    first = startup.start()
    try:
        port = ["--port" if "tools/run.py" in command else "--server.port", str(free_port())]
        done = subprocess.run(
            [sys.executable, *command, *port],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        first.stop()
    assert done.returncode != 0
    assert f"works on the data folder {without_training}" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_a_dead_server_does_not_hold_the_folder(without_training):
    code = "import time; from core import startup; s = startup.start(); print(1, flush=True); "
    dying = subprocess.Popen(
        [sys.executable, "-c", code + "time.sleep(600)"], cwd=PROJECT, stdout=subprocess.PIPE
    )
    dying.stdout.readline()
    with pytest.raises(AnotherServer, match=f"process {dying.pid}"):
        startup.start()
    dying.kill()
    dying.communicate()
    startup.start().stop()


def test_a_folder_of_a_newer_schema_stops_nothing(without_training, caplog):
    with connect(without_training):
        pass
    with closing(sqlite3.connect(path(without_training))) as db:
        db.execute("PRAGMA user_version = 99")
    with caplog.at_level(logging.ERROR):
        assert startup.start() is None
    assert "was written by a newer Weeklens" in caplog.text


def test_the_first_start_asks_for_a_training_on_the_sample(store, jobs):
    ensure_sample(store)
    startup.train_on_sample_once(jobs)
    (job,) = jobs.all()
    assert (job.kind, job.requested_by) == ("train", "first start")
    assert (job.params["market"], job.params["promote"]) == ("US", True)


def test_a_training_asked_for_once_is_not_asked_for_again(store, jobs):
    ensure_sample(store)
    startup.train_on_sample_once(jobs)
    jobs.cancel(jobs.all()[0].id)
    startup.train_on_sample_once(jobs)
    assert len(jobs.all()) == 1


def test_a_first_training_cut_off_is_asked_for_again(store, jobs):
    ensure_sample(store)
    startup.train_on_sample_once(jobs)
    jobs.move(jobs.all()[0].id, "interrupted")
    startup.train_on_sample_once(jobs)
    assert [job.state for job in jobs.all()] == ["queued", "interrupted"]


def test_a_first_training_that_was_cut_off_is_asked_for_again(store, jobs):
    ensure_sample(store)
    startup.train_on_sample_once(jobs)
    jobs.move(jobs.all()[0].id, "interrupted")
    startup.train_on_sample_once(jobs)
    assert sorted(job.state for job in jobs.all()) == ["interrupted", "queued"]


def test_a_training_of_ones_own_that_was_cut_off_is_not(store, jobs):
    ensure_sample(store)
    own, _ = jobs.submit("train", {"market": "US"}, requested_by="An")
    jobs.move(own.id, "interrupted")
    startup.train_on_sample_once(jobs)
    assert len(jobs.all()) == 1


def test_own_prices_start_no_training(store, jobs):
    ensure_sample(store)
    store.write("VN", {"VNM": make_bars()}, source="file")
    startup.train_on_sample_once(jobs)
    assert jobs.all() == []


def test_no_prices_start_no_training(store, jobs):
    startup.train_on_sample_once(jobs)
    assert jobs.all() == []


def test_a_setting_turns_the_first_training_off(without_training, store, jobs):
    ensure_sample(store)
    startup.train_on_sample_once(jobs)
    assert jobs.all() == []
