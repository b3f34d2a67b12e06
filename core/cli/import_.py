"""``python -m core import``: prices, indices and names from files into the store."""

import argparse
from dataclasses import asdict

from core.errors import UserError
from core.market.import_report import ImportReport, NothingImported
from core.market.importer import import_files
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings

NAME = "import"
HELP = "read daily prices from CSV or Parquet files into the store"
SHOWN = 20
"""Refusals printed; the report holds more."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="columns symbol, date, open, high, low, close, volume; also adj_close and value",
    )
    parser.add_argument(
        "--market", default="VN", type=str.upper, choices=list(MARKETS), help="default: VN"
    )
    parser.add_argument(
        "--index", action="store_true", help="the files hold indices, which are never trained on"
    )
    parser.add_argument("--listing", metavar="FILE", help="names, industries and exchanges")


def run(args: argparse.Namespace) -> dict:
    """Import, and report what was added, replaced and refused."""
    if not args.files and not args.listing:
        raise UserError("Name the files to import, or a listing with --listing.")
    try:
        report = import_files(
            args.files,
            market=args.market,
            store=BarStore(settings().data_dir),
            kind="index" if args.index else "stock",
            listing=args.listing,
        )
    except NothingImported as error:
        if not error.report.refused:
            raise
        return _payload(error.report) | {"failed": True}
    return _payload(report)


def render(payload: dict) -> str:
    """The counts, the first refusals, the notes."""
    added, replaced, unchanged = (
        payload[name] for name in ("rows_added", "rows_replaced", "rows_unchanged")
    )
    lines = []
    if payload["files"]:
        count = len(payload["symbols"])
        lines.append(
            f"{count} {'symbol' if count == 1 else 'symbols'} of the market {payload['market']}: "
            f"{added:,} rows added, {replaced:,} replaced, {unchanged:,} unchanged, "
            f"{payload['refused_total']:,} refused."
        )
    if payload["listed"]:
        lines.append(f"Names of {payload['listed']:,} symbols stored.")
    if payload["repaired_total"]:
        lines.append(f"{payload['repaired_total']:,} rows with slight contradictions repaired.")
    if payload["doubtful"]:
        lines.append(
            f"{len(payload['doubtful']):,} symbols have findings in the last 60 weeks: "
            f"`python -m core quality --market {payload['market']}` lists them."
        )
    lines.extend(payload["notes"])
    lines.extend(f"  not read {file['file']}: {file['reason']}" for file in payload["unread"])
    lines.extend(
        f"  refused {refusal['file']}, line {refusal['line']}: {refusal['reason']}"
        for refusal in payload["refused"][:SHOWN]
    )
    hidden = payload["refused_total"] - min(SHOWN, len(payload["refused"]))
    if hidden > 0:
        lines.append(f"  and {hidden:,} more refused; --json lists the first 1,000.")
    if payload.get("failed"):
        lines.append("Nothing was imported, and nothing stored was changed.")
    return "\n".join(lines)


def _payload(report: ImportReport) -> dict:
    return asdict(report)
