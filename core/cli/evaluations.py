"""``python -m core evaluations``: what was evaluated, when and on what."""

import argparse

from core.evaluation.conclusions import conclusions
from core.evaluation.records import all_records
from core.market.schema import MARKETS
from core.settings import settings

NAME = "evaluations"
HELP = "list the evaluations that have run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--market", choices=sorted(MARKETS), help="only this market's")


def run(args: argparse.Namespace) -> dict:
    """Read the records, without their thousands of figures."""
    return {
        "evaluations": [
            {name: value for name, value in record.items() if name != "figures"}
            | {"answers": {c.question: c.answer for c in conclusions(record)}}
            for record in all_records(settings().data_dir, args.market)
        ]
    }


def render(payload: dict) -> str:
    """One line an evaluation."""
    if not payload["evaluations"]:
        return "No evaluation has run yet: start with `python -m core evaluate`."
    return "\n".join(
        f"{e['id']:<24} {e['market']} {e['count']:>4} stocks {e['first_week']} to "
        f"{e['last_week']}, {e['weeks']} weeks, {e['seconds']:.0f} s, "
        f"code {e['software']['code_sha256'][:8]}, data {e['data_sha256'][:8]}"
        for e in payload["evaluations"]
    )
