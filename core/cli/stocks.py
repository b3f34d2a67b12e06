"""Which stocks a command is about."""

import argparse

from core.errors import UserError
from core.market.schema import check_symbol
from core.market.store import BarStore


def chosen_stocks(args: argparse.Namespace, store: BarStore) -> tuple[str, list[str] | None]:
    """Market and symbols of ``--market``, ``--symbols`` and ``--all``; None means all.

    Raises
    ------
    UserError
        If a symbol is unknown, or the market is not clear.
    """
    if args.symbols is not None:
        wanted = [check_symbol(part) for part in args.symbols.split(",") if part.strip()]
        found = [store.find(symbol, args.market) for symbol in wanted]
        if not found:
            raise UserError("No symbol was given: write --symbols VNM,VCB or --all.")
        markets = sorted({market for market, _ in found})
        if len(markets) > 1:
            raise UserError(
                f"These symbols are in two markets ({', '.join(markets)}): take them apart."
            )
        return markets[0], [symbol for _, symbol in found]
    if args.market:
        return args.market, None
    markets = sorted(set(store.symbols()["market"]))
    if not markets:
        raise UserError("There are no prices yet: import some with `python -m core import FILE`.")
    if len(markets) > 1:
        raise UserError(f"There are stocks of {' and '.join(markets)}: say which with --market.")
    return markets[0], None
