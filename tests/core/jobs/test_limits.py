"""A machine at its limits: no room, no memory, work that hangs. Real disks, real processes."""

import json
import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from core import registry
from core.jobs.family import OF_JOB, end_family, family
from core.jobs.one import OneJob
from core.jobs.progress import ERROR, LOG, PROGRESS, RESULT, read
from core.jobs.runner import FOLDERS_KEPT, JobRunner
from core.jobs.store import JobStore
from core.jobs.trouble import DISK_FULL, SAYS_DISK_FULL, is_full
from core.settings import settings
from core.tracking import client, experiment_id
from core.training.recipe import make_recipe
from tests.core.indicators.generate import walk
from tests.core.jobs.test_runner import gone, until


@pytest.fixture
def jobs(store, data_dir):
    store.write("VN", {"AAA": walk(1100, 1), "BBB": walk(1100, 2)}, source="test")
    return JobStore(data_dir)


def ask(jobs, **asked):
    recipe = make_recipe(market="VN", epochs=500, patience=100, **asked)
    return jobs.submit("train", recipe.model_dump(mode="json"), requested_by="tests")[0]


@pytest.fixture
def run(jobs):
    """Starts a runner once the settings of a test are made; stops it afterwards."""
    made = []

    def start():
        settings.cache_clear()
        runner = JobRunner(jobs.data_dir)
        assert runner.start()
        made.append(runner)
        return runner

    yield start
    for runner in made:
        runner.stop()


def ended(jobs, job):
    until(lambda: not jobs.get(job.id).active)
    return jobs.get(job.id)


def test_a_full_disk_in_the_child_is_one_sentence(jobs, run):
    """Every write to /dev/full fails as on a full disk; neither step nor reason can be kept."""
    job = ask(jobs)
    folder = jobs.folder(job.id)
    folder.mkdir(parents=True)
    for name in (PROGRESS, "error.tmp"):
        (folder / name).symlink_to("/dev/full")
    run()
    done = ended(jobs, job)
    assert (done.state, done.message) == ("failed", SAYS_DISK_FULL)
    assert not (folder / ERROR).exists()


def test_a_child_that_can_say_nothing_says_it_by_its_exit_code(jobs, tmp_path):
    (tmp_path / "params.json").write_text("{}")
    for name in (PROGRESS, "error.tmp"):
        (tmp_path / name).symlink_to("/dev/full")
    code = "import sys, pathlib; from core.jobs.child import main; "
    code += "sys.exit(main('train', pathlib.Path(sys.argv[1])))"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == DISK_FULL


@pytest.fixture
def small_disk(trained):
    """A file system with next to no room where MLflow keeps files; skips without the right."""
    place = trained / "mlflow" / "artifacts"
    kept = place.rename(trained / "mlflow" / "kept")
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(place)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a small file system")
    yield kept
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_while_models_are_registered_leaves_nothing(trained, small_disk, monkeypatch):
    """The result of a real training is put away where there is no room for it."""
    jobs = JobStore(trained)
    recipe = make_recipe(market="VN", epochs=1, alpha=100.0, seed=3).model_dump(mode="json")
    job, _ = jobs.submit("train", recipe, requested_by="tests")
    jobs.move(job.id, "running")
    before = {(v.model, v.version) for v in registry.versions()}
    OneJob(trained, jobs.get(job.id), threading.Event()).run()
    assert (jobs.get(job.id).state, jobs.get(job.id).message) == ("failed", SAYS_DISK_FULL)
    assert {(v.model, v.version) for v in registry.versions()} == before
    open_ = client().search_runs([experiment_id()], "attributes.status = 'RUNNING'")
    assert list(open_) == []


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(28, "No space left on device"), True),
        (RuntimeError("(sqlite3.OperationalError) database or disk is full"), True),
        (OSError(13, "Permission denied"), False),
    ],
)
def test_a_full_disk_is_known_by_any_name(error, full):
    assert is_full(error) == full


def test_more_memory_than_a_job_may_hold_ends_it(jobs, run, monkeypatch):
    monkeypatch.setenv("WEEKLENS_JOB_MEMORY_MB", "40")
    job = ask(jobs)
    run()
    done = ended(jobs, job)
    assert done.state == "failed"
    assert done.message.startswith("The job held more than the 40 MB it may and was ended")
    assert family(job.id) == []


def test_a_job_that_hangs_is_ended_with_advice(jobs, run, monkeypatch):
    monkeypatch.setenv("WEEKLENS_JOB_SILENCE_MINUTES", "0.03")
    job = ask(jobs)
    run()
    until(lambda: read(jobs.folder(job.id)).stage)
    os.kill(jobs.get(job.id).pid, signal.SIGSTOP)
    done = ended(jobs, job)
    assert done.state == "failed"
    assert done.message.startswith("The job hung at ")
    assert "WEEKLENS_JOB_SILENCE_MINUTES" in done.message
    assert family(job.id) == []


def helper_of(job_id):
    """A process with a session of its own whose parent has gone: only its mark tells."""
    code = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', "
        "'import time; time.sleep(600)'], start_new_session=True, "
        "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid)"
    )
    made = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {OF_JOB: job_id},
        capture_output=True,
        text=True,
        check=True,
    )
    return psutil.Process(int(made.stdout))


