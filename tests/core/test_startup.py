import logging
import sqlite3
from contextlib import closing

import pytest

from core import startup
from core.db import connect, path
from core.jobs.runner import JobRunner
from core.jobs.store import JobStore
from core.market.sample import ensure_sample
from core.settings import settings
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
        assert runner.alive
        assert len(store.symbols("US")) == 5
        assert JobStore(without_training).all() == []
    finally:
        runner.stop()


def test_the_folder_is_free_after_the_end(without_training):
    startup.start().stop()
    second = startup.start()
    assert second is not None
    second.stop()


def test_beside_another_weeklens_there_is_no_second_runner(without_training, caplog):
    first = JobRunner(without_training)
    assert first.start()
    try:
        assert startup.start() is None
        assert "Another Weeklens works on" in caplog.text
    finally:
        first.stop()


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
