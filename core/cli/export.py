"""``python -m core export``: bars or the list of symbols into a CSV or Parquet file."""

import argparse
from pathlib import Path

from core import watchlists
from core.errors import UserError
from core.market.export import bars_table, write_table
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings

NAME = "export"
HELP = "write prices or the list of symbols to a CSV or Parquet file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("file", metavar="FILE", help="its ending says how: .csv or .parquet")
    parser.add_argument(
        "--market", default="VN", type=str.upper, choices=list(MARKETS), help="default: VN"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--symbols", metavar="A,B", help="these stocks or indices")
    which.add_argument("--list", metavar="NAME", help="the stocks of a watchlist")
    which.add_argument("--all", action="store_true", help="every stock (the default)")
    parser.add_argument(
        "--what",
        choices=("bars", "symbols"),
        default="bars",
        help="daily bars, which an import reads again, or names and freshness (default: bars)",
    )


def run(args: argparse.Namespace) -> dict:
    """Read what is asked for and write it, whole or not at all."""
    store = BarStore(settings().data_dir)
    chosen = _chosen(args, store)
    if args.what == "bars":
        table = bars_table(store, args.market, chosen)
    else:
        table = store.symbols(args.market, kind=None if args.symbols else "stock")
        if chosen is not None:
            table = table[table["symbol"].isin(chosen)]
        members = store.members(args.market)
        table = table.assign(
            indices=[
                ";".join(name for name, held in members.items() if symbol in held) or None
                for symbol in table["symbol"]
            ]
        )
    if table.empty:
        raise UserError(f"There are no prices of the market {args.market}: import some first.")
    write_table(Path(args.file), table)
    return {
        "file": args.file,
        "market": args.market,
        "what": args.what,
        "symbols": int(table["symbol"].nunique()),
        "rows": len(table),
    }


def render(payload: dict) -> str:
    """What was written, in one sentence."""
    count, rows = payload["symbols"], payload["rows"]
    symbols = f"{count:,} {'symbol' if count == 1 else 'symbols'}"
    if payload["what"] == "symbols":
        return f"Wrote {symbols} of the market {payload['market']} to {payload['file']}."
    return (
        f"Wrote {rows:,} bars of {symbols} of the market {payload['market']} to {payload['file']}."
    )


def _chosen(args: argparse.Namespace, store: BarStore) -> list[str] | None:
    if args.list is not None:
        name, held = watchlists.get(settings().data_dir, args.market, args.list)
        there = set(store.symbols(args.market)["symbol"])
        if not there.intersection(held):
            raise UserError(f"There are no prices of the stocks of {name}: import them first.")
        return [symbol for symbol in held if symbol in there]
    if args.symbols is None:
        return None
    wanted = [part for part in args.symbols.split(",") if part.strip()]
    if not wanted:
        raise UserError("No symbol was given: write --symbols VNM,VCB, or --all.")
    return [store.find(symbol, args.market)[1] for symbol in wanted]
