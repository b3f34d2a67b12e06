"""Tool: find a stock by symbol, name or brand."""

from pathlib import Path

from pydantic import Field

from core.answers.arguments import Arguments, Market
from core.answers.result import Link, Result
from core.answers.stocks import MOST_CHOICES, stocks_named
from core.language import _, ngettext


class FindArguments(Arguments):
    """What to look for."""

    text: str = Field(
        min_length=1,
        max_length=100,
        description="A symbol, company name or brand, in Vietnamese or English, with or without "
        "diacritics.",
    )
    market: Market = ""


def find_symbol(data_dir: Path, asked: FindArguments) -> Result:
    """The stocks a text fits, the best first."""
    found = stocks_named(data_dir, asked.text, asked.market)
    if not found:
        return Result("find_symbol", _("Stocks found"), (_("No stock here fits these words."),))
    told = ngettext(
        "{count} stock fits these words.", "{count} stocks fit these words.", len(found)
    ).format(count=len(found))
    shown = found[:MOST_CHOICES]
    return Result(
        "find_symbol",
        _("Stocks found"),
        (told,),
        choices=tuple(stock.choice for stock in shown),
        quotes={stock.symbol: stock.name for stock in shown if stock.name},
        links=tuple(
            Link("stock", stock.symbol, {"market": stock.market, "symbol": stock.symbol})
            for stock in shown
        ),
    )
