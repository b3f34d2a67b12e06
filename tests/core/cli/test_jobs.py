import json

import pytest

from core.__main__ import main
from core.jobs.store import JobStore


@pytest.fixture
def job(data_dir):
    jobs = JobStore(data_dir)
    made, _ = jobs.submit("audit", {"market": "VN", "cuts": 3}, requested_by="An")
    return made


def told(capsys, *arguments):
    assert main(["jobs", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_an_empty_folder_says_how_to_start(data_dir, capsys):
    assert main(["jobs"]) == 0
    assert capsys.readouterr().out.startswith("No long work was asked for yet")


def test_one_line_a_job(job, capsys):
    assert main(["jobs", "list"]) == 0
    line = capsys.readouterr().out.strip()
    assert line.split() == [job.id, "Leak", "audit", "queued", "by", "An"]


def test_one_job_with_its_parameters_changes_and_log(job, data_dir, capsys):
    jobs = JobStore(data_dir)
    jobs.move(job.id, "running")
    jobs.move(job.id, "failed", message="No prices.")
    jobs.folder(job.id).mkdir(parents=True)
    (jobs.folder(job.id) / "log.txt").write_text("one\ntwo\n")
    answer = told(capsys, "show", job.id)
    assert answer["job"]["params"] == {"market": "VN", "cuts": 3}
    assert [(c["state"], c["message"]) for c in answer["changes"]] == [
        ("queued", ""),
        ("running", ""),
        ("failed", "No prices."),
    ]
    assert answer["log"] == ["one", "two"]
    assert main(["jobs", "show", job.id]) == 0
    shown = capsys.readouterr().out
    assert "cuts: 3" in shown
    assert "failed  No prices." in shown
    assert "    two" in shown


def test_a_waiting_job_is_cancelled(job, capsys):
    assert told(capsys, "cancel", job.id)["job"]["state"] == "cancelled"


def test_an_ended_job_is_asked_for_again(job, data_dir, capsys):
    JobStore(data_dir).move(job.id, "failed")
    answer = told(capsys, "retry", job.id)
    assert (answer["new"], answer["job"]["state"]) == (True, "queued")
    assert answer["job"]["id"] != job.id


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["retry"], "Which job? Write `python -m core jobs retry ID`"),
        (["show", "nope"], "There is no job 'nope'"),
        (["list", "nope"], "write `python -m core jobs show nope`"),
    ],
)
def test_what_cannot_be_met_is_one_sentence(data_dir, capsys, arguments, said):
    assert main(["jobs", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_an_active_job_is_not_repeated(job, capsys):
    assert main(["jobs", "retry", job.id]) == 2
    assert "has not ended (queued)" in capsys.readouterr().err
