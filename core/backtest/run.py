"""One backtest from the stored prices: request in, what was measured out."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.backtest import engine, signals
from core.backtest.engine import Prices
from core.backtest.market import PRESETS, Rules
from core.backtest.measures import deflated_sharpe, measures, weekly
from core.backtest.portfolio import Choice, targets
from core.errors import UserError
from core.market.bands import exchange_of
from core.market.schema import find_market
from core.market.store import BarStore

CAPITAL = 1e6
"""Thousand VND, shared equally by the staggered starts."""
BUY_AND_HOLD, INDEX, FREE = "buy_and_hold", "index", "without_costs"
AIM_SHARPE = 0.5
WARM_UP = engine.MEDIAN_SESSIONS
WEEKS = pd.Timedelta(weeks=4)


def load(store: BarStore, market: str, symbols: list[str] | None) -> Prices:
    """The stored prices as arrays.

    A bar without volume, or without an open, fills no order.
    """
    bars = store.panel(market, symbols)
    days = store.sessions(market)
    wide = {
        name: np.column_stack(
            [_column(frame, name).reindex(days).to_numpy(float) for frame in bars.values()]
        )
        for name in ("open", "close", "volume", "value", "raw_close")
    }
    traded = wide["volume"] > 0
    value = np.where(
        np.isfinite(wide["value"]), wide["value"], np.nan_to_num(wide["close"] * wide["volume"])
    )
    listing = store.symbols(market).set_index("symbol").reindex(list(bars))
    factor = wide["raw_close"] / wide["close"]
    return Prices(
        days=days.to_numpy(),
        symbols=tuple(bars),
        open=np.where(traded, wide["open"], np.nan),
        close=wide["close"],
        value=value,
        exchange=tuple(exchange_of(name) for name in listing["exchange"]),
        listed=pd.to_datetime(listing["listing_date"]).to_numpy("datetime64[ns]"),
        factor=factor if np.isfinite(factor).any() else None,
    )


def backtest(
    data_dir: Path,
    market: str,
    found: signals.Signals,
    choice: Choice,
    rules: Rules,
    *,
    symbols: list[str] | None = None,
    cash_rate: float = 0.0,
    liquidity: float = 0.1,
    tried: int = 1,
    spread: float = 0.0,
    capital: float = CAPITAL,
) -> tuple[dict, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Follow the forecasts, and measure it beside buy and hold, the index and no costs.

    Parameters
    ----------
    data_dir : Path
    market : str
    found : Signals
    choice : Choice
    rules : Rules
    symbols : list of str, optional
    cash_rate : float
    liquidity : float
    tried : int
        Settings tried on these forecasts, this one among them.
    spread : float
        Standard deviation of the weekly Sharpe ratios of those.
    capital : float

    Returns
    -------
    result : dict
        JSON-ready.
    equity, trades, skipped : DataFrame
    """
    store = BarStore(data_dir)
    prices = load(store, market, symbols)
    rows = found.rows[found.rows["symbol"].isin(prices.symbols)]
    if rows.empty:
        raise UserError("None of these stocks has an out-of-sample forecast in this source.")
    prices = _span(prices, rows)
    settings = {"cash_rate": cash_rate, "liquidity": liquidity}
    curves, outs = {}, None
    free = replace(PRESETS["none"], settlement=0)
    for name, by in (("strategy", rules), (FREE, free)):
        made = _starts(prices, rows, choice, by, capital, **settings)
        curves[name] = np.sum([out.equity for out in made], axis=0)
        outs = outs or made
    hold = _hold(prices, rows)
    # Bought without a cap: a benchmark of all the stocks must not depend on one's own size.
    held = engine.run(prices, hold, rules, capital=capital)
    curves[BUY_AND_HOLD] = held.equity
    first = min(min(t) for t in _all_targets(prices, rows, choice) if t)
    days = pd.DatetimeIndex(prices.days, name="date")
    equity = pd.DataFrame(curves, index=days).iloc[max(first - 1, 0) :]
    index = _index(store, market, equity.index)
    if index is not None:
        equity[INDEX] = index
    table = {
        name: measures(equity[name], cash_rate, index)
        for name in equity
        if equity[name].notna().all()
    }
    trades = pd.concat([out.trades.assign(start=i) for i, out in enumerate(outs)])
    skipped = pd.concat([out.skipped.assign(start=i) for i, out in enumerate(outs)])
    years = (equity.index[-1] - equity.index[0]).days / 365.25
    weeks = weekly(equity["strategy"]) - ((1 + cash_rate) ** (1 / 52) - 1)
    monthly = equity["strategy"].resample("ME").last().pct_change().dropna()
    result = {
        "market": market,
        "source": found.source,
        "choice": asdict(choice),
        "rules": asdict(rules),
        **settings,
        "stocks": len(prices.symbols),
        "first": str(equity.index[0])[:10],
        "last": str(equity.index[-1])[:10],
        "measures": table,
        "turnover": float(trades["value"].sum() / 2 / equity["strategy"].mean() / years),
        "costs": float((trades["fee"] + trades["tax"]).sum() + sum(o.dividend_tax for o in outs)),
        "exposure": float(np.mean([out.exposure[first:].mean() for out in outs])),
        "trades": len(trades),
        "skipped": skipped["reason"].value_counts().to_dict(),
        "not_applied": outs[0].not_applied,
        "tried": tried,
        "weekly_sharpe": float(weeks.mean() / weeks.std(ddof=1)),
        "deflated_sharpe": deflated_sharpe(weeks, tried, spread),
        "aim_sharpe": AIM_SHARPE,
        "stopped": _stopped(prices),
        "survivors_only": not _stopped(prices),
        "months": {str(at)[:7]: float(r) for at, r in monthly.items()},
        "contribution": dict(
            zip(prices.symbols, np.sum([o.gains for o in outs], axis=0).tolist(), strict=True)
        ),
    }
    return result, equity, trades, skipped


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    values = frame.get(name, np.nan)
    return pd.Series(np.asarray(values), index=pd.DatetimeIndex(frame["date"]), dtype=float)


