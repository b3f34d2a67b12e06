"""``python -m core check``: what needs a person's attention, as on Home."""

import argparse
from dataclasses import asdict

from core.home import notices
from core.settings import settings

NAME = "check"
HELP = "print what needs attention, as Home lists it; exit 1 if anything does, for cron"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command has no options of its own."""


def run(args: argparse.Namespace) -> dict:
    """Read what Home reads: jobs, prices, forecasts, production, alarms of live scores."""
    found = notices(settings().data_dir)
    return {"failed": bool(found), "notices": [asdict(notice) for notice in found]}


def render(payload: dict) -> str:
    """One line a notice, the most pressing first."""
    return "\n".join(n["text"] for n in payload["notices"]) or "Nothing needs attention."
