"""One job from its start to the record of its end."""

import contextlib
import importlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import psutil

from core.errors import StoreAway, UserError
from core.jobs.family import OF_JOB, end_family, memory_mb
from core.jobs.kinds import KINDS, SECRETS
from core.jobs.progress import ERROR, LOG, PROGRESS, RESULT, read, told
from core.jobs.store import ENDED, FINISH, FINISH_AGAIN, Job, JobStore
from core.jobs.trouble import (
    DISK_FULL,
    SAYS_DISK_FULL,
    SAYS_KILLED,
    is_full,
    says_over_memory,
    says_silent,
    says_unexpected,
)
from core.language import N_, _
from core.settings import PROJECT, settings

KEPT = {PROGRESS, LOG, "params.json"}
"""Files of a job's folder that outlive it; models and results live in MLflow and SQLite."""
RESUMED = ", resumed"
"""Ends the name of who asked for a job that goes on by itself: it does so once."""
GOES_ON_AS = "goes_on_as"
"""In the result of a job that was cut off: the job that goes on."""
LOOKS = 0.2
"""Seconds between two looks at whether a running job is to end."""
UNDO_TRIES = 3
STORE_PATIENCE, STORE_LOOKS = 3600.0, 2.0
"""Seconds that a result waits for a model store that is away, and between two tries."""
WAITS = N_("Waiting for the model store")

log = logging.getLogger("weeklens")
putting_away = threading.Lock()
"""Held while results go to MLflow: its writes never run side by side."""


class Left(Exception):
    """A job whose runner ends before it: the next runner carries it on."""


class Ended(Exception):
    """How a job ended; carries state and message for its record."""

    def __init__(self, state: str, message: str):
        super().__init__(message)
        self.state, self.message = state, message


