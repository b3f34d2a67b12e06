"""``python -m core refresh``: newer prices from the sources the symbols follow."""

import argparse

from core.access import actor
from core.cli.following import follow
from core.errors import UserError
from core.market.refresh.request import request_refresh
from core.market.schema import MARKETS
from core.market.sources.registry import PLACES
from core.settings import settings

NAME = "refresh"
HELP = "fetch what is missing of the symbols that follow a source"
SHOWN = 30
CRON = """\
from cron, every Friday after the close in Ho Chi Minh City, then the forecasts:
  30 18 * * 5  python -m core refresh --market VN && python -m core forecast
(cron counts in the machine's own time). `python -m core train --help` has the weekly training."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = CRON
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--market", default="VN", type=str.upper, choices=list(MARKETS))
    parser.add_argument("--symbols", metavar="A,B", help="these only; new ones are fetched whole")
    parser.add_argument("--source", choices=list(PLACES), help="the source they follow from now on")
    parser.add_argument("--names", action="store_true", help="names and groups of the market too")
    parser.add_argument("--force", action="store_true", help="ask even where nothing new can be")


def run(args: argparse.Namespace) -> dict:
    """Refresh in this process's name and wait for the end."""
    data_dir = settings().data_dir
    symbols = None
    if args.symbols is not None:
        symbols = [part for part in args.symbols.split(",") if part.strip()]
        if not symbols:
            raise UserError("No symbol was given: write --symbols VNM,VCB, or leave it out.")
    job, _ = request_refresh(
        data_dir,
        args.market,
        symbols=symbols,
        source=args.source,
        names=args.names,
        force=args.force,
        by=actor().name,
    )
    job = follow(data_dir, job, quiet=args.json)
    payload = {"job": job.id, "state": job.state, **job.result, "message": job.message}
    return payload if job.state == "done" else {**payload, "failed": True}


def render(payload: dict) -> str:
    """The account, and the symbols there is something to say about."""
    if payload.get("failed"):
        return f"The refresh {payload['state']}: {payload['message']}"
    lines = [payload["message"]]
    for row in payload["symbols"][:SHOWN]:
        days = f" {row['added']:,} days" if row["added"] else ""
        lines.append(f"  {row['symbol']:<8} {row['state']}{days} {row['note']}".rstrip())
    hidden = len(payload["symbols"]) - SHOWN
    if hidden > 0:
        lines.append(f"  and {hidden:,} more; --json lists them.")
    return "\n".join(lines)
