"""The record of every job: asked for, running, ended; each change of state timed."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.access import Role, require
from core.db import connect
from core.errors import UserError
from core.jobs.kinds import KINDS
from core.language import N_, _

ACTIVE = (N_("queued"), N_("running"), N_("cancelling"))
FINISH, FINISH_AGAIN = "finish", "finish again"
ENDED = (N_("done"), N_("failed"), N_("cancelled"), N_("interrupted"))


@dataclass(frozen=True)
class Job:
    """One job as it stands.

    Attributes
    ----------
    id, kind, state, message, requested_by : str
    params : dict
        What was asked.
    created, started, ended : str or None
        UTC, ISO 8601.
    result : dict
        What came of it; empty until done.
    phase : str
        What a running one is at: "" (being prepared or at work), "finish" (its result is being
        put away), "finish again" (that was cut off and is done over).
    pid : int or None
        The child process while running.
    pid_started : float or None
        Its start time, so that a reused number is not taken for it.
    """

    id: str
    kind: str
    params: dict
    state: str
    message: str
    requested_by: str
    created: str
    started: str | None
    ended: str | None
    result: dict
    pid: int | None
    pid_started: float | None
    phase: str = ""

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ACTIVE

    @property
    def seconds(self) -> float | None:
        """How long it has run, or ran."""
        if self.started is None:
            return None
        end = datetime.fromisoformat(self.ended) if self.ended else datetime.now(UTC)
        return (end - datetime.fromisoformat(self.started)).total_seconds()


def now() -> str:
    """The present in UTC, ISO 8601 to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class JobStore:
    """The jobs of one data folder.

    Parameters
    ----------
    data_dir : Path
    """

    def __init__(self, data_dir: Path):
        self.data_dir = data_dir

    def folder(self, job_id: str) -> Path:
        """Where a job's progress, log and results lie."""
        return self.data_dir / "jobs" / job_id

    def submit(
        self, kind: str, params: dict, *, requested_by: str, besides: str = ""
    ) -> tuple[Job, bool]:
        """Ask for work.

        Parameters
        ----------
        kind : str
        params : dict
        requested_by : str
        besides : str
            Id of a job that is not taken for the same: the one that was cut off and goes on.

        Returns
        -------
        tuple of (Job, bool)
            The job, and whether it is new; the same request that still waits
            or runs is returned instead of a second one. One that is being cancelled
            does not count: who asks again means it.

        Raises
        ------
        Forbidden
            If the actor's role does not reach for this kind of work; a training that may go
            to production by itself is asked for by an owner.
        """
        known = KINDS.get(kind)
        require(known.asked_by if known else Role.OWNER)
        if params.get("promote"):
            require(Role.OWNER)
        wanted = json.dumps(params, sort_keys=True)
        same_but_when = "json_remove(params, '$.since') = json_remove(?, '$.since')"
        with connect(self.data_dir) as db:
            db.execute("COMMIT")
            db.execute("BEGIN IMMEDIATE")  # two tabs that click at once see one another
            same = db.execute(
                f"SELECT * FROM jobs WHERE kind=? AND {same_but_when} "  # noqa: S608
                "AND state IN ('queued','running') AND id != ?",
                (kind, wanted, besides),
            ).fetchone()
            if same is not None:
                return _job(same), False
            job_id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
            db.execute(
                "INSERT INTO jobs (id, kind, params, state, requested_by, created) "
                "VALUES (?, ?, ?, 'queued', ?, ?)",
                (job_id, kind, wanted, requested_by, now()),
            )
            db.execute("INSERT INTO job_log VALUES (?, ?, 'queued', '')", (job_id, now()))
            return _job(db.execute("SELECT * FROM jobs WHERE id=?", (job_id,)).fetchone()), True

    def get(self, job_id: str) -> Job:
        """One job.

        Raises
        ------
        UserError
            If there is none of this id.
        """
        with connect(self.data_dir) as db:
            row = db.execute("SELECT * FROM jobs WHERE id=?", (job_id,)).fetchone()
        if row is None:
            raise UserError(
                _("There is no job {job}: see the list on the Training page.").format(
                    job=repr(job_id[:40])
                )
            )
        return _job(row)

    def all(
        self,
        *,
        kind: str | None = None,
        limit: int = 50,
        state: str | None = None,
        before: tuple[str, str] | None = None,
    ) -> list[Job]:
        """The newest jobs first.

        Parameters
        ----------
        kind, state : str, optional
            Only these.
        limit : int
        before : tuple of (str, str), optional
            When the last one seen was made, and its id: those after it in this order.
        """
        with connect(self.data_dir) as db:
            rows = db.execute(
                "SELECT * FROM jobs WHERE (?1 IS NULL OR kind=?1) AND (?3 IS NULL OR state=?3) "
                "AND (?4 IS NULL OR (created, id) < (?4, ?5)) "
                "ORDER BY created DESC, id DESC LIMIT ?2",
                (kind, limit, state, *(before or (None, None))),
            ).fetchall()
        return [_job(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        with connect(self.data_dir) as db:
            rows = db.execute("SELECT state, count(*) FROM jobs GROUP BY state").fetchall()
        return dict.fromkeys((*ACTIVE, *ENDED), 0) | {row[0]: row[1] for row in rows}

    def changes(self, job_id: str) -> list[tuple[str, str, str]]:
        """When a job came into which state, with what message; the first change first."""
        with connect(self.data_dir) as db:
            rows = db.execute(
                "SELECT at, state, message FROM job_log WHERE job=? ORDER BY rowid", (job_id,)
            ).fetchall()
        return [tuple(row) for row in rows]

    def active(self) -> list[Job]:
        """Jobs that wait or run, the oldest first."""
        with connect(self.data_dir) as db:
            rows = db.execute(
                "SELECT * FROM jobs WHERE state IN ('queued','running','cancelling') "
                "ORDER BY created"
            ).fetchall()
        return [_job(row) for row in rows]

    def move(
        self,
        job_id: str,
        state: str,
        *,
        unless: tuple[str, ...] = (),
        working: bool = False,
        **fields,
    ) -> bool:
        """Change a job's state and note when.

        Parameters
        ----------
        job_id, state : str
        unless : tuple of str
            States in which nothing is changed.
        working : bool
            Change nothing either where the result is being put away.
        **fields
            ``message``, ``result``.

        Returns
        -------
        bool
            Whether the state was changed.
        """
        if "result" in fields:
            fields["result"] = json.dumps(fields["result"])
        at = now()
        if state == "running":
            fields["started"] = at
        elif state in ENDED:
            fields |= {"ended": at, "pid": None, "pid_started": None, "phase": ""}
        sets = ", ".join(f"{name}=?" for name in ["state", *fields])
        spared = ", ".join("?" for __ in unless) or "''"
        with connect(self.data_dir) as db:
            changed = db.execute(
                f"UPDATE jobs SET {sets} WHERE id=? AND state NOT IN ({spared}) "  # noqa: S608
                "AND (phase='' OR NOT ?)",
                (state, *fields.values(), job_id, *unless, working),
            ).rowcount
            if changed:
                db.execute(
                    "INSERT INTO job_log VALUES (?, ?, ?, ?)",
                    (job_id, at, state, fields.get("message", "")),
                )
        return bool(changed)

    def finishing(self, job_id: str, phase: str = FINISH) -> bool:
        """Begin to put a job's result away; from here on it cannot be cancelled any more.

        Returns
        -------
        bool
            False where a cancel came first.
        """
        with connect(self.data_dir) as db:
            changed = db.execute(
                "UPDATE jobs SET phase=? WHERE id=? AND state='running'", (phase, job_id)
            ).rowcount
            if changed and phase != FINISH:
                said = N_("Weeklens ended while the result was put away; that is done over.")
                db.execute("INSERT INTO job_log VALUES (?, ?, 'running', ?)", (job_id, now(), said))
        return bool(changed)

    def note_process(self, job_id: str, pid: int, started: float) -> None:
        """Keep which process works on a job, so that a later runner can end it."""
        with connect(self.data_dir) as db:
            db.execute(
                "UPDATE jobs SET pid=?, pid_started=? WHERE id=?",
                (pid, started, job_id),
            )

    def cancel(self, job_id: str) -> None:
        """Ask for an end: at once where the job waits, by the runner where it runs.

        Raises
        ------
        Forbidden
            If the actor may only read.
        UserError
            If it has ended already, or its result is just being put away.
        """
        require(Role.ANALYST)
        self.get(job_id)
        if self.move(job_id, "cancelled", unless=("running", "cancelling", *ENDED)):
            return
        if self.move(job_id, "cancelling", unless=("queued", *ENDED), working=True):
            return
        job = self.get(job_id)
        if job.active:
            raise UserError(
                _("It is too late to cancel: the work is done and its result is being put away.")
            )
        raise UserError(
            _("The job has already ended ({state}); nothing was cancelled.").format(
                state=_(job.state)
            )
        )

    def retry(self, job_id: str, *, requested_by: str) -> tuple[Job, bool]:
        """Ask for the same once more; a kind that can goes on from what had been finished.

        Returns
        -------
        tuple of (Job, bool)
            As `submit`.

        Raises
        ------
        UserError
            If the job still waits or runs, or its kind is no longer known.
        """
        job = self.get(job_id)
        if job.active:
            raise UserError(
                _("The job {job} has not ended ({state}): wait for it, or cancel it first.").format(
                    job=job.id, state=_(job.state)
                )
            )
        kind = KINDS.get(job.kind)
        if kind is None:
            raise UserError(
                _(
                    "This Weeklens does not know work of the kind {kind}; it cannot be repeated."
                ).format(kind=repr(job.kind[:40]))
            )
        params = dict(job.params)
        if kind.resumes and job.state != "done":
            params.setdefault("since", job.created)
        else:
            params.pop("since", None)
        return self.submit(job.kind, params, requested_by=requested_by)


def _job(row) -> Job:
    fields = dict(row)
    fields["params"] = json.loads(fields["params"])
    fields["result"] = json.loads(fields["result"] or "{}")
    return Job(**fields)
