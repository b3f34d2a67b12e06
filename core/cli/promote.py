"""``python -m core promote``: give a version a stage."""

import argparse
import getpass

from core.cli.following import follow
from core.jobs.store import JobStore
from core.settings import settings

NAME = "promote"
HELP = "move a version to Staging or Production; what it replaces is archived"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("version", metavar="VERSION", type=int)
    parser.add_argument("--to", required=True, choices=("staging", "production"))


def run(args: argparse.Namespace) -> dict:
    """Promote, and see the forecasts that follow to their end."""
    from core.promotion import promote  # MLflow takes a second to load; --help should not

    data_dir = settings().data_dir
    said = promote([(args.model, args.version)], args.to, by=getpass.getuser(), data_dir=data_dir)
    payload = {"model": args.model, "version": args.version, "to": args.to, "message": said}
    waiting = [job for job in JobStore(data_dir).active() if job.kind == "forecast"]
    if args.to == "production" and waiting:
        job = follow(data_dir, waiting[-1], quiet=args.json)
        payload["forecasts"] = {"state": job.state, "message": job.message}
    return payload


def render(payload: dict) -> str:
    """What was done, in sentences."""
    followed = payload.get("forecasts", {}).get("message", "")
    return f"{payload['message']} {followed}".rstrip()
