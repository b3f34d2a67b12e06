"""Tool: a stock's weekly indicators, explained, and where they stand."""

import math
from pathlib import Path
from typing import Literal

from pydantic import Field

from core.answers.arguments import Arguments, Market, Symbol
from core.answers.result import Column, Figure, Link, Result, Table, which_one
from core.answers.stocks import Stock, one_stock
from core.errors import UserError
from core.formats import day, number
from core.indicators.catalogue import BY_NAME, INDICATORS, NAMES
from core.indicators.standing import Standing, standings
from core.indicators.store import IndicatorStore
from core.language import _
from core.market.schema import printable
from core.market.store import BarStore

FEW = 3
"""With no more indicators asked for each is explained in sentences."""


class IndicatorArguments(Arguments):
    """Which stock, which indicators."""

    symbol: Symbol | Literal[""] = Field(
        default="", description="A symbol or name; empty to have the indicators only explained."
    )
    market: Market = ""
    names: list[str] = Field(
        default=[],
        max_length=len(NAMES),
        description=f"Which of {', '.join(NAMES)}; empty for all.",
    )


def indicators(data_dir: Path, asked: IndicatorArguments) -> Result:
    """The indicators of the last complete week: value, reading, place in history and market."""
    if strange := [name for name in asked.names if name not in BY_NAME]:
        raise UserError(
            _("There is no indicator {name}: there are {known}.").format(
                name=repr(printable(strange[0], 30)), known=", ".join(NAMES)
            )
        )
    if not asked.symbol:
        return _meanings(asked.names or list(NAMES))
    stock = one_stock(data_dir, asked.symbol, asked.market)
    if not isinstance(stock, Stock):
        return which_one("indicators", stock)
    kept = IndicatorStore(BarStore(data_dir))
    weekly, recent = kept.weekly(stock.market, stock.symbol), kept.recent(stock.market)
    about = {"market": stock.market, "symbol": stock.symbol}
    links = (
        Link("stock", _("Open {symbol}").format(symbol=stock.symbol), about),
        Link("help", _("The 20 indicators explained"), {}),
    )
    title = _("{symbol}: weekly indicators").format(symbol=stock.symbol)
    quotes = {stock.symbol: stock.name} if stock.name else {}
    if weekly.empty:
        told = _("There is no complete week of {symbol} yet.").format(symbol=stock.symbol)
        return Result("indicators", title, (told,), links=links, about=about, quotes=quotes)
    week = weekly.index[-1]
    others = recent
    if not recent.empty:
        others = recent[(recent["week"] == week) & (recent["symbol"] != stock.symbol)]
    found = standings(weekly, others)
    chosen = [i for i in INDICATORS if not asked.names or i.name in asked.names]
    facts = [_("Week to {day}; complete weeks only.").format(day=day(week))]
    if len(chosen) <= FEW:
        facts += [_explained(indicator.name, found[indicator.name]) for indicator in chosen]
    iso = f"{week:%Y-%m-%d}"
    return Result(
        "indicators",
        title,
        tuple(facts),
        tuple(
            figure
            for indicator in chosen
            for figure in _figures(indicator.name, found[indicator.name], stock.symbol, iso)
        ),
        _table([i.name for i in chosen], found),
        quotes=quotes,
        links=links,
        about={**about, "names": ",".join(i.name for i in chosen) if asked.names else ""},
        days=(iso,),
    )


def _meanings(names: list[str]) -> Result:
    columns = (
        Column("indicator", _("Indicator")),
        Column("reading", _("How to read it")),
        Column("formula", _("Formula")),
    )
    rows = [
        {
            "indicator": BY_NAME[n].title,
            "reading": BY_NAME[n].reading,
            "formula": BY_NAME[n].formula,
        }
        for n in names
    ]
    return Result(
        "indicators",
        _("Weekly indicators"),
        table=Table(columns, tuple(rows)),
        links=(Link("help", _("The 20 indicators explained"), {}),),
    )


def _explained(name: str, standing: Standing) -> str:
    indicator = BY_NAME[name]
    said = [
        _("{title}: {value}.").format(title=indicator.title, value=indicator.text(standing.value)),
        indicator.reading,
    ]
    if math.isfinite(standing.own):
        said.append(
            _("Higher than {share} % of its own {weeks} earlier weeks.").format(
                share=number(100 * standing.own), weeks=number(standing.weeks)
            )
        )
    if standing.rank:
        said.append(
            _("Rank {rank} of {count} stocks this week, 1 the highest.").format(
                rank=number(standing.rank), count=number(standing.others + 1)
            )
        )
    return " ".join(said)


def _figures(name: str, standing: Standing, symbol: str, week: str) -> list[Figure]:
    indicator = BY_NAME[name]
    if not math.isfinite(standing.value):
        return []
    unit = "%" if indicator.percent else indicator.unit
    shown = standing.value * indicator.scale
    found = [
        Figure(
            indicator.title, shown, unit, indicator.digits, symbol, day=week, sign=indicator.signed
        )
    ]
    if math.isfinite(standing.own):
        what = _("{title}: own earlier weeks below").format(title=indicator.title)
        found.append(Figure(what, 100 * standing.own, "%", 0, symbol, day=week))
    what = _("{title}: rank in the market").format(title=indicator.title)
    found.append(Figure(what, standing.rank, "", 0, symbol, day=week))
    return found


def _table(names: list[str], found: dict[str, Standing]) -> Table:
    columns = (
        Column("indicator", _("Indicator")),
        Column("value", _("Value")),
        Column("own", _("Own earlier weeks below"), "%", 0),
        Column("rank", _("Rank in the market"), "", 0),
        Column("reading", _("How to read it")),
    )
    rows = []
    for name in names:
        indicator, standing = BY_NAME[name], found[name]
        own = 100 * standing.own if math.isfinite(standing.own) else None
        rows.append(
            {
                "indicator": indicator.title,
                "value": indicator.text(standing.value),
                "own": own,
                "rank": standing.rank or None,
                "reading": indicator.reading,
            }
        )
    return Table(columns, tuple(rows))
