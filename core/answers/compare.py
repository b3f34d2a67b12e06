"""Tool: up to four stocks side by side."""

from pathlib import Path

from pydantic import Field

from core import forecasts
from core.answers.arguments import Arguments, Market, Symbol
from core.answers.market_table import market_table
from core.answers.result import Link, Result, which_one
from core.answers.rows import calls_in, origin, stock_rows
from core.answers.stocks import Stock, one_stock
from core.errors import UserError
from core.language import _

MOST = 4
SIDE = ("ret_12w", "ret_52w", "vol_4w", "RSI_14w", "year_place")
"""What stands beside the forecast."""


class CompareArguments(Arguments):
    """Two to four stocks."""

    symbols: list[Symbol] = Field(
        min_length=2, max_length=MOST, description="Two to four symbols or company names."
    )
    market: Market = ""


def compare(data_dir: Path, asked: CompareArguments) -> Result:
    """Forecast beside no change, call, probability and five indicators of each stock."""
    stocks = []
    for text in asked.symbols:
        stock = one_stock(data_dir, text, asked.market)
        if not isinstance(stock, Stock):
            return which_one("compare", stock)
        stocks.append(stock)
    stocks = list(dict.fromkeys(stocks))
    markets = {stock.market for stock in stocks}
    if len(markets) > 1:
        raise UserError(
            _("These stocks are of two markets, with prices in two units: compare within one.")
        )
    if len(stocks) < 2:
        raise UserError(_("Name two different stocks to compare."))
    market, symbols = stocks[0].market, [stock.symbol for stock in stocks]
    table = market_table(data_dir, market).loc[symbols]
    said, days = origin(forecasts.latest(data_dir, market))
    first, *others = symbols
    return Result(
        "compare",
        _("{symbols} side by side").format(symbols=", ".join(symbols)),
        (said,),
        table=stock_rows(table, market, SIDE),
        quotes={stock.symbol: stock.name for stock in stocks if stock.name},
        links=(
            Link(
                "stock",
                _("Their prices on one scale"),
                {"market": market, "symbol": first, "compare": ",".join(others)},
            ),
        ),
        about={"market": market, "symbols": ",".join(symbols)},
        days=days,
        calls=calls_in(table),
    )
