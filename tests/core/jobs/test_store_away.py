"""The model store is away for a while: work waits for it, and is not lost."""

import json
import threading

import pytest
from mlflow.exceptions import MlflowException

from core import forecasts, registry
from core.forecasts.job import RECORDS
from core.jobs import one
from core.jobs.progress import RESULT, read
from core.jobs.store import FINISH, JobStore
from core.promotion import request_forecasts

AWAY = "API request to http://127.0.0.1:9 failed with exception Max retries exceeded"


@pytest.fixture
def worked(trained):
    """A forecast job whose child has ended; its result waits to be put away."""
    jobs = JobStore(trained)
    job = request_forecasts(trained, by="tests")
    jobs.move(job.id, "running")
    shown = forecasts.current(trained)
    kept = {name: shown[name] for name in ("market", "as_of", "revision", "usual")}
    folder = jobs.folder(job.id)
    folder.mkdir(parents=True)
    (folder / RECORDS).write_text("[]")
    (folder / RESULT).write_text(
        json.dumps(kept | {"count": 5, "stocks": 9, "rule": None, "shrinkage": None})
    )
    return jobs, jobs.get(job.id)


@pytest.fixture
def store_away(monkeypatch):
    """The store does not answer as long as this is set; every try is counted."""
    away, tries, get = threading.Event(), [], registry.get

    def asked(*of):
        tries.append(of)
        if away.is_set():
            raise MlflowException(AWAY)
        return get(*of)

    away.set()
    away.tries = tries
    monkeypatch.setattr(registry, "get", asked)
    monkeypatch.setattr(one, "STORE_LOOKS", 0.01)
    return away


def begun(data_dir, job, stop=None):
    worker = one.OneJob(data_dir, job, stop or threading.Event())
    thread = threading.Thread(target=worker.finish_again)
    thread.start()
    return thread


def until_tried(store_away, times=2):
    while len(store_away.tries) < times:
        threading.Event().wait(0.01)


def test_a_result_waits_for_the_store_and_is_kept_once_it_is_back(worked, store_away):
    jobs, job = worked
    thread = begun(jobs.data_dir, job)
    until_tried(store_away)
    now = jobs.get(job.id)
    assert (now.state, now.phase[: len(FINISH)]) == ("running", FINISH)
    assert read(jobs.folder(job.id)).stage == one.WAITS
    store_away.clear()
    thread.join(30)
    assert (jobs.get(job.id).state, jobs.get(job.id).result["count"]) == ("done", 5)


def test_a_server_that_ends_meanwhile_leaves_the_result_to_the_next(worked, store_away):
    jobs, job = worked
    stop = threading.Event()
    thread = begun(jobs.data_dir, job, stop)
    until_tried(store_away)
    stop.set()
    thread.join(30)
    assert jobs.get(job.id).state == "running"
    assert (jobs.folder(job.id) / RESULT).exists()
    store_away.clear()
    begun(jobs.data_dir, jobs.get(job.id)).join(30)
    assert jobs.get(job.id).state == "done"


def test_patience_ends_with_the_sentence(worked, store_away, monkeypatch):
    jobs, job = worked
    monkeypatch.setattr(one, "STORE_PATIENCE", 0.0)
    begun(jobs.data_dir, job).join(30)
    now = jobs.get(job.id)
    assert now.state == "failed"
    assert now.message.startswith("The model store at ")


def test_who_cancels_before_the_work_is_not_kept_waiting(trained, store_away):
    jobs = JobStore(trained)
    params = {"price_target_model": 1, "pattern_lstm_classifier": 1}
    job, _ = jobs.submit("forecast", params, requested_by="tests")
    jobs.move(job.id, "running")
    worker = one.OneJob(trained, jobs.get(job.id), threading.Event())
    thread = threading.Thread(target=worker.run)
    thread.start()
    until_tried(store_away)
    jobs.cancel(job.id)
    thread.join(30)
    assert jobs.get(job.id).state == "cancelled"