def test_a_cancel_ends_what_has_left_the_childs_session_too(jobs, run):
    job = ask(jobs)
    run()
    until(lambda: read(jobs.folder(job.id)).stage)
    stray = helper_of(job.id)
    jobs.cancel(job.id)
    assert ended(jobs, job).state == "cancelled"
    assert gone(stray)


def test_a_stray_of_a_dead_runner_is_ended_before_anything_else(jobs, run):
    job = ask(jobs)
    jobs.move(job.id, "running")
    stray, other = helper_of(job.id), helper_of("another-job")
    try:
        run()
        assert gone(stray)
        assert not gone(other)
    finally:
        end_family("another-job")
    assert gone(other)


def test_a_cancel_while_the_result_is_put_away_is_too_late_and_says_so(jobs):
    job = ask(jobs)
    jobs.move(job.id, "running")
    assert jobs.finishing(job.id)
    with pytest.raises(Exception, match="too late to cancel"):
        jobs.cancel(job.id)
    assert jobs.get(job.id).state == "running"


def test_a_cancel_before_that_wins(jobs):
    job = ask(jobs)
    jobs.move(job.id, "running")
    jobs.cancel(job.id)
    assert not jobs.finishing(job.id)
    assert jobs.get(job.id).state == "cancelling"


def test_a_result_whose_putting_away_was_cut_off_is_put_away_by_the_next_runner(jobs, run):
    job, _ = jobs.submit("audit", {"market": "VN"}, requested_by="tests")
    jobs.move(job.id, "running")
    jobs.finishing(job.id)
    jobs.folder(job.id).mkdir(parents=True)
    (jobs.folder(job.id) / RESULT).write_text(json.dumps({"failed": False}))
    run()
    done = ended(jobs, job)
    assert (done.state, done.message) == ("done", "Nothing looks into the future.")
    assert [state for _, state, _ in jobs.changes(job.id)] == [
        *("queued", "running", "running", "done")
    ]


def test_what_was_cut_off_twice_there_is_not_tried_a_third_time(jobs, run):
    job, _ = jobs.submit("audit", {"market": "VN"}, requested_by="tests")
    jobs.move(job.id, "running")
    jobs.finishing(job.id, "finish again")
    jobs.folder(job.id).mkdir(parents=True)
    (jobs.folder(job.id) / RESULT).write_text(json.dumps({"failed": False}))
    run()
    assert ended(jobs, job).state == "interrupted"
    until(lambda: not (jobs.folder(job.id) / RESULT).exists())


def test_two_jobs_run_side_by_side_where_the_setting_says_so(jobs, run, monkeypatch):
    monkeypatch.setenv("WEEKLENS_JOBS_AT_ONCE", "2")
    first, second, third = ask(jobs, seed=1), ask(jobs, seed=2), ask(jobs, seed=3)
    run()
    until(lambda: read(jobs.folder(first.id)).stage and read(jobs.folder(second.id)).stage)
    assert jobs.get(first.id).state == jobs.get(second.id).state == "running"
    assert jobs.get(third.id).state == "queued"


def test_one_after_another_by_default(jobs, run):
    first, second = ask(jobs, seed=1), ask(jobs, seed=2)
    run()
    until(lambda: read(jobs.folder(first.id)).stage)
    assert jobs.get(second.id).state == "queued"


def test_jobs_of_one_lane_never_run_together(jobs, run, monkeypatch):
    monkeypatch.setenv("WEEKLENS_JOBS_AT_ONCE", "4")
    asked = [
        jobs.submit(
            "evaluate",
            {"market": "VN", "symbols": None, "first": 2016, "last": year},
            requested_by="tests",
        )[0]
        for year in (2016, 2017)
    ]
    beside = ask(jobs)
    run()
    until(lambda: jobs.get(beside.id).state == "running")
    assert [jobs.get(job.id).state for job in asked] in (
        ["running", "queued"],
        ["failed", "running"],
        ["failed", "failed"],
    )
    for job in asked:
        jobs.get(job.id).active and jobs.cancel(job.id)


def test_only_the_newest_job_folders_are_kept_and_every_record(jobs, run):
    old = jobs.submit("audit", {"old": 1}, requested_by="tests")[0]
    jobs.move(old.id, "done")
    jobs.folder(old.id).mkdir(parents=True)
    for number in range(FOLDERS_KEPT):
        folder = jobs.data_dir / "jobs" / f"99990101-{number:06d}-aaaaaa"
        folder.mkdir()
        (folder / LOG).write_text("x")
    run()
    assert not jobs.folder(old.id).exists()
    assert len(list((jobs.data_dir / "jobs").iterdir())) == FOLDERS_KEPT
    assert jobs.get(old.id).state == "done"


def test_work_of_an_unknown_kind_is_a_failure_with_a_sentence(jobs, run):
    job, _ = jobs.submit("alchemy", {}, requested_by="tests")
    run()
    assert ended(jobs, job).message == "This Weeklens does not know work of the kind 'alchemy'."
