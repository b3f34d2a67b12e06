"""Tool: what following the forecasts would have earned, from a backtest that has run."""

from pathlib import Path

from pydantic import Field

from core.answers.arguments import Arguments, Market
from core.answers.result import Column, Link, Result, Table
from core.answers.stocks import market_of
from core.backtest import records
from core.backtest.words import CURVE_NAMES, said_of, title
from core.language import N_, _

MEASURES = (
    ("total", N_("Whole span"), 100, "%", 1),
    ("cagr", N_("A year"), 100, "%", 1),
    ("volatility", N_("Volatility a year"), 100, "%", 1),
    ("sharpe", N_("Sharpe"), 1, "", 2),
    ("max_drawdown", N_("Deepest fall"), 100, "%", 1),
)


class BacktestArguments(Arguments):
    """Which backtest; the newest of the market by default."""

    market: Market = ""
    id: str = Field(default="", max_length=60, description="Empty for the newest.")


def backtest(data_dir: Path, asked: BacktestArguments) -> Result:
    """The portfolio beside the same stocks bought and held, and what the figures do not say."""
    if asked.id:
        one = records.get(data_dir, asked.id)
    else:
        market = market_of(data_dir, asked.market)
        found = records.all_results(data_dir, market)
        if not found:
            return Result(
                "backtest",
                _("Backtest"),
                (_("No backtest of this market has run yet."),),
                links=(Link("backtest", _("Start a backtest"), {"market": market}),),
                about={"market": market},
            )
        one = found[0]
    measured = one["measures"]
    there = [entry for entry in MEASURES if entry[0] in measured["strategy"]]
    columns = [
        Column("portfolio", _("Portfolio")),
        *(Column(key, _(name), unit, digits) for key, name, __, unit, digits in there),
    ]
    rows = []
    for curve, name in CURVE_NAMES.items():
        if curve not in measured:
            continue
        cells: dict = {"portfolio": _(name)}
        for key, __, scale, *___ in there:
            value = measured[curve].get(key)
            cells[key] = None if value is None else value * scale
        rows.append(cells)
    return Result(
        "backtest",
        _("Backtest: {what}").format(what=title(one)),
        tuple(said_of(one)),
        table=Table(tuple(columns), tuple(rows)),
        links=(
            Link("backtest", _("The whole backtest"), {"market": one["market"], "id": one["id"]}),
        ),
        about={"market": one["market"], "backtest": one["id"]},
        days=(str(one["first"])[:10], str(one["last"])[:10], str(one["created"])[:10]),
    )
