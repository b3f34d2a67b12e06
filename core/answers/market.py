"""Tool: a market as a whole."""

import math
from pathlib import Path

from core import forecasts
from core.answers.arguments import Arguments, Market
from core.answers.result import Figure, Link, Result
from core.answers.rows import calls_in, origin
from core.answers.stocks import market_of
from core.breadth import MONEY, breadth, index_lines
from core.formats import day, number
from core.language import _
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.overview import market_overview
from core.watch import call_name


class MarketArguments(Arguments):
    """Which market."""

    market: Market = ""


def market_summary(data_dir: Path, asked: MarketArguments) -> Result:
    """Indices, how many stocks rise, what was traded, and how many of each call."""
    market = market_of(data_dir, asked.market)
    store = BarStore(data_dir)
    counted = breadth(market_overview(store, market))
    session = f"{counted.last:%Y-%m-%d}"
    facts = [
        _(
            "Last session {day}: {up} stocks rose, {down} fell, {unchanged} unchanged; {above} of "
            "{with_mean} closed above their 40-week average."
        ).format(
            day=day(counted.last),
            up=number(counted.up),
            down=number(counted.down),
            unchanged=number(counted.unchanged),
            above=number(counted.above_MA40),
            with_mean=number(counted.with_MA40),
        )
    ]
    figures = [
        Figure(_("Stocks"), counted.stocks, day=session),
        Figure(_("Stocks that rose"), counted.up, day=session),
        Figure(_("Stocks that fell"), counted.down, day=session),
        Figure(_("Stocks unchanged"), counted.unchanged, day=session),
        Figure(_("Stocks above their 40-week average"), counted.above_MA40, day=session),
        Figure(_("Stocks that have such an average"), counted.with_MA40, day=session),
        Figure(_("Traded value"), counted.value, _(MONEY[market]), 0, day=session),
        Figure(_("Traded value, 20-session mean"), counted.value_20, _(MONEY[market]), 0),
    ]
    days = [session]
    for line in index_lines(store, market):
        last = f"{line.last:%Y-%m-%d}"
        days.append(last)
        # Ours where it is a known index; its symbol has passed `check_symbol` either way.
        figures.append(Figure(line.title, line.level, "", 2, line.symbol, day=last))
        for name, change in (
            (_("day"), line.day_change),
            (_("week"), line.week_change),
            (_("12 weeks"), line.quarter_change),
        ):
            if math.isfinite(change):
                title = f"{line.title}, {name}"
                figures.append(
                    Figure(title, 100 * change, "%", 1, line.symbol, day=last, sign=True)
                )
    records = forecasts.latest(data_dir, market)
    given = records[records["call"] != ""]
    said, origin_days = origin(records)
    facts.append(said)
    calls = given["call"].value_counts()
    if len(calls):
        told = ", ".join(f"{number(count)} {call_name(call)}" for call, count in calls.items())
        facts.append(_("Calls: {calls}.").format(calls=told))
    for call, count in calls.items():
        figures.append(
            Figure(_("Calls {call}").format(call=call_name(call)), int(count), day=origin_days[0])
        )
    return Result(
        "market_summary",
        _("{market} as a whole").format(market=_(MARKETS[market].name)),
        tuple(facts),
        tuple(figures),
        links=(Link("market", _("All its stocks"), {"market": market}),),
        about={"market": market},
        days=(*days, *origin_days),
        calls=calls_in(given),
    )
