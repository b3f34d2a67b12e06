"""One backtest: forecasts, a rule and a market's rules in; curves and figures out."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.backtest import engine, prices
from core.backtest.engine import Outcome, Prices
from core.backtest.market import Rules
from core.backtest.measures import measures, monthly
from core.backtest.portfolio import Choice, targets
from core.backtest.signals import Signals
from core.backtest.trust import ahead_of, deflated, sharpe_interval, weekly_returns, weekly_sharpe
from core.errors import UserError
from core.language import _
from core.market.schema import find_market
from core.market.store import BarStore

STRATEGY, FREE, HOLD, INDEX = "strategy", "without_costs", "buy_and_hold", "index"
CURVES = (STRATEGY, FREE, HOLD, INDEX)
AIM_SHARPE = 0.5
"""The specification's."""
AFTER = np.timedelta64(28, "D")
"""The last forecasts are followed to the end of their four weeks."""
STOPPED_SESSIONS = 20
LEAST_SESSIONS = 20


def backtest(
    data_dir: Path,
    market: str,
    found: Signals,
    choice: Choice,
    rules: Rules,
    *,
    capital: float,
    symbols: list[str] | None = None,
    cash_rate: float = 0.0,
    liquidity: float | None = None,
    tried: int = 1,
    spread: float = 0.0,
) -> tuple[dict, dict[str, pd.DataFrame]]:
    """Follow the forecasts, and measure it beside buy and hold, the index and no costs.

    Parameters
    ----------
    data_dir : Path
    market : str
    found : Signals
    choice : Choice
    rules : Rules
    capital : float
        In the unit of prices.
    symbols : list of str, optional
        All stocks of the market by default.
    cash_rate : float
    liquidity : float, optional
        See `core.backtest.engine.run`.
    tried : int
        Settings tried on these forecasts, this one among them.
    spread : float
        Standard deviation of the weekly Sharpe ratios of those.

    Returns
    -------
    result : dict
        JSON-ready.
    tables : dict of DataFrame
        ``equity`` (``date`` and a column a curve), ``trades`` and ``skipped`` (with ``start``).

    Raises
    ------
    UserError
        If the forecasts and prices have too few sessions in common.
    """
    store = BarStore(data_dir)
    whole = prices.load(store, market, symbols)
    rows = found.rows[found.rows["symbol"].isin(whole.symbols)]
    if rows.empty:
        raise UserError(_("None of these stocks has an out-of-sample forecast here."))
    first, last = rows["week"].min().to_datetime64(), rows["week"].max().to_datetime64()
    some = prices.span(whole, first, last + AFTER)
    starts = [targets(rows, some, choice, start) for start in range(choice.every)]
    begin = min((min(wanted) for wanted in starts if wanted), default=len(some.days))
    if len(some.days) - begin < LEAST_SESSIONS:
        raise UserError(
            _("The forecasts and the prices have fewer than {sessions} sessions in common.").format(
                sessions=LEAST_SESSIONS
            )
        )
    limits = {"cash_rate": cash_rate, "liquidity": liquidity}
    made = [engine.run(some, t, rules, capital=capital / choice.every, **limits) for t in starts]
    free = replace(rules, fee=0.0, sale_tax=0.0, dividend_tax=0.0, spread=0.0)
    cheap = [engine.run(some, t, free, capital=capital / choice.every, **limits) for t in starts]
    # Without a cap on one order: what all the stocks did does not depend on one's own size.
    held = engine.run(some, _everything(some, rows, begin), rules, capital=capital)
    equity = pd.DataFrame(
        {
            STRATEGY: np.sum([out.equity for out in made], axis=0),
            FREE: np.sum([out.equity for out in cheap], axis=0),
            HOLD: held.equity,
        },
        index=pd.DatetimeIndex(some.days, name="date"),
    ).iloc[begin - 1 :]
    index = _index(store, market, equity.index)
    if index is not None:
        equity[INDEX] = index / index.iloc[0] * capital
    result = {
        "market": market,
        "source": found.source,
        "origins": int(rows["origin"].nunique()),
        "stocks": len(some.symbols),
        "first": str(equity.index[0])[:10],
        "last": str(equity.index[-1])[:10],
        "weeks": int(rows["week"].nunique()),
        "forecasts": len(rows),
        "measures": _table(equity, cash_rate),
        "ahead_of_hold": ahead_of(equity[STRATEGY], equity[HOLD]),
        "starts": _starts(made, equity.index, begin, cash_rate),
        **_facts(some, made, equity, begin, rules),
        **_trust(equity[STRATEGY], cash_rate, tried, spread),
        "months": monthly(equity[STRATEGY]),
        "rules": asdict(rules),
        "choice": asdict(choice),
    }
    tables = {"equity": equity.reset_index()}
    for name in ("trades", "skipped"):
        parts = [getattr(out, name).assign(start=i) for i, out in enumerate(made)]
        whole_table = pd.concat([part for part in parts if len(part)] or parts[:1])
        tables[name] = whole_table.sort_values(["date", "start"], ignore_index=True)
    return result, tables


