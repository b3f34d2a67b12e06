"""``python -m core promote``: give a version a stage."""

import argparse

from core.access import actor
from core.cli.following import follow
from core.jobs.store import JobStore
from core.settings import settings

NAME = "promote"
HELP = "move a version to Staging, or through the gate to Production; what it replaces is archived"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("model", metavar="MODEL", help="a model's name, or 'both'")
    parser.add_argument("version", metavar="VERSION", type=int)
    parser.add_argument("--to", required=True, choices=("staging", "production"))
    parser.add_argument("--reason", default="", metavar="TEXT", help="kept in the trail")
    parser.add_argument(
        "--override", action="store_true", help="promote though the gate is shut; needs a --reason"
    )


def run(args: argparse.Namespace) -> dict:
    """Promote, and see the forecasts that follow to their end."""
    # MLflow takes a second to load; --help should not
    from core import registry
    from core.promotion import GateRefused, promote

    data_dir = settings().data_dir
    models = registry.MODELS if args.model == "both" else (args.model,)
    payload: dict = {"model": args.model, "version": args.version, "to": args.to}
    try:
        payload["message"] = promote(
            [(model, args.version) for model in models],
            args.to,
            by=actor().name,
            data_dir=data_dir,
            reason=args.reason,
            override=args.override,
        )
    except GateRefused as refused:
        told = [verdict.record() for verdict in refused.verdicts]
        return payload | {"failed": True, "message": str(refused), "gate": told}
    waiting = [job for job in JobStore(data_dir).active() if job.kind == "forecast"]
    if args.to == "production" and waiting:
        job = follow(data_dir, waiting[-1], quiet=args.json)
        payload["forecasts"] = {"state": job.state, "message": job.message}
    return payload


def render(payload: dict) -> str:
    """The rules, then what was done, in sentences."""
    lines = [line for verdict in payload.get("gate", []) for line in _rules(verdict)]
    followed = payload.get("forecasts", {}).get("message", "")
    lines.append(f"{payload['message']} {followed}".rstrip())
    if payload.get("failed"):
        lines.append("On the command line: --override --reason 'why'.")
    return "\n".join(lines)


def _rules(verdict: dict) -> list[str]:
    lines = [f"{verdict['model']} v{verdict['version']}:"]
    for rule in verdict["rules"]:
        mark = "holds" if rule["passed"] else "FAILS"
        lines.append(f"  {mark}  {rule['title']}. {rule['said']}")
    if verdict["first"]:
        lines.append(
            "  The first production of its market: there is nothing to beat, so no rule holds it "
            "back."
        )
    if verdict["tried"] > 1:
        lines.append(
            f"  {verdict['tried']} versions were made since the last promotion: the best of "
            "several looks better than it is."
        )
    return lines