def _span(prices: Prices, rows: pd.DataFrame) -> Prices:
    """From the sessions that a first median needs to four weeks after the last signal."""
    first, last = rows["week"].min().to_datetime64(), (rows["week"].max() + WEEKS).to_datetime64()
    begin = max(int(np.searchsorted(prices.days, first, side="right")) - WARM_UP - 1, 0)
    cut = slice(begin, int(np.searchsorted(prices.days, last, side="right")))
    return replace(
        prices,
        days=prices.days[cut],
        open=prices.open[cut],
        close=prices.close[cut],
        value=prices.value[cut],
        factor=None if prices.factor is None else prices.factor[cut],
    )


def _all_targets(prices: Prices, rows: pd.DataFrame, choice: Choice) -> list[dict]:
    return [targets(rows, prices, choice, start) for start in range(choice.every)]


def _starts(prices, rows, choice, rules, capital, **settings) -> list[engine.Outcome]:
    return [
        engine.run(prices, wanted, rules, capital=capital / choice.every, **settings)
        for wanted in _all_targets(prices, rows, choice)
    ]


def _hold(prices: Prices, rows: pd.DataFrame) -> dict[int, np.ndarray]:
    """Equal parts of every stock with a price at the first signal, and then nothing."""
    at = int(np.searchsorted(prices.days, rows["week"].min().to_datetime64(), side="right"))
    there = np.isfinite(prices.open[at]).astype(float)
    return {at: there / there.sum()}


def _index(store: BarStore, market: str, days: pd.DatetimeIndex) -> pd.Series | None:
    name = find_market(market).index
    try:
        bars = store.bars(market, name)
    except UserError:
        return None
    found = pd.Series(bars["close"].to_numpy(), index=pd.DatetimeIndex(bars["date"])).reindex(days)
    return found.ffill() if found.notna().any() and np.isfinite(found.iloc[0]) else None


def _stopped(prices: Prices) -> list[str]:
    """Stocks without a bar in the last four weeks: held at their last price."""
    gone = ~np.isfinite(prices.close[-WARM_UP:]).any(axis=0)
    return [symbol for symbol, stopped in zip(prices.symbols, gone, strict=True) if stopped]
