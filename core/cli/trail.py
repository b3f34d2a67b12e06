"""``python -m core trail``: who put which version into production, when and why."""

import argparse
from dataclasses import asdict
from pathlib import Path

from core import trail
from core.forecasts import read_day
from core.market.export import write_table
from core.settings import settings

NAME = "trail"
HELP = "show every promotion, rollback, archiving and deletion; or what was in production on a day"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--on", metavar="DATE", help="what was in production at the end of a day")
    parser.add_argument("--csv", metavar="FILE", help="write the trail to a file")


def run(args: argparse.Namespace) -> dict:
    """Note what was done outside, then read."""
    from core import stages  # MLflow takes a second to load; --help should not

    data_dir = settings().data_dir
    stages.settle(data_dir)
    if args.on is not None:
        day = read_day(args.on).date()
        return {"on": str(day), "production": trail.in_production(data_dir, day)}
    entries = trail.entries(data_dir)
    if args.csv:
        write_table(Path(args.csv), trail.table(data_dir))
        return {"file": args.csv, "rows": len(entries)}
    return {"trail": [asdict(entry) for entry in entries]}


def render(payload: dict) -> str:
    """One line a row, the oldest first."""
    if "file" in payload:
        return f"{payload['rows']} rows written to {payload['file']}."
    if "on" in payload:
        held = " and ".join(f"{m} v{v}" for m, v in payload["production"].items()) or "nothing"
        return f"In production at the end of {payload['on']} (UTC): {held}."
    lines = [_line(row) for row in payload["trail"]]
    return "\n".join(lines) or "Nothing was promoted yet."


def _line(row: dict) -> str:
    def named(version: int | None) -> str:
        return "none" if version is None else f"v{version}"

    production = row["action"] in (*trail.PRODUCTION, trail.STAGED)
    step = named(row["was"]) + (f" -> {named(row['became'])}" if production else "")
    failed = [rule["title"] for rule in row["rules"] if not rule["passed"]]
    said = [f"Failed: {', '.join(failed)}."] if failed else []
    said += [f"Reason: {row['reason']}"] if row["reason"] else []
    said += [row["note"]] if row["note"] else []
    at = row["at"][:19].replace("T", " ")
    return f"{at}  {row['action']:<16} {row['model']:<24} {step:<12} {row['who']}  {' '.join(said)}"
