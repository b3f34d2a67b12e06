"""Which stock, and which market, a word means."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core import forecasts
from core.answers.result import Choice
from core.errors import UserError
from core.language import _
from core.market.brands import brand_names
from core.market.schema import MARKETS, find_market, printable
from core.market.search import plain_words, search
from core.market.store import BarStore

MOST_CHOICES = 6
LONGEST = 100
"""Characters of a symbol or name that count."""
SHORTEST = 6
"""Characters below which the beginning of a name may be meant as a symbol."""


@dataclass(frozen=True)
class Stock:
    """A stock with prices here.

    Attributes
    ----------
    market, symbol : str
    name : str
        Text from outside; empty where there is none.
    """

    market: str
    symbol: str
    name: str = ""

    @property
    def choice(self) -> Choice:
        """As one of several."""
        return Choice(self.symbol, self.name, self.market)


def known_stocks(data_dir: Path, market: str = "") -> pd.DataFrame:
    """The stocks with prices, of one market or of all.

    Raises
    ------
    UserError
        If there are none, or there is no such market.
    """
    known = BarStore(data_dir).symbols(market or None)
    if known.empty:
        if market:
            raise UserError(
                _("There are no prices of the market {market} here.").format(
                    market=find_market(market).code
                )
            )
        raise UserError(_("There are no prices yet. Bring some in on the Data page."))
    return known


def market_of(data_dir: Path, asked: str = "") -> str:
    """The market a question is about: the one named, else that with forecasts, else the newest.

    Raises
    ------
    UserError
        If there are no prices, or none of that market.
    """
    known = known_stocks(data_dir, asked)
    if asked:
        return find_market(asked).code
    there = set(known["market"])
    shown = forecasts.current(data_dir).get("market", "")
    return shown if shown in there else str(known.sort_values("last")["market"].iloc[-1])


def stocks_named(data_dir: Path, text: str, market: str = "") -> list[Stock]:
    """The stocks a symbol, name or brand fits, the best first; empty where none does.

    A symbol that is there stands alone.

    Parameters
    ----------
    data_dir : Path
    text : str
    market : str
        Only this market's; all by default.
    """
    text = text[:LONGEST].strip()
    known = known_stocks(data_dir, market)
    exact = known[known["symbol"] == text.upper()]
    if len(exact):
        return [stock_of(row.market, row.symbol, row.name) for row in exact.itertuples()]
    found = []
    for code in (code for code in MARKETS if code in set(known["market"])):
        own = known[known["market"] == code]
        rows = own.set_index("symbol")
        brands = brand_names(code)
        symbols = search(own, text, brands)
        asked = plain_words(text)
        # A whole name or brand is meant before longer ones that begin so.
        whole = [
            symbol
            for symbol in symbols
            if any(plain_words(name) == asked for name in _names(rows.loc[symbol], brands, symbol))
        ]
        found += [stock_of(code, symbol, rows.at[symbol, "name"]) for symbol in whole or symbols]
    return found


def one_stock(data_dir: Path, text: str, market: str = "") -> Stock | tuple[Choice, ...]:
    """The stock a text names, or several to choose from.

    Raises
    ------
    UserError
        If none fits.
    """
    found = stocks_named(data_dir, text, market)
    if len(found) == 1:
        # A symbol that is not here must not become one whose name begins so: BID is no BIDV.
        sure = found[0].symbol == text.strip().upper() or len(text.strip()) >= SHORTEST
        return found[0] if sure or _whole(found[0], text) else (found[0].choice,)
    if len(found) > 1:
        home = [stock for stock in found if stock.market == market_of(data_dir, market)]
        same = len({stock.symbol for stock in found}) == 1
        if same and len(home) == 1:  # one symbol in two markets: the one with forecasts
            return home[0]
        return tuple(stock.choice for stock in found[:MOST_CHOICES])
    raise UserError(
        _("No stock here fits {text}: ask with a symbol such as VNM, or with a name.").format(
            text=repr(printable(text))
        )
    )


def _whole(stock: Stock, text: str) -> bool:
    """Whether a text is a word of the stock's name or brands, not only how one begins."""
    names = [stock.name, *brand_names(stock.market).get(stock.symbol, ())]
    asked = plain_words(text)
    return any(set(asked) <= set(plain_words(name)) for name in names)


def _names(row: pd.Series, brands: dict[str, tuple[str, ...]], symbol: str) -> list[str]:
    named = [row["name"], row["name_vi"], *brands.get(symbol, ())]
    return [name for name in named if isinstance(name, str)]


def stock_of(market: object, symbol: object, name: object) -> Stock:
    """A stock from what the catalogue of symbols says."""
    return Stock(str(market), str(symbol), printable(name, 80) if isinstance(name, str) else "")
