from core.db import connect
from core.jobs.progress import read
from core.jobs.runner import wait
from core.jobs.store import JobStore


def test_an_audit_runs_as_a_job_and_keeps_what_it_found(trained):
    with connect(trained) as db:
        db.execute("UPDATE forecasts SET ret = ret + 0.01 WHERE symbol = 'AAA'")
    jobs = JobStore(trained)
    job, _ = jobs.submit("audit", {"market": "VN", "symbols": ["AAA"]}, requested_by="tests")
    ended = wait(trained, job.id)
    assert ended.state == "done", ended.message
    assert ended.message == "Differences were found."
    assert ended.result["first_differences"] == []
    assert ended.result["said"][0].startswith("AAA as of 2022-06-03: ret is ")
    assert len(ended.result["cuts"]) == 12
    assert read(jobs.folder(job.id)).stage == "Checking stored forecasts"
