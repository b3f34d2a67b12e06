"""``python -m core symbols``: what is there, how fresh, from which source."""

import argparse

from core.market.calendar import weeks_behind
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings

NAME = "symbols"
HELP = "list the symbols with their source and how fresh they are"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--market", type=str.upper, choices=list(MARKETS), help="only this market's"
    )


def run(args: argparse.Namespace) -> dict:
    """Read the catalogue."""
    table = BarStore(settings().data_dir).symbols(args.market, kind=None)
    behind = {
        (market, last): weeks_behind(market, last)
        for market, last in set(zip(table["market"], table["last"], strict=True))
    }
    return {
        "symbols": [
            {
                "symbol": row.symbol,
                "market": row.market,
                "kind": row.kind,
                "name": row.name if isinstance(row.name, str) else None,
                "source": row.source,
                "rows": row.rows,
                "first": str(row.first.date()),
                "last": str(row.last.date()),
                "weeks_behind": behind[row.market, row.last],
            }
            for row in table.itertuples(index=False)
        ]
    }


def render(payload: dict) -> str:
    """One line a symbol."""
    if not payload["symbols"]:
        return (
            "There are no prices yet: bring some in with `python -m core import FILE`, or start "
            "the app, which loads the sample."
        )
    lines = [
        f"{'symbol':<16} {'market':<6} {'kind':<5} {'source':<7} {'rows':>6} "
        f"{'first':<10} {'last':<10} {'weeks behind':>12}  name"
    ]
    lines += [
        f"{s['symbol']:<16} {s['market']:<6} {s['kind']:<5} {s['source']:<7} {s['rows']:>6} "
        f"{s['first']:<10} {s['last']:<10} {s['weeks_behind']:>12}  {s['name'] or ''}".rstrip()
        for s in payload["symbols"]
    ]
    return "\n".join(lines)
