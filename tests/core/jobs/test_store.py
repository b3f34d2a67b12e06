import threading
from datetime import UTC, datetime, timedelta

import pytest

from core.db import connect
from core.errors import UserError
from core.jobs.store import ACTIVE, ENDED, JobStore


@pytest.fixture
def jobs(tmp_path):
    return JobStore(tmp_path)


def ask(jobs, **params):
    return jobs.submit("train", params, requested_by="An")[0]


def log(jobs, job):
    with connect(jobs.data_dir) as db:
        rows = db.execute(
            "SELECT state, message FROM job_log WHERE job=? ORDER BY rowid", (job.id,)
        )
        return [tuple(row) for row in rows]


def test_a_job_is_queued_as_asked(jobs):
    job, new = jobs.submit("train", {"market": "VN"}, requested_by="An")
    assert new
    assert (job.kind, job.params, job.state) == ("train", {"market": "VN"}, "queued")
    assert (job.requested_by, job.result, job.seconds) == ("An", {}, None)
    assert jobs.get(job.id) == job


@pytest.mark.parametrize("state", ["queued", "running"])
def test_the_same_request_is_noticed(jobs, state):
    first, _ = jobs.submit("train", {"market": "VN", "seed": 7}, requested_by="An")
    jobs.move(first.id, state)
    again, new = jobs.submit("train", {"seed": 7, "market": "VN"}, requested_by="Binh")
    assert not new
    assert again.id == first.id
    assert len(jobs.all()) == 1


@pytest.mark.parametrize("state", ["cancelling", *ENDED])
def test_the_same_request_after_the_end_is_a_new_job(jobs, state):
    first = ask(jobs)
    jobs.move(first.id, state)
    assert ask(jobs).id != first.id


def test_other_parameters_or_another_kind_are_another_job(jobs):
    made = {
        jobs.submit(kind, params, requested_by="An")[0].id
        for kind in ("train", "forecast")
        for params in ({"seed": 1}, {"seed": 2})
    }
    assert len(made) == 4


def test_two_clicks_at_once_make_one_job(jobs):
    ask(jobs, warm="up")
    threads = [threading.Thread(target=ask, args=(jobs,), kwargs={"n": 1}) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs.all()) == 2


def test_jobs_are_listed_the_newest_first(jobs):
    made = []
    for number in range(3):
        made.append(ask(jobs, number=number).id)
        with connect(jobs.data_dir) as db:
            at = (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number)).isoformat()
            db.execute("UPDATE jobs SET created=? WHERE id=?", (at, made[-1]))
    assert [job.id for job in jobs.all()] == made[::-1]
    assert [job.id for job in jobs.all(limit=1)] == made[2:]
    assert [job.id for job in jobs.active()] == made


def test_jobs_of_one_kind(jobs):
    jobs.submit("forecast", {}, requested_by="An")
    train = ask(jobs)
    assert [job.id for job in jobs.all(kind="train")] == [train.id]


@pytest.mark.parametrize("state", [*ACTIVE, *ENDED])
def test_what_waits_or_runs_is_active(jobs, state):
    job = ask(jobs)
    jobs.move(job.id, state)
    assert jobs.get(job.id).active == (state in ACTIVE)
    assert len(jobs.active()) == (state in ACTIVE)


def test_every_change_of_state_is_kept(jobs):
    job = ask(jobs)
    jobs.move(job.id, "running")
    jobs.move(job.id, "failed", message="No prices.")
    assert log(jobs, job) == [("queued", ""), ("running", ""), ("failed", "No prices.")]


def test_the_result_is_read_back(jobs):
    job = ask(jobs)
    jobs.move(job.id, "done", result={"versions": {"a": 1}}, message="Well.")
    done = jobs.get(job.id)
    assert (done.result, done.message) == ({"versions": {"a": 1}}, "Well.")


def test_it_is_known_how_long_a_job_ran(jobs):
    job = ask(jobs)
    jobs.move(job.id, "running")
    assert jobs.get(job.id).seconds >= 0
    with connect(jobs.data_dir) as db:
        db.execute(
            "UPDATE jobs SET started='2024-01-01T10:00:00+00:00', ended='2024-01-01T10:01:30+00:00'"
        )
    assert jobs.get(job.id).seconds == 90


