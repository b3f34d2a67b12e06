"""``python -m core backtest``: what following the out-of-sample forecasts would have earned."""

import argparse

from core.access import actor
from core.backtest import records
from core.backtest.market import PRESETS
from core.backtest.portfolio import CHOICES, EVERY, WEIGHTS, Choice
from core.backtest.request import (
    EVALUATION,
    LIQUIDITY,
    RECORDS,
    VERSION,
    default_rules,
    make_rules,
    request_backtest,
)
from core.backtest.words import said_of, title
from core.cli.following import follow
from core.cli.stocks import chosen_stocks
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings

NAME = "backtest"
HELP = "follow the out-of-sample forecasts under a market's rules, and measure what came of it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--list", action="store_true", help="list the backtests there are")
    parser.add_argument("--show", metavar="ID", help="one that has run")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--symbols", metavar="A,B", help="only these stocks")
    which.add_argument("--all", action="store_true", help="every stock of the market (default)")
    parser.add_argument("--market", choices=sorted(MARKETS), help="default: where there are prices")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--evaluation", metavar="ID", help="its forecasts (default: the newest)")
    source.add_argument("--version", metavar="N", help="those of this price model's training run")
    source.add_argument("--records", action="store_true", help="the stored forecasts")
    parser.add_argument("--rules", choices=sorted(PRESETS), help="default: the market's own")
    parser.add_argument("--fee", type=float, help="brokerage a side, share of the value")
    parser.add_argument("--sale-tax", type=float, help="share of the value sold")
    parser.add_argument("--dividend-tax", type=float, help="share of a cash dividend")
    parser.add_argument("--spread", type=float, help="lost a side where ticks are not known")
    parser.add_argument("--by", choices=sorted(CHOICES), default="return", help="how to choose")
    parser.add_argument("--top", type=int, default=10, help="stocks held (default 10)")
    parser.add_argument("--least", type=float, default=0.5, help="least P(UP), for --by up")
    parser.add_argument("--weights", choices=sorted(WEIGHTS), default="equal")
    parser.add_argument("--every", type=int, choices=EVERY, default=4, help="weeks (default 4)")
    parser.add_argument("--cash-rate", type=float, default=0.0, help="a year, as a share")
    parser.add_argument(
        "--liquidity",
        type=float,
        default=LIQUIDITY,
        help=f"most of the 20-day median value in one order (default {LIQUIDITY}; 0: any)",
    )
    parser.add_argument("--capital", type=float, help="in the unit of prices (thousand VND, USD)")


def run(args: argparse.Namespace) -> dict:
    """Run one in this process's name and wait for its end, or read what has run."""
    data_dir = settings().data_dir
    if args.list:
        return {"backtests": records.all_results(data_dir, args.market)}
    if args.show:
        return records.get(data_dir, args.show)
    market, symbols = chosen_stocks(args, BarStore(data_dir))
    rules = make_rules(
        args.rules or default_rules(market),
        fee=args.fee,
        sale_tax=args.sale_tax,
        dividend_tax=args.dividend_tax,
        spread=args.spread,
    )
    source = RECORDS if args.records else VERSION if args.version else EVALUATION
    job, __ = request_backtest(
        data_dir,
        market,
        Choice(args.by, args.top, args.least, args.weights, args.every),
        rules,
        source=source,
        of=args.version or args.evaluation,
        symbols=symbols,
        cash_rate=args.cash_rate,
        liquidity=args.liquidity or None,
        capital=args.capital,
        by=actor().name,
    )
    job = follow(data_dir, job, quiet=args.json)
    if job.state != "done":
        return {"job": job.id, "state": job.state, "message": job.message, "failed": True}
    return records.get(data_dir, job.result["backtest"])


def render(payload: dict) -> str:
    """The table of measures, and what stood in the way."""
    if payload.get("failed"):
        return f"The backtest {payload['state']}: {payload['message']}"
    if "backtests" in payload:
        lines = [
            f"{one['id']}  {title(one)}  Sharpe {one['measures']['strategy']['sharpe'] or 0:.2f}"
            for one in payload["backtests"]
        ]
        return "\n".join(lines) or "No backtest has run yet: start with `python -m core backtest`."
    head = ("total", "CAGR", "vol", "Sharpe", "[95 %]", "Sortino", "drawdown", "alpha", "beta")
    lines = [
        f"{payload['id']}: {title(payload)}",
        " " * 15 + "".join(f"{name:>{16 if '[' in name else 9}}" for name in head),
    ]
    for name, m in payload["measures"].items():
        low_high = f"[{_cell(m['sharpe_low'], '.2f')}, {_cell(m['sharpe_high'], '.2f')}]"
        cells = [_cell(m[key], ".1%") for key in ("total", "cagr", "volatility")]
        cells += [_cell(m["sharpe"], ".2f"), f"{low_high:>16}", _cell(m["sortino"], ".2f")]
        cells += [_cell(m["drawdown"], ".1%"), _cell(m.get("alpha"), ".1%")]
        cells.append(_cell(m.get("beta"), ".2f"))
        lines.append(f"{name:<15}" + "".join(f"{cell:>9}" for cell in cells))
    return "\n".join([*lines, *said_of(payload)])


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None else f"{value:{form}}"
