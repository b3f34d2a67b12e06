"""``python -m core audit``: does anything look into the future?"""

import argparse
from dataclasses import asdict

from core.audit import audit, market_builder
from core.errors import UserError
from core.market.schema import MARKETS, check_symbol
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
    from core.audit_records import audit_records  # MLflow takes a second to load

    if args.cuts < 1:
        raise UserError("At least one cut is needed: --cuts 1 or more.")
    store = BarStore(settings().data_dir)
    market = args.market or _market(store)
    symbols = None
    if args.symbols is not None:
        symbols = [check_symbol(part) for part in args.symbols.split(",") if part.strip()]
        known = set(store.symbols(market)["symbol"])
        if lacking := sorted(set(symbols) - known):
            raise UserError(f"Not in the store of {market}: {', '.join(lacking)}.")
    bars = store.panel(market, symbols)
    if not bars:
        raise UserError(f"There are no prices of the market {market}: import some first.")
    build = market_builder(market, horizon_weeks=settings().horizon_weeks, band=settings().band)
    found = audit(bars, store.sessions(market), build, cuts=args.cuts, seed=args.seed)
    records = audit_records(settings().data_dir, market)
    differences = [str(difference) for difference in found.differences] + records.differences
    return {
        "market": market,
        "stocks": len(bars),
        "cuts": found.cuts,
        "compared": found.compared,
        "first_differences": [asdict(difference) for difference in found.differences],
        "forecasts": asdict(records),
        "said": differences,
        "failed": bool(differences),
    }


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


def _market(store: BarStore) -> str:
    markets = sorted(set(store.symbols()["market"]))
    if not markets:
        raise UserError("There are no prices yet: import some with `python -m core import FILE`.")
    if len(markets) > 1:
        raise UserError(f"There are stocks of {' and '.join(markets)}: say which with --market.")
    return markets[0]
