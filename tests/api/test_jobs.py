"""Work asked for by a program: queued, done by the job runner, watched, cancelled."""

import json

import pytest

from api.routes import jobs as routes
from core.jobs.runner import JobRunner
from core.jobs.store import JobStore
from core.registry import PATTERN, PRICE

AUDIT = {"kind": "audit", "market": "VN", "symbols": ["aaa"]}


def events(caller, job, **asked):
    """The events of a job: (name, data), until the stream ends."""
    answer = caller.get(f"/jobs/{job}/events", stream=True, params=asked)
    assert answer.headers["content-type"].startswith("text/event-stream")
    found, name = [], ""
    for line in answer.iter_lines(decode_unicode=True):
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: "):
            found.append((name, json.loads(line.removeprefix("data: "))))
    return found


def test_a_job_is_taken_and_named(owner, trained):
    answer = owner.post("/jobs", AUDIT)
    told = answer.json()
    assert (answer.status_code, told["new"]) == (202, True)
    assert told["job"]["params"] == {"market": "VN", "symbols": ["AAA"]}
    assert told["job"]["state"] == "queued"
    assert answer.headers["location"] == f"/api/v1/jobs/{told['job']['id']}"
    assert owner.get(f"/jobs/{told['job']['id']}").json() == told["job"]


def test_the_same_again_is_the_one_under_way(owner):
    first = owner.post("/jobs", AUDIT).json()["job"]["id"]
    again = owner.post("/jobs", AUDIT)
    assert (again.status_code, again.json()["new"]) == (200, False)
    assert again.json()["job"]["id"] == first


def test_where_nobody_does_the_work_it_is_said(owner, trained):
    assert "No server runs" in owner.post("/jobs", AUDIT).json()["note"]
    assert owner.get("/ready").json() == {
        "ready": True,
        "database": "ok",
        "models": "ok",
        "runner": "none",
    }


@pytest.mark.parametrize(
    ("body", "params"),
    [
        (
            {"kind": "train", "market": "VN", "preset": "quick", "seed": 3},
            {"seed": 3, "epochs": 10},
        ),
        ({"kind": "forecast"}, {PRICE: 1, PATTERN: 1}),
        ({"kind": "forecast", "as_of": "2022-01-07"}, {"as_of": "2022-01-07"}),
        ({"kind": "evaluate", "market": "VN"}, {"market": "VN", "symbols": None}),
        (
            {"kind": "backtest", "market": "VN", "source": "records", "top": 2, "fee": 0.002},
            {"source": "records", "market": "VN", "cash_rate": 0.0},
        ),
    ],
)
def test_each_kind_of_work_is_asked_for_as_on_the_pages(owner, trained, body, params):
    answer = owner.post("/jobs", body)
    assert answer.status_code == 202, answer.text
    job = JobStore(trained).active()[0]
    assert job.kind == body["kind"]
    assert params.items() <= job.params.items()
    assert job.requested_by == "a-owner"


def test_jobs_come_in_pages_the_newest_first(owner, trained):
    for n in range(5):
        JobStore(trained).submit("audit", {"market": "VN", "n": n}, requested_by="tests")
    stored = [job.id for job in JobStore(trained).all()]
    assert [job["id"] for job in owner.all("/jobs", limit=2)] == stored
    waiting = owner.all("/jobs", kind="audit", state="queued", limit=2)
    assert [job["params"]["n"] for job in waiting] == [4, 3, 2, 1, 0]


def test_a_real_job_is_watched_to_its_end(owner, trained):
    runner = JobRunner(trained)
    assert runner.start()
    try:
        taken = owner.post("/jobs", {"kind": "forecast"}).json()
        assert taken["note"] == ""
        seen = events(owner, taken["job"]["id"])
    finally:
        runner.stop()
    states = [told["state"] for __, told in seen]
    assert states[-1] == "done", seen[-1]
    assert [name for name, __ in seen] == ["job"] * (len(seen) - 1) + ["end"]
    assert any(told["progress"] for __, told in seen)
    assert seen[-1][1]["result"]["market"] == "VN"


def test_a_stream_of_what_has_ended_is_short(owner, trained):
    job = JobStore(trained).all(kind="train")[0]
    assert [name for name, __ in events(owner, job.id)] == ["job", "end"]


def test_a_stream_ends_by_itself_where_that_is_asked(owner):
    job = owner.post("/jobs", AUDIT).json()["job"]["id"]
    assert [name for name, __ in events(owner, job, wait=0)] == ["job"]


def test_a_caller_has_so_many_streams_at_once(owner, monkeypatch):
    monkeypatch.setattr(routes, "STREAMS", 1)
    job = owner.post("/jobs", AUDIT).json()["job"]["id"]
    with owner.get(f"/jobs/{job}/events?wait=20", stream=True) as first:
        lines = first.iter_lines()
        assert next(lines) == b"event: job"
        assert owner.get(f"/jobs/{job}/events?wait=0").status_code == 429
        lines.close()


def test_a_job_that_has_ended_cannot_be_cancelled(owner, trained):
    job = JobStore(trained).all(kind="train")[0]
    answer = owner.post(f"/jobs/{job.id}/cancel")
    assert answer.status_code == 409
    assert "already ended" in answer.json()["detail"]


def test_the_figures_for_prometheus(owner, trained):
    owner.post("/jobs", AUDIT)
    owner.get("/symbols/VN/AAA")
    text = owner.get("/metrics").text
    assert 'weeklens_jobs{state="queued"} 1.0' in text
    assert f'weeklens_production_version{{model="{PRICE}"}} 1.0' in text
    assert 'weeklens_data_age_days{market="VN"}' in text
    told = 'weeklens_requests_total{method="GET",path="/symbols/{market}/{symbol}",status="200"}'
    assert f"{told} 1.0" in text
    assert 'weeklens_request_seconds_bucket{le="0.02"' in text


def test_an_unknown_path_makes_no_figure_of_its_own(owner):
    for n in range(3):
        owner.get(f"/nothing-{n}")
    text = owner.get("/metrics").text
    assert "nothing-" not in text
    assert 'path="none",status="404"} 3.0' in text
