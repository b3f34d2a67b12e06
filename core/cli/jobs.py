"""``python -m core jobs``: the long work, and what to do with one of it."""

import argparse

from core.access import actor
from core.errors import UserError
from core.jobs.kinds import KINDS
from core.jobs.progress import read, tail
from core.jobs.store import Job, JobStore
from core.settings import settings

NAME = "jobs"
HELP = "list long work, look at one job, cancel it, or ask for it once more"
ACTIONS = ("list", "show", "cancel", "retry")
LOG_LINES = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=ACTIONS,
        default="list",
        help="list (default), show ID, cancel ID, retry ID; a retry is queued, and done at once "
        "where the app runs, else by the next command that waits",
    )
    parser.add_argument("id", nargs="?", metavar="ID", help="as `list` shows it")
    parser.add_argument("--limit", type=int, default=20, help="how many to list (default 20)")


def run(args: argparse.Namespace) -> dict:
    """Read the records, or ask for a change."""
    jobs = JobStore(settings().data_dir)
    if args.action == "list":
        if args.id is not None:
            raise UserError(f"To see one job write `python -m core jobs show {args.id[:40]}`.")
        return {"jobs": [_record(job) for job in jobs.all(limit=max(args.limit, 1))]}
    if args.id is None:
        raise UserError(
            f"Which job? Write `python -m core jobs {args.action} ID`; `python -m core jobs` "
            "lists them."
        )
    if args.action == "cancel":
        jobs.cancel(args.id)
    if args.action == "retry":
        job, new = jobs.retry(args.id, requested_by=actor().name)
        return {"job": _record(job), "new": new}
    job = jobs.get(args.id)
    if args.action == "cancel":
        return {"job": _record(job)}
    return {"job": _record(job), "changes": _changes(jobs, job), "log": _log(jobs, job)}


def render(payload: dict) -> str:
    """One line a job, or one job and its story."""
    if "jobs" in payload:
        if not payload["jobs"]:
            return "No long work was asked for yet: start with `python -m core train --all`."
        return "\n".join(_line(job) for job in payload["jobs"])
    job = payload["job"]
    if "new" in payload:
        said = "Queued as" if payload["new"] else "The same is under way already:"
        return f"{said} {_line(job)}"
    lines = [_line(job)]
    if "changes" in payload:
        lines += [f"  {name}: {value}" for name, value in job["params"].items()]
        for change in payload["changes"]:
            lines.append(f"  {change['at']}  {change['state']}  {change['message']}".rstrip())
        if payload["log"]:
            lines += ["  The end of its log:", *(f"    {line}" for line in payload["log"])]
    return "\n".join(lines)


def _line(job: dict) -> str:
    took = "" if job["seconds"] is None else f" {job['seconds']:.0f} s"
    at = f", {job['fraction']:.0%} {job['stage'].lower()}" if job["stage"] else ""
    return (
        f"{job['id']:<24} {job['title']:<20} {job['state']}{at}{took} by {job['requested_by']}  "
        f"{job['message']}"
    ).rstrip()


def _record(job: Job) -> dict:
    kind = KINDS.get(job.kind)
    jobs = JobStore(settings().data_dir)
    seen = read(jobs.folder(job.id)) if job.state == "running" else None
    return {
        "id": job.id,
        "kind": job.kind,
        "title": kind.title if kind else job.kind,
        "state": job.state,
        "message": job.message,
        "requested_by": job.requested_by,
        "created": job.created,
        "started": job.started,
        "ended": job.ended,
        "seconds": job.seconds,
        "stage": seen.stage if seen else "",
        "fraction": seen.fraction if seen else None,
        "params": job.params,
        "result": job.result,
    }


def _changes(jobs: JobStore, job: Job) -> list[dict]:
    return [
        {"at": at, "state": state, "message": message}
        for at, state, message in jobs.changes(job.id)
    ]


def _log(jobs: JobStore, job: Job) -> list[str]:
    return tail(jobs.folder(job.id), LOG_LINES).splitlines()
