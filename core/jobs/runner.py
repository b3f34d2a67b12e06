"""The job runner: one thread of one process that carries out the queue of a data folder."""

import contextlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from core.errors import UserError
from core.jobs.kinds import KINDS, SECRETS
from core.jobs.progress import ERROR, LOG, PROGRESS, RESULT
from core.jobs.store import Job, JobStore
from core.settings import PROJECT

KEPT = {PROGRESS, LOG, "params.json"}
"""Files of a job's folder that outlive it; models and results live in MLflow and SQLite."""

RESUMED = ", resumed"
"""Ends the name of who asked for a job that goes on by itself: it does so once."""
GOES_ON_AS = "goes_on_as"
"""In the result of a job that was cut off: the job that goes on."""


class JobRunner:
    """Carries out jobs, one at a time, each in a child process.

    Parameters
    ----------
    data_dir : Path
        Only one runner lives on a data folder; a lock that a dead process
        does not hold sees to it.
    until : str, optional
        Id of a job; once that has ended no other is begun. Without one the
        runner works until it is stopped.
    """

    def __init__(self, data_dir: Path, until: str | None = None):
        self.data_dir = data_dir
        self.until = until
        self.jobs = JobStore(data_dir)
        data_dir.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(data_dir / "runner.lock")
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        """Whether it still works or waits for work."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> bool:
        """Become the runner, set right what the last one left, and work in a thread.

        Returns
        -------
        bool
            False where another runner lives.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        try:
            self._reconcile()
        except BaseException:
            self._lock.release()
            raise
        self._thread = threading.Thread(target=self._loop, name="job-runner", daemon=True)
        self._thread.start()
        return True

    def stop(self) -> None:
        """End the running child, if any, and give the folder free."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._lock.release()

    def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                if self.until is not None and not self.jobs.get(self.until).active:
                    return
                waiting = self._next()
                if waiting is not None:
                    self._run(waiting)
                    continue
            except Exception:
                # A full disk must not end the thread that will be needed once there is room.
                traceback.print_exc()
            self._stop.wait(0.25)

    def _next(self) -> Job | None:
        return next((job for job in self.jobs.active() if job.state == "queued"), None)

    def _run(self, job: Job) -> None:
        if not self.jobs.move(job.id, "running", unless=("cancelled",)):
            return
        folder = self.jobs.folder(job.id)
        kind = KINDS[job.kind]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            params = dict(job.params)
            if kind.prepare:
                params |= _call(kind.prepare, self.data_dir, params, folder)
            (folder / "params.json").write_text(json.dumps(params), encoding="utf-8")
            ended = self._child(job, folder)
            if ended is None:
                return
            if (folder / RESULT).exists() and ended == 0:
                result = json.loads((folder / RESULT).read_text("utf-8"))
                kept = _call(kind.finish, self.data_dir, job, result, folder)
                self.jobs.move(job.id, "done", result=kept, message=kept.get("message", ""))
            else:
                self.jobs.move(job.id, "failed", message=_why(folder, ended))
        except UserError as error:
            self.jobs.move(job.id, "failed", message=str(error))
        except Exception as error:
            traceback.print_exc()
            with contextlib.suppress(OSError), (folder / LOG).open("a") as log:
                traceback.print_exc(file=log)
            said = f"An unexpected error stopped the job ({type(error).__name__}: {error})."
            self.jobs.move(job.id, "failed", message=said)
        finally:
            _tidy(folder)

    def _child(self, job: Job, folder: Path) -> int | None:
        """Run the child to its end; None where it was cancelled or the runner is stopping."""
        hidden = SECRETS - set(KINDS[job.kind].secrets)
        with (folder / LOG).open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "core.jobs.child", job.kind, str(folder)],
                cwd=PROJECT,
                env={
                    **{name: value for name, value in os.environ.items() if name not in hidden},
                    **_threads(),
                    "WEEKLENS_DATA_DIR": str(self.data_dir),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            # It may have ended already; its number is then of no use to anyone.
            with contextlib.suppress(psutil.NoSuchProcess):
                began = psutil.Process(process.pid).create_time()
                self.jobs.note_process(job.id, process.pid, began)
            asked = 0.0
            while process.poll() is None:
                stopping = self._stop.is_set()
                if stopping or time.monotonic() - asked > 0.5:
                    asked = time.monotonic()
                    # Asked first: who cancels and then leaves has cancelled.
                    if self.jobs.get(job.id).state == "cancelling":
                        _kill(process)
                        said = KINDS[job.kind].cancelled
                        self.jobs.move(job.id, "cancelled", message=said)
                        return None
                if stopping:
                    _kill(process)
                    self._interrupted(job, "Weeklens was stopped while this job ran")
                    return None
                time.sleep(0.05)
            return process.returncode
        finally:
            # Where the record could not be read or written, the work must not go on unseen.
            if process.poll() is None:
                _kill(process)

    def _reconcile(self) -> None:
        """Tell the truth about jobs whose runner died, and end what it left behind."""
        left = [job for job in self.jobs.active() if job.state != "queued"]
        for job in left:
            _end_orphan(job)
            _tidy(self.jobs.folder(job.id))
            if job.state == "cancelling":
                self.jobs.move(job.id, "cancelled", message=KINDS[job.kind].cancelled)
                continue
            self._interrupted(job, "Weeklens ended while this job ran")
        if any(job.kind == "train" for job in left):
            _call("core.training.log_run:close_open_runs", self.data_dir)

    def _interrupted(self, job: Job, said: str) -> None:
        """Note that a job was cut off; where its kind can, another goes on from there."""
        if not KINDS[job.kind].resumes or job.requested_by.endswith(RESUMED):
            self.jobs.move(job.id, "interrupted", message=f"{said}; start it again.")
            return
        params = {"since": job.created, **job.params}
        then, _ = self.jobs.submit(job.kind, params, requested_by=job.requested_by + RESUMED)
        self.jobs.move(
            job.id,
            "interrupted",
            message=f"{said}; another goes on where it stopped.",
            result={GOES_ON_AS: then.id},
        )


def wait(data_dir: Path, job_id: str, tell=None) -> Job:
    """See a job to its end, as the runner where no other lives.

    Parameters
    ----------
    data_dir : Path
    job_id : str
    tell : callable, optional
        Called twice a second with the folder of the job.
    """
    jobs = JobStore(data_dir)
    runner: JobRunner | None = None
    try:
        while (job := jobs.get(job_id)).active:
            if runner is None or not runner.alive:
                # It leaves jobs that come after to whoever waits for them, so that its end
                # interrupts none.
                candidate = JobRunner(data_dir, until=job_id)
                runner = candidate if candidate.start() else None
            if tell is not None:
                tell(jobs.folder(job_id))
            time.sleep(0.5)
        return job
    except KeyboardInterrupt:
        with contextlib.suppress(UserError):
            jobs.cancel(job_id)
        raise
    finally:
        if runner is not None:
            runner.stop()


def _threads() -> dict[str, str]:
    """Leave one core to the pages: a network this small is no slower on fewer threads."""
    count = str(max(1, (os.cpu_count() or 2) - 1))
    return dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"), count) | {
        "TF_NUM_INTEROP_THREADS": "1"
    }


def _call(path: str, *args):
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)(*args)


def _why(folder: Path, code: int) -> str:
    if (folder / ERROR).exists():
        return json.loads((folder / ERROR).read_text("utf-8"))["sentence"]
    if code == -signal.SIGKILL:
        return (
            "The working process was killed, perhaps because memory ran out: "
            "choose fewer stocks or close other programs, then start it again."
        )
    return f"The working process ended without a word (exit code {code}); the log may say why."


def _kill(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end_orphan(job: Job) -> None:
    if job.pid is None:
        return
    with contextlib.suppress(psutil.Error, ProcessLookupError):
        if abs(psutil.Process(job.pid).create_time() - job.pid_started) < 1:
            os.killpg(job.pid, signal.SIGKILL)


def _tidy(folder: Path) -> None:
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.name not in KEPT:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink(missing_ok=True)
