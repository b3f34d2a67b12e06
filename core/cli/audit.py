"""``python -m core audit``: does anything look into the future?"""

import argparse

from core.audit_work import audit_market
from core.cli.stocks import chosen_stocks
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings

NAME = "audit"
HELP = "cut the data off at random weeks, compute everything again and compare bit by bit"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--market", choices=sorted(MARKETS), help="default: where there are prices")
    parser.add_argument("--symbols", metavar="A,B", help="only these stocks")
    parser.add_argument("--cuts", type=int, default=12, help="weeks to cut off at (default 12)")
    parser.add_argument("--seed", type=int, default=7, help="which weeks are drawn (default 7)")


def run(args: argparse.Namespace) -> dict:
    """Audit prices to splits, then the stored forecasts."""
    data_dir = settings().data_dir
    market, symbols = chosen_stocks(args, BarStore(data_dir))
    return audit_market(data_dir, market, symbols, cuts=args.cuts, seed=args.seed)


def render(payload: dict) -> str:
    """What was compared, and the first difference of each kind."""
    lines = [
        f"{payload['market']}, {payload['stocks']} stocks, prices cut off at "
        f"{len(payload['cuts'])} weeks ({payload['cuts'][0]} to {payload['cuts'][-1]})."
    ]
    for name, count in payload["compared"].items():
        differs = [d for d in payload["first_differences"] if d["check"] == name]
        lines.append(f"  {name:<12}{count:>12,} values  {'DIFFERS' if differs else 'same bits'}")
    records = payload["forecasts"]
    state = "DIFFERS" if records["differences"] else "same to 1e-6"
    lines.append(f"  {'forecasts':<12}{records['compared']:>12,} records {state}")
    if records["revised"]:
        lines.append(f"Data revised since: {', '.join(records['revised'])}.")
    lines += [f"Not opened: {said}" for said in records["unread"]]
    if payload["said"]:
        lines.append("First differences:")
        lines += [f"  {said}" for said in payload["said"]]
    else:
        lines.append("Nothing looks into the future.")
    return "\n".join(lines)
