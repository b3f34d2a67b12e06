"""A market's stocks with forecast, indicators and what groups hold them, for the tools."""

from pathlib import Path

import numpy as np
import pandas as pd

from core import forecasts
from core.breadth import index_lines
from core.errors import UserError
from core.indicators.store import IndicatorStore
from core.language import _
from core.market.schema import MARKETS, printable
from core.market.search import plain_words
from core.market.store import BarStore
from core.overview import market_overview
from core.screener import screen_table
from core.watch import watch_table

INDUSTRIES = ("sector", "industry_group", "industry")
KEPT = ("close", "low_change", "high_change", "price", "week_change", "quarter_change")
WORDS = {
    "bank": ("banks",),
    "securities": ("capital markets",),
    "insurance": ("insurance",),
    "real estate": ("real estate",),
    "steel": ("metals",),
    "oil and gas": ("oil gas", "gas utilities", "energy equipment"),
    "food": ("food", "beverages"),
    "retail": ("retail",),
    "technology": ("software", "information technology", "hardware", "electronic equipment"),
    "construction": ("construction", "building products"),
    "chemicals": ("chemicals",),
    "textiles": ("textiles",),
    "utilities": ("utilities", "electric", "power"),
    "transport": ("transportation", "marine", "airlines"),
    "financials": ("financials",),
    "health care": ("health care", "pharma"),
}
"""Words of a listing's industries by what readers call them."""


def market_table(data_dir: Path, market: str) -> pd.DataFrame:
    """Every stock of a market, indexed by symbol.

    Returns
    -------
    DataFrame
        The columns of `core.screener.screen_table`, ``KEPT`` and ``name``; ``prior_up``, in
        per cent, how often UP usually comes.
    """
    store = BarStore(data_dir)
    lines = [line for line in index_lines(store, market) if line.symbol == MARKETS[market].index]
    quarter = lines[0].quarter_change if lines else np.nan
    records = forecasts.latest(data_dir, market)
    watch = watch_table(market_overview(store, market), records, quarter)
    table = screen_table(IndicatorStore(store).latest(market), watch)
    own = watch.set_index("symbol")
    for name in (*KEPT, "name"):
        table[name] = own[name]
    priors = records.drop_duplicates("symbol").set_index("symbol")["prior_up"]
    table["prior_up"] = 100 * priors.reindex(table.index).astype(float)
    return table


def members(data_dir: Path, market: str, group: str) -> set[str]:
    """The symbols of a group such as VN30, of a sector or of an industry ("banks").

    Raises
    ------
    UserError
        If nothing of the market is called so.
    """
    store = BarStore(data_dir)
    asked = " ".join(plain_words(group))
    for name, symbols in store.members(market).items():
        if " ".join(plain_words(name)) == asked:
            return set(symbols)
    known = store.symbols(market)
    wanted = WORDS.get(group.lower(), (asked,))
    hit = pd.Series(False, index=known.index)
    for column in (*INDUSTRIES, "exchange"):
        told = known[column].map(lambda cell: " ".join(plain_words(str(cell or ""))))
        for words in wanted:
            # Beginning at a word: "power" is no part of "manpower".
            hit |= (" " + told).str.contains(" " + words, regex=False)
    if not asked or not hit.any():
        raise UserError(
            _("No stock of this market belongs to {group}.").format(
                group=repr(printable(group, 40))
            )
        )
    return set(known.loc[hit, "symbol"])
