"""The stored prices as the arrays a backtest trades on."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.backtest.engine import MEDIAN_SESSIONS, Prices
from core.backtest.portfolio import VOLATILITY_SESSIONS
from core.market.bands import exchange_of
from core.market.store import BarStore

WARM_UP = max(MEDIAN_SESSIONS, VOLATILITY_SESSIONS) + 5
LEAST_DIVIDEND, MOST_DIVIDEND = 0.0005, 0.15
"""A step of the adjustment between these shares of the price is taken for a cash dividend; a
larger one for a split or a stock dividend, which is not taxed."""


def load(store: BarStore, market: str, symbols: list[str] | None = None) -> Prices:
    """Every session of some stocks.

    A bar without volume fills no order. Where no traded value is stored it is close times
    volume.

    Parameters
    ----------
    store : BarStore
    market : str
    symbols : list of str, optional
        All stocks of the market by default.
    """
    catalogue = store.symbols(market).set_index("symbol")
    names = sorted(catalogue.index if symbols is None else symbols)
    days = store.sessions(market).to_numpy("datetime64[ns]")
    wide = {
        name: np.full((len(days), len(names)), np.nan)
        for name in ("open", "close", "volume", "value", "raw_close")
    }
    for i, arrays in enumerate(store.arrays(market, names).values()):
        dates = np.asarray(arrays["date"]).astype("datetime64[ns]")
        at = np.searchsorted(days, dates).clip(max=len(days) - 1)
        known = days[at] == dates
        for name, table in wide.items():
            table[at[known], i] = np.asarray(arrays[name], dtype=float)[known]
    traded = wide["volume"] > 0
    value = np.where(np.isfinite(wide["value"]), wide["value"], wide["close"] * wide["volume"])
    factor = wide["raw_close"] / wide["close"]
    as_traded = bool(np.isfinite(factor).any())
    listing = catalogue.reindex(names)
    return Prices(
        days=days,
        symbols=tuple(names),
        open=np.where(traded, wide["open"], np.nan),
        close=wide["close"],
        value=np.nan_to_num(value),
        exchange=tuple(exchange_of(name) for name in listing["exchange"]),
        listed=listing["listing_date"].to_numpy("datetime64[ns]"),
        factor=factor if as_traded else None,
        dividends=dividends_of(factor) if as_traded else None,
    )


def dividends_of(factor: np.ndarray) -> np.ndarray:
    """Cash dividends by ex-date, told from how the adjustment steps there.

    Parameters
    ----------
    factor : ndarray of shape (t, n)
        Price as traded over adjusted price; NaN where unknown.

    Returns
    -------
    ndarray of shape (t, n)
        Share of the price before.
    """
    filled = pd.DataFrame(factor).ffill().to_numpy()
    share = np.zeros_like(filled)
    with np.errstate(invalid="ignore"):
        share[1:] = 1 - filled[1:] / filled[:-1]
        cash = (share >= LEAST_DIVIDEND) & (share <= MOST_DIVIDEND) & np.isfinite(factor)
    return np.where(cash, share, 0.0)


def span(prices: Prices, first: np.datetime64, last: np.datetime64) -> Prices:
    """From the sessions that medians and volatilities before ``first`` need, to ``last``."""
    begin = max(int(np.searchsorted(prices.days, first, side="right")) - WARM_UP, 0)
    cut = slice(begin, int(np.searchsorted(prices.days, last, side="right")))
    grids = ("open", "close", "value", "factor", "dividends")
    some = {name: getattr(prices, name) for name in grids}
    return replace(
        prices,
        days=prices.days[cut],
        **{name: None if grid is None else grid[cut] for name, grid in some.items()},
    )
