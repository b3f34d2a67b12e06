import os
import subprocess
import sys

import psutil
import pytest

from core.jobs.history import ahead, ended_jobs, memory, transitions
from core.jobs.store import JobStore


@pytest.fixture
def jobs(data_dir):
    return JobStore(data_dir)


def ask(jobs, number, kind="train"):
    return jobs.submit(kind, {"number": number}, requested_by="test")[0]


def test_ended_jobs_come_by_page_the_newest_first(jobs, data_dir):
    made = [ask(jobs, number).id for number in range(5)]
    for job_id in made[:4]:
        jobs.cancel(job_id)
    first, count = ended_jobs(data_dir, size=3)
    second, _ = ended_jobs(data_dir, size=3, page=2)
    assert count == 4
    assert (len(first), len(second)) == (3, 1)
    assert {job.id for job in first + second} == set(made[:4])
    assert [job.created for job in first] == sorted((job.created for job in first), reverse=True)


def test_ended_jobs_of_one_kind(jobs, data_dir):
    for kind in ("train", "forecast"):
        jobs.cancel(ask(jobs, 1, kind).id)
    found, count = ended_jobs(data_dir, kind="forecast")
    assert ([job.kind for job in found], count) == (["forecast"], 1)


def test_every_change_of_state_is_timed(jobs, data_dir):
    job = ask(jobs, 1)
    jobs.move(job.id, "running")
    jobs.move(job.id, "failed", message="why")
    told = transitions(data_dir, job.id)
    assert [(line["state"], line["message"]) for line in told] == [
        ("queued", ""),
        ("running", ""),
        ("failed", "why"),
    ]
    assert [line["at"] for line in told] == sorted(line["at"] for line in told)


def test_a_waiting_job_knows_what_is_before_it(jobs):
    first, second, third = (ask(jobs, number) for number in range(3))
    active = jobs.active()
    order = [job.id for job in active]
    assert set(order) == {first.id, second.id, third.id}
    assert [[job.id for job in ahead(one, active)] for one in active] == [
        [],
        order[:1],
        order[:2],
    ]


def test_what_runs_is_before_what_waits_whenever_it_was_asked_for(jobs):
    ask(jobs, 1), ask(jobs, 2)
    jobs.move(jobs.active()[1].id, "running")
    active = jobs.active()
    assert ahead(active[0], active) == [active[1]]


def test_memory_counts_the_process_and_its_children(jobs):
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    process = subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE)
    try:
        me = psutil.Process(process.pid)
        while not me.children():
            pass
        job = ask(jobs, 1)
        jobs.note_process(job.id, process.pid, me.create_time())
        held = memory(jobs.get(job.id))
        assert held > me.memory_info().rss
    finally:
        process.stdin.close()
        process.wait()
    assert memory(jobs.get(job.id)) is None


def test_a_number_that_another_process_has_now_is_not_measured(jobs):
    job = ask(jobs, 1)
    jobs.note_process(job.id, os.getpid(), 0.0)
    assert memory(jobs.get(job.id)) is None


def test_a_waiting_job_takes_no_memory(jobs):
    assert memory(ask(jobs, 1)) is None
