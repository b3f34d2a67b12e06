"""Groups of a market's stocks: members of an index such as VN30, sectors, exchanges."""

from dataclasses import dataclass

from core.market.store import BarStore

INDEX, SECTOR, EXCHANGE = "Index", "Sector", "Exchange"
KINDS = (INDEX, SECTOR, EXCHANGE)


@dataclass(frozen=True)
class Group:
    """Stocks that belong together.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    name : str
        VN30, Financials, HOSE: text from outside, as it stands in the listing.
    symbols : tuple of str
        Those with prices in the store, in alphabetical order; at least one.
    """

    kind: str
    name: str
    symbols: tuple[str, ...]


def groups(store: BarStore, market: str) -> list[Group]:
    """The groups of a market, by kind in the order of `KINDS`, then by name."""
    known = store.symbols(market)
    there = set(known["symbol"])
    found = []
    for name, symbols in store.members(market).items():
        held = tuple(symbol for symbol in symbols if symbol in there)
        if held:
            found.append(Group(INDEX, name, held))
    for kind, column in ((SECTOR, "sector"), (EXCHANGE, "exchange")):
        for name, rows in known.dropna(subset=[column]).groupby(column):
            found.append(Group(kind, str(name), tuple(rows["symbol"])))
    return found
