"""The job runner: one process that carries out the queue of a data folder.

What makes it safe against its own death at any moment:

- the lock is one that a dead process does not hold;
- a child ends with its runner, and the next runner ends it anyway, with all it has started;
- the phase "finish" is on record before a result is put away, and the result lies in the job's
  folder until the end is on record: the next runner puts it away again (``Kind.finish`` gives the
  same twice), or takes all of it back (``Kind.undo``) where that was cut off as well;
- what is written aside carries the writer's number in its name and goes once that is dead.
"""

import contextlib
import shutil
import threading
import time
import traceback
from pathlib import Path

from filelock import FileLock, Timeout

from core.access import as_system
from core.errors import UserError
from core.files import sweep_parts
from core.jobs.family import end_family
from core.jobs.kinds import KINDS
from core.jobs.one import OneJob, interrupted, tidy
from core.jobs.progress import RESULT
from core.jobs.store import ENDED, FINISH, Job, JobStore
from core.jobs.trouble import is_full
from core.language import N_
from core.settings import settings

FOLDERS_KEPT = 200
"""Jobs whose log and progress are kept; the records of all of them are."""


class JobRunner:
    """Carries out jobs, each in a child process.

    Parameters
    ----------
    data_dir : Path
        Only one runner lives on a data folder.
    until : str, optional
        Id of a job; once that has ended no other is begun, and until then one
        runs at a time. Without one the runner works until it is stopped, and as
        many run at once as the setting ``jobs_at_once`` says.
    """

    def __init__(self, data_dir: Path, until: str | None = None):
        self.data_dir = data_dir
        self.until = until
        self.jobs = JobStore(data_dir)
        data_dir.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(data_dir / "runner.lock", thread_local=False)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._working: dict[threading.Thread, Job] = {}
        self._cut_off: list[Job] = []

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
        if not self._become():
            return False
        self._begin(self._loop)
        return True

    def start_when_free(self) -> None:
        """Work in a thread, from the moment on when no other runner lives."""
        self._begin(self._wait_and_loop)

    def stop(self) -> None:
        """End the running children, if any, and give the folder free."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
        if not self.alive:  # else a result is still being put away: the lock goes with the process
            self._lock.release()

    def _begin(self, work) -> None:
        self._thread = threading.Thread(target=as_system(work), name="job-runner", daemon=True)
        self._thread.start()

    def _become(self) -> bool:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        try:
            as_system(self._reconcile)()
        except BaseException:
            self._lock.release()
            raise
        return True

    def _wait_and_loop(self) -> None:
        while not self._stop.is_set():
            try:
                if self._become():
                    self._loop()
                    return
            except Exception:
                traceback.print_exc()
            self._stop.wait(0.5)

    def _loop(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    self._set_right()
                    if self.until is not None and not self.jobs.get(self.until).active:
                        return
                    self._begin_next()
                except Exception as error:
                    # A full disk must not end the thread that will be needed once there is room.
                    if not is_full(error):
                        traceback.print_exc()
                    self._stop.wait(1)
                self._stop.wait(0.1)
        finally:
            for thread in self._working:
                thread.join()

    def _begin_next(self) -> None:
        """Begin the oldest waiting job that may run beside those that do."""
        ended = [thread for thread in self._working if not thread.is_alive()]
        for thread in ended:
            del self._working[thread]
        if ended:
            self._sweep_folders()
        at_once = 1 if self.until is not None else settings().jobs_at_once
        if len(self._working) >= at_once:
            return
        taken = {_lane(job) for job in self._working.values()} - {""}
        for job in self._mine():
            if job.state != "queued" or _lane(job) in taken:
                continue
            if self.jobs.move(job.id, "running", unless=("running", "cancelling", *ENDED)):
                one = OneJob(self.data_dir, job, self._stop)
                thread = threading.Thread(
                    target=as_system(one.run), name=f"job-{job.id}", daemon=True
                )
                self._working[thread] = job
                thread.start()
                return

    def _mine(self) -> list[Job]:
        """The active jobs that are this runner's to do, the oldest first."""
        active = self.jobs.active()
        if self.until is None:
            return active
        # Those before the one it is there for; none once that has ended.
        ids = [job.id for job in active]
        return active[: ids.index(self.until) + 1] if self.until in ids else []

    def _reconcile(self) -> None:
        """Tell the truth about jobs whose runner died, and end what it left behind."""
        left = [job for job in self.jobs.active() if job.state != "queued"]
        for job in left:
            end_family(job.id, job.pid, job.pid_started)
            if job.phase:
                continue
            if job.state == "cancelling":
                kind = KINDS.get(job.kind)
                self.jobs.move(job.id, "cancelled", message=kind.cancelled if kind else "")
            else:
                interrupted(self.jobs, job, N_("Weeklens ended while this job ran"))
        # What was cut off while its result went to MLflow is set right by the thread: loading
        # MLflow takes a second, and a server that does not answer must not keep the app from
        # starting.
        self._cut_off = left
        unfinished = {job.id for job in left if job.phase}
        for folder in self._folders():
            if folder.name not in unfinished:
                tidy(folder)
        self._sweep_folders()
        sweep_parts(self.data_dir)

    def _set_right(self) -> None:
        while self._cut_off and not self._stop.is_set():
            job = self._cut_off[0]
            one = OneJob(self.data_dir, job, self._stop)
            if job.phase == FINISH and (self.jobs.folder(job.id) / RESULT).exists():
                one.finish_again()
            else:
                # Cut off twice in the same place: a third try might end the next runner too.
                one.undo()
                if job.phase:
                    tidy(self.jobs.folder(job.id))
                    said = N_("Weeklens ended while this job's result was kept")
                    interrupted(self.jobs, job, said)
            self._cut_off.pop(0)

    def _folders(self) -> list[Path]:
        """The folders of jobs, the newest first: their names begin with the time."""
        place = self.data_dir / "jobs"
        if not place.is_dir():
            return []
        return sorted((entry for entry in place.iterdir() if entry.is_dir()), reverse=True)

    def _sweep_folders(self) -> None:
        old = self._folders()[FOLDERS_KEPT:]
        if not old:
            return
        active = {job.id for job in self.jobs.active()}
        for folder in old:
            if folder.name not in active:
                shutil.rmtree(folder, ignore_errors=True)


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


def _lane(job: Job) -> str:
    kind = KINDS.get(job.kind)
    return kind.lane if kind else ""
