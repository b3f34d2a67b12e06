"""``python -m core evaluate``: how good the forecasts are, measured walk-forward."""

import argparse

from core.access import actor
from core.cli.following import follow
from core.cli.stocks import chosen_stocks
from core.evaluation import records
from core.evaluation.conclusions import aims, conclusions, said_of_calls, verdicts
from core.evaluation.request import request_evaluation
from core.evaluation.tables import COLUMNS, scores
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings

NAME = "evaluate"
HELP = "refit every half year on the past only, judge what follows, and score it"
WIDTH, NAME_WIDTH = 25, 25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--symbols", metavar="A,B", help="only these stocks")
    which.add_argument("--all", action="store_true", help="every stock of the market (default)")
    parser.add_argument("--market", choices=sorted(MARKETS), help="default: where there are prices")
    parser.add_argument("--from", dest="first", type=int, metavar="YEAR", help="first year judged")
    parser.add_argument("--to", dest="last", type=int, metavar="YEAR", help="last year judged")


def run(args: argparse.Namespace) -> dict:
    """Evaluate in this process's name and wait for the end."""
    data_dir = settings().data_dir
    market, symbols = chosen_stocks(args, BarStore(data_dir))
    job, _ = request_evaluation(data_dir, market, symbols, args.first, args.last, by=actor().name)
    job = follow(data_dir, job, quiet=args.json)
    if job.state != "done":
        return {"job": job.id, "state": job.state, "message": job.message, "failed": True}
    return records.get(data_dir, job.result["evaluation"])


def render(payload: dict) -> str:
    """What it says in words, then the two tables."""
    if payload.get("failed"):
        return f"The evaluation {payload['state']}: {payload['message']}"
    lines = [
        f"{payload['market']}, {payload['count']} stocks, {payload['weeks']} weeks from "
        f"{payload['first_week']} to {payload['last_week']}, {payload['rows']:,} forecasts, "
        f"{payload['folds_reported']} refits; {payload['seconds']:.0f} s.",
        *(f"{c.question} {c.answer} {c.evidence}" for c in conclusions(payload)),
        *verdicts(payload),
        said_of_calls(payload),
        "Out-of-sample; [95 % interval, moving blocks of 13 weeks].",
    ]
    for kind, columns in COLUMNS.items():
        lines += ["", f"{kind:<{NAME_WIDTH}}" + "".join(f"{c.title:<{WIDTH}}" for c in columns)]
        for row in scores(payload, kind).to_dict("records"):
            cells = "".join(f"{row[c.score]:<{WIDTH}}" for c in columns)
            lines.append(f"{row['row']:<{NAME_WIDTH}}{cells}")
    lines.append("")
    lines += [
        f"Aim: {aim.aim}. Measured: {aim.measured}"
        + (f" ({aim.baseline})" if aim.baseline else "")
        + "."
        for aim in aims(payload)
    ]
    return "\n".join(line.rstrip() for line in lines if line is not None)
