"""What companies are commonly called, such as Vinamilk for VNM: a small file a market.

`search` reads these names besides the listing's official ones; data/names/SOURCE.md
says where they are from.
"""

import csv
from functools import lru_cache

from core.market.schema import find_market
from core.settings import PROJECT

SHIPPED = PROJECT / "data" / "names"


@lru_cache(maxsize=8)
def brand_names(market: str) -> dict[str, tuple[str, ...]]:
    """The common names by symbol, the best known first; empty for a market without a file."""
    path = SHIPPED / f"{find_market(market).code}.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["symbol"]: tuple(row["names"].split(";")) for row in csv.DictReader(file)}