def _everything(some: Prices, rows: pd.DataFrame, begin: int) -> dict[int, np.ndarray]:
    """Equal parts of every stock that trades at the first fill, and then nothing."""
    forecast = np.isin(some.symbols, rows["symbol"].unique())
    there = np.isfinite(some.open[begin]) & np.isfinite(some.close[:begin]).any(axis=0) & forecast
    return {begin: there / max(there.sum(), 1)}


def _index(store: BarStore, market: str, days: pd.DatetimeIndex) -> pd.Series | None:
    """The market's own index by day; None where it is not stored from the first day on."""
    name = find_market(market).index
    if name not in set(store.symbols(market, kind="index")["symbol"]):
        return None
    bars = store.bars(market, name)
    found = pd.Series(bars["close"].to_numpy(), pd.DatetimeIndex(bars["date"]))
    found = found.reindex(days, method="ffill")
    return None if found.isna().any() else found


def _table(equity: pd.DataFrame, cash_rate: float) -> dict[str, dict]:
    """Measures of each curve; alpha and beta against buy and hold, which has its dividends too."""
    table = {}
    for name in equity:
        against = None if name == HOLD else equity[HOLD]
        low, high = sharpe_interval(equity[name], cash_rate)
        found = measures(equity[name], cash_rate, against)
        known = np.isfinite(low) and np.isfinite(high)
        table[name] = found | {
            "sharpe_low": low if known else None,
            "sharpe_high": high if known else None,
        }
    return table


def _starts(
    made: list[Outcome], days: pd.DatetimeIndex, begin: int, cash_rate: float
) -> list[dict]:
    return [
        {name: found[name] for name in ("cagr", "sharpe", "drawdown")}
        for found in (measures(pd.Series(o.equity[begin - 1 :], days), cash_rate) for o in made)
    ]


def _facts(
    some: Prices, made: list[Outcome], equity: pd.DataFrame, begin: int, rules: Rules
) -> dict:
    years = (equity.index[-1] - equity.index[0]).days / 365.25
    mean = float(equity[STRATEGY].mean())
    paid = {name: sum(float(out.trades[name].sum()) for out in made) for name in ("fee", "tax")}
    paid["dividend_tax"] = sum(out.dividend_tax for out in made)
    value = sum(float(out.trades["value"].sum()) for out in made)
    trades = sum(len(out.trades) for out in made)
    skipped = pd.concat([out.skipped["reason"] for out in made])
    gains = np.sum([out.gains for out in made], axis=0)
    stopped = _stopped(some)
    held = np.sum([out.held for out in made], axis=0)
    return {
        "turnover": value / 2 / mean / years,
        "costs": paid,
        "costs_share": sum(paid.values()) / mean / years,
        "exposure": float(np.mean([out.exposure[begin:].mean() for out in made])),
        "trades": trades,
        "on_grid": sum(out.on_grid for out in made),
        "not_applied": _not_applied(some, rules),
        "skipped": {str(reason): int(n) for reason, n in skipped.value_counts().items()},
        "contribution": {
            symbol: float(gain / equity[STRATEGY].iloc[0])
            for symbol, gain in zip(some.symbols, gains, strict=True)
            if gain
        },
        "stopped": {s: day for s, day in stopped.items() if held[some.symbols.index(s)] > 0},
        "survivors_only": not stopped,
    }


def _trust(curve: pd.Series, cash_rate: float, tried: int, spread: float) -> dict:
    weeks = weekly_returns(curve, cash_rate)
    return {
        "aim_sharpe": AIM_SHARPE,
        "tried": tried,
        "weekly_sharpe": weekly_sharpe(weeks),
        "deflated_sharpe": deflated(weeks, tried, spread),
    }


def _not_applied(some: Prices, rules: Rules) -> list[str]:
    """Rules of the market that these prices cannot tell."""
    lacking = []
    if rules.on_a_grid and some.factor is None:
        lacking += ["lots", "ticks"]
    if rules.dividend_tax and some.dividends is None:
        lacking.append("dividend_tax")
    return lacking


def _stopped(some: Prices) -> dict[str, str]:
    """Stocks that had traded and have no bar in the last 20 sessions, each with its last day."""
    seen = np.isfinite(some.close)
    gone = seen.any(axis=0) & ~seen[-STOPPED_SESSIONS:].any(axis=0)
    return {
        some.symbols[i]: str(some.days[np.flatnonzero(seen[:, i])[-1]])[:10]
        for i in np.flatnonzero(gone)
    }