def test_a_process_is_forgotten_at_the_end(jobs):
    job = ask(jobs)
    jobs.note_process(job.id, 123, 4.5)
    assert (jobs.get(job.id).pid, jobs.get(job.id).pid_started) == (123, 4.5)
    jobs.move(job.id, "done")
    assert jobs.get(job.id).pid is None


def test_a_move_can_spare_states(jobs):
    job = ask(jobs)
    jobs.move(job.id, "cancelled")
    assert not jobs.move(job.id, "running", unless=("cancelled",))
    assert jobs.get(job.id).state == "cancelled"
    assert log(jobs, job) == [("queued", ""), ("cancelled", "")]


def test_a_waiting_job_is_cancelled_at_once(jobs):
    job = ask(jobs)
    jobs.cancel(job.id)
    assert jobs.get(job.id).state == "cancelled"


def test_a_running_job_is_asked_to_end(jobs):
    job = ask(jobs)
    jobs.move(job.id, "running")
    jobs.cancel(job.id)
    assert jobs.get(job.id).state == "cancelling"


@pytest.mark.parametrize("state", ENDED)
def test_an_ended_job_cannot_be_cancelled(jobs, state):
    job = ask(jobs)
    jobs.move(job.id, state)
    with pytest.raises(UserError, match=f"already ended \\({state}\\)"):
        jobs.cancel(job.id)
    assert jobs.get(job.id).state == state


def test_an_unknown_job_is_one_sentence(jobs):
    with pytest.raises(UserError, match="There is no job 'xxxxx"):
        jobs.get("x" * 999)


def test_an_ended_job_is_asked_for_again_with_the_same_parameters(jobs):
    first = ask(jobs, market="VN", seed=3)
    jobs.move(first.id, "failed")
    again, new = jobs.retry(first.id, requested_by="Binh")
    assert new
    assert (again.kind, again.params) == ("train", {"market": "VN", "seed": 3})
    assert (again.state, again.requested_by) == ("queued", "Binh")
    assert jobs.get(first.id).state == "failed"


def test_two_retries_are_one_job(jobs):
    first = ask(jobs)
    jobs.move(first.id, "failed")
    again, _ = jobs.retry(first.id, requested_by="An")
    assert jobs.retry(first.id, requested_by="Binh") == (again, False)


@pytest.mark.parametrize("state", ACTIVE)
def test_an_active_job_is_not_repeated(jobs, state):
    job = ask(jobs)
    jobs.move(job.id, state)
    with pytest.raises(UserError, match=f"has not ended \\({state}\\): wait for it, or cancel"):
        jobs.retry(job.id, requested_by="An")


def test_a_kind_no_longer_known_is_not_repeated(jobs):
    job, _ = jobs.submit("alchemy", {}, requested_by="An")
    jobs.move(job.id, "failed")
    with pytest.raises(UserError, match="does not know work of the kind 'alchemy'"):
        jobs.retry(job.id, requested_by="An")


def test_a_refresh_that_did_not_end_well_goes_on_from_where_it_was(jobs):
    job, _ = jobs.submit("refresh", {"market": "VN"}, requested_by="An")
    jobs.move(job.id, "failed")
    again, _ = jobs.retry(job.id, requested_by="An")
    assert again.params == {"market": "VN", "since": job.created}
    jobs.move(again.id, "cancelled")
    assert jobs.retry(again.id, requested_by="An")[0].params["since"] == job.created


def test_a_refresh_that_is_done_begins_anew(jobs):
    job, _ = jobs.submit("refresh", {"market": "VN", "since": "2024"}, requested_by="An")
    jobs.move(job.id, "done")
    assert jobs.retry(job.id, requested_by="An")[0].params == {"market": "VN"}


def test_one_that_goes_on_is_the_same_request_as_one_from_the_start(jobs):
    first, _ = jobs.submit("refresh", {"market": "VN", "since": "2024"}, requested_by="An")
    assert jobs.submit("refresh", {"market": "VN"}, requested_by="An") == (first, False)
