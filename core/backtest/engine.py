"""Orders, fills and holdings, session by session; arrays of sessions x stocks.

Orders are placed after the week of a signal has closed and filled at the open of the
next session. Sales come first and their proceeds pay for purchases of the same open
(brokers advance them); nothing is ever sold short or bought on credit.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.backtest.market import Rules

MEDIAN_SESSIONS = 20
NO_OPEN, CEILING, FLOOR = "no open", "open at the ceiling", "open at the floor"
UNSETTLED, THIN, LOT, CASH = "not settled", "liquidity cap", "less than a lot", "no cash left"


@dataclass(frozen=True)
class Prices:
    """What traded; arrays of shape (t, n), NaN where there was no bar.

    Attributes
    ----------
    days : ndarray of datetime64, shape (t,)
    symbols : tuple of str, length n
    open, close : ndarray
        Adjusted for splits and dividends.
    value : ndarray
        Traded, in the unit of the capital.
    factor : ndarray or None
        Price as traded over adjusted price; None: unknown, and lots and ticks do not apply.
    dividends : ndarray or None
        Cash dividend a share on its ex-date, adjusted as the prices.
    exchange : tuple of (str or None), length n
    listed : ndarray of datetime64, shape (n,)
        First day on that exchange; NaT where not known.
    """

    days: np.ndarray
    symbols: tuple[str, ...]
    open: np.ndarray
    close: np.ndarray
    value: np.ndarray
    exchange: tuple[str | None, ...]
    listed: np.ndarray
    factor: np.ndarray | None = None
    dividends: np.ndarray | None = None


@dataclass
class Outcome:
    """What came of it.

    Attributes
    ----------
    equity, exposure : ndarray of shape (t,)
        At each close: worth, and the share of it in stocks.
    trades : DataFrame
        ``date, symbol, side, shares, price, value, fee, tax``.
    skipped : DataFrame
        ``date, symbol, side, reason, value``: orders not filled, or the part that was not.
    gains : ndarray of shape (n,)
        Each stock's part of the gain, after its costs.
    dividend_tax : float
    """

    equity: np.ndarray
    exposure: np.ndarray
    trades: pd.DataFrame
    skipped: pd.DataFrame
    gains: np.ndarray
    dividend_tax: float = 0.0
    not_applied: list[str] = field(default_factory=list)


def run(
    prices: Prices,
    targets: dict[int, np.ndarray],
    rules: Rules,
    *,
    capital: float,
    cash_rate: float = 0.0,
    liquidity: float = np.inf,
) -> Outcome:
    """Follow target weights.

    Parameters
    ----------
    prices : Prices
    targets : dict of int to ndarray of shape (n,)
        By the session at whose open they are to be held; what does not add up to 1 is cash.
    rules : Rules
    capital : float
        In the unit of prices (Vietnam: thousand VND).
    cash_rate : float
        A year, on cash, for each of 252 sessions.
    liquidity : float
        Most of the median value of the 20 sessions before that one order may be.
    """
    book = _Book(prices, rules, capital, liquidity)
    days, n = prices.days, len(prices.symbols)
    last = np.full(n, np.nan)
    equity, exposure = np.empty(len(days)), np.empty(len(days))
    daily, paid = (1 + cash_rate) ** (1 / 252) - 1, 0.0
    for t in range(len(days)):
        if t:
            book.cash *= 1 + daily
        if prices.dividends is not None:
            due = np.nan_to_num(prices.dividends[t]) * book.shares * rules.dividend_tax
            book.cash, paid, book.gains = book.cash - due.sum(), paid + due.sum(), book.gains - due
        if t in targets:
            book.rebalance(t, targets[t], last)
        last = np.where(np.isfinite(prices.close[t]), prices.close[t], last)
        held = float(np.nansum(book.shares * last))
        equity[t] = book.cash + held
        exposure[t] = held / equity[t]
    gains = book.gains + np.nan_to_num(book.shares * last)
    lacking = ["lots", "ticks"] if rules.vietnam and prices.factor is None else []
    if rules.dividend_tax and prices.dividends is None:
        lacking.append("tax on dividends")
    trades = pd.DataFrame(
        book.trades, columns=["date", "symbol", "side", "shares", "price", "value", "fee", "tax"]
    )
    skipped = pd.DataFrame(book.skipped, columns=["date", "symbol", "side", "reason", "value"])
    return Outcome(equity, exposure, trades, skipped, gains, paid, lacking)


class _Book:
    """Cash and holdings."""

    def __init__(self, prices: Prices, rules: Rules, capital: float, liquidity: float):
        self.prices, self.rules, self.liquidity = prices, rules, liquidity
        n = len(prices.symbols)
        self.cash, self.shares, self.gains = capital, np.zeros(n), np.zeros(n)
        self.waiting: list[list[tuple[int, float]]] = [[] for _ in range(n)]
        self.trades: list[tuple] = []
        self.skipped: list[tuple] = []

    def rebalance(self, t: int, weights: np.ndarray, last: np.ndarray) -> None:
        """Sell what is too much, then buy what is too little."""
        opening = self.prices.open[t]
        known = np.where(np.isfinite(opening), opening, last)
        worth = self.cash + float(np.nansum(self.shares * known))
        with np.errstate(divide="ignore", invalid="ignore"):
            wanted = np.where(weights > 0, weights * worth / known, 0.0)
        order = np.nan_to_num(wanted - self.shares)
        order[(weights > 0) & ~np.isfinite(known)] = np.inf
        order[np.abs(order * np.nan_to_num(known)) < 1e-9 * worth] = 0.0
        for i in np.flatnonzero(order < 0):
            self._trade(t, i, -1, -order[i], last[i], worth)
        buys = np.flatnonzero(order > 0)
        # Costs of all purchases come out of each alike, not of the last in the alphabet.
        cost = np.nansum((order * known)[buys][np.isfinite(order[buys])]) * (1 + self.rules.fee)
        scale = min(1.0, self.cash / cost) if cost > 0 else 1.0
        for i in buys:
            self._trade(t, i, 1, order[i] * scale, last[i], worth)

    def _trade(self, t: int, i: int, side: int, shares: float, before: float, worth: float):
        p, rules, day = self.prices, self.rules, self.prices.days[t]
        price, exchange = p.open[t, i], p.exchange[i]
        if not np.isfinite(price):
            self._skip(t, i, side, NO_OPEN, shares * before)
            return
        raw = np.nan if p.factor is None else p.factor[t, i]
        known = exchange is not None and np.isfinite(raw) and rules.vietnam
        tick = rules.tick(exchange or "UPCOM", day, price * (raw if known else 1))
        tick /= raw if known else 1
        limit = rules.band(exchange, day, p.listed[i])
        if np.isfinite(before) and side * (price - before) >= limit * before - tick > 0:
            self._skip(t, i, side, CEILING if side > 0 else FLOOR, shares * price)
            return
        asked = shares
        if side < 0:
            locked = sum(kept for free, kept in self.waiting[i] if free > t)
            shares = min(shares, max(self.shares[i] - locked, 0.0))
            if shares < asked * (1 - 1e-9):
                self._skip(t, i, side, UNSETTLED, (asked - shares) * price)
        if np.isfinite(self.liquidity) and shares > 0:
            past = p.value[max(t - MEDIAN_SESSIONS, 0) : t, i]
            usual = np.median(np.nan_to_num(past)) if len(past) else 0.0
            most = self.liquidity * usual / price
            if shares > most:
                self._skip(t, i, side, THIN, (shares - most) * price)
                shares = most
        paid = price + (side * tick / 2 if known else 0.0)
        if side > 0 and shares > 0:
            most = max(self.cash, 0.0) / (paid * (1 + rules.fee))
            if shares > most * (1 + 1e-9) and not known:
                self._skip(t, i, side, CASH, (shares - most) * price)
            shares = min(shares, most)
        if known:
            lot = rules.lot(exchange, day) * raw
            # An adjusted share is worth 1 / factor of a share as traded.
            whole = np.floor(shares / lot + 1e-9) * lot
            if whole == 0 and shares > 0:
                self._skip(t, i, side, LOT, shares * price)
            shares = whole
        if shares <= 0:
            return
        value = shares * paid
        fee, tax = value * rules.fee, value * rules.sale_tax * (side < 0)
        self.cash -= side * value + fee + tax
        self.shares[i] += side * shares
        self.gains[i] -= side * value + fee + tax
        if side > 0:
            self.waiting[i] = [w for w in self.waiting[i] if w[0] > t]
            self.waiting[i].append((rules.sellable(p.days, t), shares))
        name = "buy" if side > 0 else "sell"
        self.trades.append((day, p.symbols[i], name, shares, paid, value, fee, tax))

    def _skip(self, t: int, i: int, side: int, reason: str, value: float) -> None:
        name = "buy" if side > 0 else "sell"
        worth = float(value) if np.isfinite(value) else np.nan
        self.skipped.append((self.prices.days[t], self.prices.symbols[i], name, reason, worth))