class OneJob:
    """Carries out one job that has just been moved to ``running``.

    Parameters
    ----------
    data_dir : Path
    job : Job
    stop : threading.Event
        Set once the runner is to end.
    """

    def __init__(self, data_dir: Path, job: Job, stop: threading.Event):
        self.data_dir, self.job = data_dir, job
        self.jobs = JobStore(data_dir)
        self.folder = self.jobs.folder(job.id)
        self._stop = stop

    def run(self) -> None:
        """Prepare it, see its child through, put its result away and record the end."""
        self._record(self._work)

    def finish_again(self) -> None:
        """Put the result away whose putting away was cut off by the end of the last runner."""
        self._record(lambda: self._put_away(FINISH_AGAIN))

    def undo(self) -> None:
        """Take back what a finish had done by halves, however the job is recorded."""
        kind = KINDS.get(self.job.kind)
        if kind is None or not kind.undo:
            return
        tried = 0
        while True:
            try:
                _call(kind.undo, self.data_dir, self.job)
                return
            except Exception as error:
                # Without room even the taking back fails; it waits for some.
                tried += not is_full(error)
                traceback.print_exc()
                if tried == UNDO_TRIES or self._stop.wait(2):
                    return

    def _record(self, work) -> None:
        try:
            kept = work()
            self._end("done", result=kept, message=kept.get("message", ""))
        except Left:
            return
        except Ended as end:
            if end.state == "interrupted":
                interrupted(self.jobs, self.job, end.message)
            else:
                self._end(end.state, message=end.message)
        except UserError as error:
            self._end("failed", message=SAYS_DISK_FULL if is_full(error) else str(error))
        except Exception as error:
            traceback.print_exc()
            with contextlib.suppress(OSError), (self.folder / LOG).open("a") as file:
                traceback.print_exc(file=file)
            said = SAYS_DISK_FULL if is_full(error) else says_unexpected(error)
            self._end("failed", message=said)
        tidy(self.folder)

    def _end(self, state: str, **fields) -> None:
        """Record the end; a full disk is waited out, so that the record comes true in time."""
        waits = False
        while True:
            try:
                self.jobs.move(self.job.id, state, unless=ENDED, **fields)
                return
            except Exception as error:
                if not is_full(error):
                    traceback.print_exc()
                elif not waits:
                    log.warning("No room to note the end of job %s: it waits.", self.job.id)
                    waits = True
                if self._stop.wait(2):
                    return  # the next runner finds it running, and sets it right

    def _work(self) -> dict:
        kind = KINDS.get(self.job.kind)
        if kind is None:
            raise UserError(
                _("This Weeklens does not know work of the kind {kind}.").format(
                    kind=repr(self.job.kind)
                )
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        params = dict(self.job.params)
        if kind.prepare:
            params |= self._with_the_store(
                lambda: _call(kind.prepare, self.data_dir, dict(params), self.folder),
                self._end_if_asked,
            )
        (self.folder / "params.json").write_text(json.dumps(params), encoding="utf-8")
        code = self._child()
        if code != 0 or not (self.folder / RESULT).exists():
            raise Ended("failed", _why(self.folder, code))
        return self._put_away(FINISH)

    def _put_away(self, phase: str) -> dict:
        """Keep the result whole, or take back all of it.

        From its first moment on a cancel is refused as too late; one that came before wins.
        """
        kind = KINDS[self.job.kind]
        result = json.loads((self.folder / RESULT).read_text("utf-8"))

        def keep() -> dict:
            # Let go between two tries: what needs no store need not wait behind it.
            with putting_away:
                return _call(kind.finish, self.data_dir, self.job, result, self.folder)

        while not putting_away.acquire(timeout=LOOKS):
            self._end_if_asked()
        try:
            if not self.jobs.finishing(self.job.id, phase):
                raise Ended("cancelled", kind.cancelled)
        finally:
            putting_away.release()
        try:
            return self._with_the_store(keep, self._leave_if_asked)
        except Left:
            raise
        except BaseException:
            with putting_away:
                self.undo()
            raise

    def _with_the_store(self, work: Callable[[], dict], look: Callable[[], None]) -> dict:
        """What ``work`` returns; tried again where the model store is away, as long as it may be.

        Parameters
        ----------
        work : callable
            Gives the same when it is tried twice.
        look : callable
            Raises where the waiting is to end.
        """
        until, waits = time.monotonic() + STORE_PATIENCE, False
        while True:
            try:
                return work()
            except Exception as error:
                from core.tracking import is_away, says_away  # MLflow takes a second to load

                if not is_away(error):
                    raise
                if time.monotonic() > until:
                    raise StoreAway(says_away()) from error
                if not waits:
                    log.warning("The job %s waits for the model store.", self.job.id)
                    told(self.folder, WAITS)
                    waits = True
            again = time.monotonic() + STORE_LOOKS
            while time.monotonic() < again:
                look()
                self._stop.wait(LOOKS)

    def _leave_if_asked(self) -> None:
        if self._stop.is_set():
            raise Left

    def _end_if_asked(self) -> None:
        # Asked first: who cancels and then leaves has cancelled.
        if self.jobs.get(self.job.id).state == "cancelling":
            raise Ended("cancelled", KINDS[self.job.kind].cancelled)
        if self._stop.is_set():
            raise Ended("interrupted", N_("Weeklens was stopped while this job ran"))

    def _child(self) -> int:
        """Run the child to its end; its exit code.

        Raises
        ------
        Ended
            Where it was cancelled, hung, held too much memory, or the runner is stopping.
        """
        self._end_if_asked()
        hidden = SECRETS - set(KINDS[self.job.kind].secrets)
        with (self.folder / LOG).open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "core.jobs.child", self.job.kind, str(self.folder)],
                cwd=PROJECT,
                env={
                    **{name: value for name, value in os.environ.items() if name not in hidden},
                    **threads(),
                    "WEEKLENS_DATA_DIR": str(self.data_dir),
                    OF_JOB: self.job.id,
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
                self.jobs.note_process(self.job.id, process.pid, began)
            self._watch(process)
            return process.returncode
        finally:
            # Also where the record could not be read or written: the work must not go on unseen.
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            # And what it has started ends with it.
            end_family(self.job.id)

    def _watch(self, process: subprocess.Popen) -> None:
        """Return once the child has ended; raise where it is to be ended."""
        limit, patience = settings().job_memory_mb, settings().job_silence_minutes * 60
        step, since, looked = None, time.monotonic(), 0.0
        while process.poll() is None:
            now = time.monotonic()
            if self._stop.is_set() or now - looked > LOOKS:
                looked = now
                self._end_if_asked()
                if limit and memory_mb(process.pid) > limit:
                    raise Ended("failed", says_over_memory(limit))
                if (last := _last_step(self.folder)) != step:
                    step, since = last, now
                elif patience and now - since > patience:
                    raise Ended("failed", says_silent(patience / 60, read(self.folder).stage))
            time.sleep(0.05)


def interrupted(jobs: JobStore, job: Job, said: str) -> None:
    """Note that a job was cut off; where its kind can, another goes on from there."""
    kind = KINDS.get(job.kind)
    if kind is None or not kind.resumes or job.requested_by.endswith(RESUMED):
        jobs.move(job.id, "interrupted", message=_("{said}; start it again.").format(said=said))
        return
    params = {"since": job.created, **job.params}
    then, __ = jobs.submit(
        job.kind, params, requested_by=job.requested_by + RESUMED, besides=job.id
    )
    jobs.move(
        job.id,
        "interrupted",
        message=_("{said}; another goes on where it stopped.").format(said=said),
        result={GOES_ON_AS: then.id},
    )


def tidy(folder: Path) -> None:
    """Delete everything of an ended job's folder but its story."""
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.name in KEPT:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink(missing_ok=True)


def _last_step(folder: Path) -> tuple[int, int] | None:
    """Changes whenever the work tells a step."""
    try:
        seen = (folder / PROGRESS).stat()
    except OSError:
        return None
    return seen.st_size, seen.st_mtime_ns


def threads() -> dict[str, str]:
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
    if code == DISK_FULL:
        return SAYS_DISK_FULL
    if code == -signal.SIGKILL:
        return SAYS_KILLED
    return _(
        "The working process ended without a word (exit code {code}); the log may say why."
    ).format(code=code)
