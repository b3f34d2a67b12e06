"""``python -m core quality``: what the checks found in the stored prices, and why it matters."""

import argparse

from core.errors import UserError
from core.market.quality.record import findings, inspect, summary
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings

NAME = "quality"
HELP = "check the stored prices and list what was repaired, dropped or flagged"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--market", default="VN", type=str.upper, choices=list(MARKETS), help="default: VN"
    )
    parser.add_argument("--symbol", metavar="SYMBOL", help="only this one, each finding in full")


def run(args: argparse.Namespace) -> dict:
    """Bring the findings up to date and read them."""
    store = BarStore(settings().data_dir)
    symbol = None if args.symbol is None else store.find(args.symbol, args.market)[1]
    stocks = store.symbols(args.market)
    if stocks.empty and symbol is None:
        raise UserError(
            f"There are no stocks of the market {args.market} yet: bring some in with "
            f"`python -m core import FILE --market {args.market}`."
        )
    inspect(store, args.market)
    table = findings(store, args.market, symbol)
    rows = table.assign(
        **{
            name: table[name].dt.strftime("%Y-%m-%d").astype(object).where(table[name].notna(), "")
            for name in ("first", "last")
        }
    )
    return {
        "market": args.market,
        "symbol": symbol,
        "stocks": len(stocks),
        "rules": summary(table).to_dict("records"),
        "findings": rows.to_dict("records"),
    }


def render(payload: dict) -> str:
    """The rules with their counts; of one symbol each finding."""
    if payload["symbol"] is not None:
        return _one(payload)
    lines = [
        f"{payload['stocks']:,} stocks of the market {payload['market']}. "
        "'recent' counts the findings of the 60 weeks to the newest session that put a badge.",
        f"{'rule':<26} {'findings':>8} {'days':>8} {'stocks':>7} {'recent':>7}",
    ]
    lines += [
        f"{rule['title']:<26} {rule['findings']:>8,} {rule['days']:>8,} {rule['stocks']:>7,} "
        f"{rule['recent']:>7,}"
        for rule in payload["rules"]
    ]
    recent = sorted({f["symbol"] for f in payload["findings"] if f["recent"]})
    if recent:
        lines.append(f"Recent: {', '.join(recent)}. --symbol shows one of them in full.")
    return "\n".join(lines)


def _one(payload: dict) -> str:
    if not payload["findings"]:
        return f"Nothing was found in the prices of {payload['symbol']}."
    titles = {rule["rule"]: rule["title"] for rule in payload["rules"]}
    return "\n".join(
        f"{f['first'] or 'no date':<10} to {f['last'] or 'no date':<10} {f['action']:<8} "
        f"{titles[f['rule']]}: {f['detail']}"
        for f in payload["findings"]
    )
