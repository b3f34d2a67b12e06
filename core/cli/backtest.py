"""``python -m core backtest``: what following the out-of-sample forecasts would have earned."""

import argparse
from dataclasses import replace

from core.backtest import records, signals
from core.backtest.market import PRESETS
from core.backtest.portfolio import CHOICES, WEIGHTS, Choice
from core.backtest.run import backtest
from core.cli.stocks import chosen_stocks
from core.errors import UserError
from core.evaluation import records as evaluations
from core.market.store import BarStore
from core.settings import settings

NAME = "backtest"
HELP = "follow the out-of-sample forecasts under a market's rules, and measure what came of it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--symbols", metavar="A,B", help="only these stocks")
    which.add_argument("--all", action="store_true", help="every stock of the market (default)")
    parser.add_argument("--market", help="default: where there are prices")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--evaluation", metavar="ID", help="its forecasts (default: the newest)")
    source.add_argument("--records", action="store_true", help="follow the stored forecasts")
    source.add_argument("--list", action="store_true", help="list the backtests there are")
    source.add_argument("--show", metavar="ID", help="one that has run")
    parser.add_argument("--rules", choices=sorted(PRESETS), default="vn")
    parser.add_argument("--fee", type=float, help="brokerage a side, share of the value")
    parser.add_argument("--sale-tax", type=float, help="share of the value sold")
    parser.add_argument("--by", choices=CHOICES, default="return", help="how stocks are chosen")
    parser.add_argument("--top", type=int, default=10, help="stocks held")
    parser.add_argument("--least", type=float, default=0.5, help="least P(UP), for --by up")
    parser.add_argument("--weights", choices=WEIGHTS, default="equal")
    parser.add_argument("--every", type=int, choices=(1, 4), default=4, help="weeks")
    parser.add_argument("--cash-rate", type=float, default=0.0, help="a year, as a share")
    parser.add_argument(
        "--liquidity", type=float, default=0.1, help="most of the 20-day median value in one order"
    )


def run(args: argparse.Namespace) -> dict:
    """Run one and keep it."""
    data_dir = settings().data_dir
    if args.list:
        return {"backtests": records.all_results(data_dir)}
    if args.show:
        return records.get(data_dir, args.show)
    market, symbols = chosen_stocks(args, BarStore(data_dir))
    changed = {"fee": args.fee, "sale_tax": args.sale_tax}
    rules = replace(
        PRESETS[args.rules], **{name: v for name, v in changed.items() if v is not None}
    )
    choice = Choice(args.by, args.top, args.least, args.weights, args.every)
    if args.records:
        found = signals.of_records(data_dir, market)
    else:
        newest = evaluations.newest(data_dir, market)
        if not (args.evaluation or newest):
            raise UserError(
                "There is no evaluation to follow: run `python -m core evaluate` first."
            )
        found = signals.of_evaluation(data_dir, args.evaluation or newest["id"])
    request = {
        "symbols": symbols,
        "rules": [*vars(rules).items()],
        "choice": [*vars(choice).items()],
        "cash_rate": args.cash_rate,
        "liquidity": args.liquidity,
    }
    tried, spread = records.tried(data_dir, found.source, request)
    result, equity, trades, skipped = backtest(
        data_dir,
        market,
        found,
        choice,
        rules,
        symbols=symbols,
        cash_rate=args.cash_rate,
        liquidity=args.liquidity,
        tried=tried,
        spread=spread,
    )
    tables = {"equity": equity, "trades": trades, "skipped": skipped}
    name = records.keep(data_dir, request, result, tables)
    return records.get(data_dir, name)


def render(payload: dict) -> str:
    """The table of measures, and what stood in the way."""
    if "backtests" in payload:
        lines = [
            f"{one['id']}  {one['source']}  Sharpe {one['measures']['strategy']['sharpe']:.2f}"
            for one in payload["backtests"]
        ]
        return "\n".join(lines) or "No backtest has run yet."
    lines = [
        f"{payload['id']}: {payload['stocks']} stocks, {payload['first']} to {payload['last']}, "
        f"{payload['source']}.",
        f"{'':<15}{'CAGR':>8}{'vol':>8}{'Sharpe':>8}  {'95 %':<16}{'Sortino':>8}{'drawdown':>10}"
        f"{'alpha':>8}{'beta':>7}",
    ]
    for name, m in payload["measures"].items():
        against = (
            f"{m['alpha']:>8.1%}{m['beta']:>7.2f}"
            if m["alpha"] is not None
            else f"{'-':>8}{'-':>7}"
        )
        interval = f"{m['sharpe_low']:.2f} to {m['sharpe_high']:.2f}"
        lines.append(
            f"{name:<15}{m['cagr']:>8.1%}{m['volatility']:>8.1%}{m['sharpe']:>8.2f}  {interval:<16}"
            f"{m['sortino']:>8.2f}{m['drawdown']:>10.1%}{against}"
        )
    lines += [
        f"Turnover {payload['turnover']:.1f} a year, costs {payload['costs']:,.0f}, exposure "
        f"{payload['exposure']:.0%}, {payload['trades']} trades; not filled: {payload['skipped']}.",
        f"Deflated Sharpe ratio {payload['deflated_sharpe']:.2f} for {payload['tried']} settings "
        f"tried; aim: Sharpe above {payload['aim_sharpe']}.",
        "The index is of prices alone, without dividends; the stocks' prices hold them.",
    ]
    if payload["not_applied"]:
        said = ", ".join(payload["not_applied"])
        lines.append(f"Not applied, for want of as-traded prices or dividends: {said}.")
    if payload["survivors_only"]:
        lines.append(
            "Every stock still trades at the end: those that failed are missing, and every curve "
            "of stocks here looks better than it was."
        )
    return "\n".join(lines)
