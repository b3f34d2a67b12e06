"""``python -m core watchlists``: the named lists of stocks; save or delete one."""

import argparse

from core import watchlists
from core.errors import UserError
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings

NAME = "watchlists"
HELP = "list the watchlists of a market, save one or delete one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--market", default="VN", type=str.upper, choices=list(MARKETS), help="default: VN"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--save", metavar="NAME", help="keep --symbols under this name")
    which.add_argument("--delete", metavar="NAME", help="remove a list; its stocks stay")
    parser.add_argument("--symbols", metavar="A,B", help="the stocks of --save")
    parser.add_argument(
        "--replace", action="store_true", help="with --save: also where there is such a list"
    )


def run(args: argparse.Namespace) -> dict:
    """Change what is asked for, then read the lists."""
    data_dir = settings().data_dir
    message = ""
    if args.symbols is not None and args.save is None:
        raise UserError("Name the list that --symbols is for, with --save NAME.")
    if args.save is not None:
        store = BarStore(data_dir)
        wanted = [part for part in (args.symbols or "").split(",") if part.strip()]
        found = [store.find(symbol, args.market)[1] for symbol in wanted]
        name = watchlists.save(data_dir, args.market, args.save, found, replace=args.replace)
        message = f"Saved {name}."
    if args.delete is not None:
        message = f"Deleted {watchlists.delete(data_dir, args.market, args.delete)}."
    kept = watchlists.watchlists(data_dir, args.market)
    return {"market": args.market, "message": message, "watchlists": kept}


def render(payload: dict) -> str:
    """One line a list."""
    lines = [payload["message"]] if payload["message"] else []
    lines += [f"{name}: {', '.join(held)}" for name, held in payload["watchlists"].items()]
    return "\n".join(lines) or (
        f"There is no watchlist of the market {payload['market']} yet: save one with "
        "`python -m core watchlists --save NAME --symbols A,B`, or in the app's sidebar."
    )
