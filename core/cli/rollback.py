"""``python -m core rollback``: put back what was in production before."""

import argparse

from core.access import actor
from core.cli.following import follow
from core.jobs.store import JobStore
from core.settings import settings

NAME = "rollback"
HELP = "put back what was in production before; both models where both were promoted together"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--reason", default="", metavar="TEXT", help="kept in the trail")


def run(args: argparse.Namespace) -> dict:
    """Go back one step, and see the forecasts that follow to their end."""
    from core.promotion import rollback  # MLflow takes a second to load; --help should not

    data_dir = settings().data_dir
    said = rollback(data_dir, by=actor().name, reason=args.reason)
    payload: dict = {"message": said}
    waiting = [job for job in JobStore(data_dir).active() if job.kind == "forecast"]
    if waiting:
        job = follow(data_dir, waiting[-1], quiet=args.json)
        payload["forecasts"] = {"state": job.state, "message": job.message}
    return payload


def render(payload: dict) -> str:
    """What was done, in sentences."""
    followed = payload.get("forecasts", {}).get("message", "")
    return f"{payload['message']} {followed}".rstrip()
