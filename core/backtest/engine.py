"""Orders, fills and holdings: arrays of sessions x stocks.

Orders are made after a session's close, of the prices and the worth known then, and
filled at the next session's open. Sales come first and pay for purchases of the same
open (brokers advance the proceeds); nothing is sold short or bought on credit.
An order that is not filled lapses: the next one is made at the next rebalancing.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.backtest.market import OTHER, Rules
from core.language import N_
from core.market.bands import HALT_SESSIONS, UPCOM

MEDIAN_SESSIONS = 20
SESSIONS_A_YEAR = 252
NO_OPEN, CEILING, FLOOR = (
    N_("no trade that day"),
    N_("open at the ceiling"),
    N_("open at the floor"),
)
UNSETTLED, THIN = N_("not settled yet"), N_("above the liquidity cap")
LOT, CASH = N_("less than a lot"), N_("cash used up")
NOTHING = 1e-9
"""Share of the worth below which an order is rounding."""
SHORT_OF_CASH = 0.01
"""Purchases cut by more than this share are reported: prices rose overnight."""
BUY, SELL = "buy", "sell"
TRADES = ("date", "symbol", "side", "shares", "price", "value", "fee", "tax")
SKIPPED = ("date", "symbol", "side", "reason", "value")


@dataclass(frozen=True)
class Prices:
    """What traded; arrays of shape (t, n), NaN where there was no bar.

    Attributes
    ----------
    days : ndarray of datetime64, shape (t,)
    symbols : tuple of str, length n
    open, close : ndarray
        Adjusted for splits and dividends; no open where nothing traded.
    value : ndarray
        Traded, in the unit of the capital.
    exchange : tuple of (str or None), length n
        Today's.
    listed : ndarray of datetime64, shape (n,)
        First day on that exchange; NaT where not known.
    factor : ndarray, optional
        Price as traded over adjusted price, NaN where unknown; lots and ticks hold only where
        it is known.
    dividends : ndarray, optional
        Cash dividend of each ex-date as a share of the price before.
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
        ``TRADES``; shares as traded where those are known, else of adjusted prices.
    skipped : DataFrame
        ``SKIPPED``: orders not filled, or the part that was not.
    gains : ndarray of shape (n,)
        Each stock's part of the gain, after its costs.
    held : ndarray of shape (n,)
        Worth of each stock at the end.
    dividend_tax : float
    on_grid : int
        Trades to which lots and ticks applied.
    """

    equity: np.ndarray
    exposure: np.ndarray
    trades: pd.DataFrame
    skipped: pd.DataFrame
    gains: np.ndarray
    held: np.ndarray
    dividend_tax: float = 0.0
    on_grid: int = 0


def run(
    prices: Prices,
    targets: dict[int, np.ndarray],
    rules: Rules,
    *,
    capital: float,
    cash_rate: float = 0.0,
    liquidity: float | None = None,
) -> Outcome:
    """Follow target weights.

    Parameters
    ----------
    prices : Prices
    targets : dict of int to ndarray of shape (n,)
        By the session at whose open they are to be held; what is short of 1 is cash.
    rules : Rules
    capital : float
        In the unit of prices x shares (Vietnam: thousand VND).
    cash_rate : float
        A year, on cash, for each of 252 sessions.
    liquidity : float, optional
        Most that one order may be of the median value of the 20 sessions before it.
    """
    book = _Book(prices, targets, rules, capital, liquidity)
    t, last = len(prices.days), book.last
    held, cash = np.empty(t), np.empty(t)
    growth = (1 + cash_rate) ** (1 / SESSIONS_A_YEAR)
    stops = sorted({0, *(at for at in targets if 0 < at < t)})
    for begin, end in zip(stops, [*stops[1:], t], strict=True):
        if begin:
            # What the shares pay goes to who held them at the close before.
            book.cash = book.cash * growth - book.dividend_tax(begin)
        if begin in targets and begin:
            book.rebalance(begin, targets[begin])
        held[begin:end] = np.nan_to_num(last[begin:end]) @ book.shares
        cash[begin] = book.cash
        for now in range(begin + 1, end):
            cash[now] = cash[now - 1] * growth - book.dividend_tax(now)
        book.cash = cash[end - 1]
    worth = np.nan_to_num(last[-1]) * book.shares
    equity = held + cash
    return Outcome(
        equity=equity,
        exposure=held / equity,
        trades=pd.DataFrame(book.trades, columns=list(TRADES)),
        skipped=pd.DataFrame(book.skipped, columns=list(SKIPPED)),
        gains=book.gains + worth,
        held=worth,
        dividend_tax=book.taxed,
        on_grid=book.on_grid,
    )


class _Book:
    """Cash, holdings and the day's limits."""

    def __init__(self, prices: Prices, targets: dict, rules: Rules, capital: float, liquidity):
        self.prices, self.rules, self.liquidity = prices, rules, liquidity
        t, n = prices.open.shape
        self.cash, self.shares, self.gains = float(capital), np.zeros(n), np.zeros(n)
        self.waiting: list[tuple[int, np.ndarray]] = []
        self.trades: list[tuple] = []
        self.skipped: list[tuple] = []
        self.taxed, self.on_grid = 0.0, 0
        self.last = pd.DataFrame(prices.close).ffill().to_numpy()
        self.exchanges = np.array([name or OTHER for name in prices.exchange])
        seen = np.isfinite(prices.close)
        at = np.where(seen, np.arange(t)[:, None], -1)
        self.last_bar = np.maximum.accumulate(at, axis=0)
        self.band = np.column_stack(
            [
                rules.bands(name, prices.days, listed)
                for name, listed in zip(self.exchanges, prices.listed, strict=True)
            ]
        )
        self.wide = np.array([rules.wide_band(name) for name in self.exchanges])
        self.tick = self._ticks([at for at in sorted(targets) if at < t])
        pays = None if prices.dividends is None else np.nan_to_num(prices.dividends)
        self.pays = None if pays is None or not rules.dividend_tax else pays
        self.due = set() if self.pays is None else set(np.flatnonzero(self.pays.any(axis=1)))

    def dividend_tax(self, now: int) -> float:
        """Tax on what the shares held at the close before pay on a day."""
        if now not in self.due:
            return 0.0
        tax = self.pays[now] * np.nan_to_num(self.last[now - 1]) * self.shares
        tax = tax * self.rules.dividend_tax
        self.gains -= tax
        self.taxed += float(tax.sum())
        return float(tax.sum())

    def rebalance(self, t: int, weights: np.ndarray) -> None:
        """Sell what is too much, then buy what is too little."""
        before = self.last[t - 1]
        known = np.isfinite(before)
        worth = self.cash + float(np.nan_to_num(before) @ self.shares)
        wanted = np.where(known & (weights > 0), weights * worth / np.where(known, before, 1), 0.0)
        order = wanted - self.shares
        order[np.abs(order * np.nan_to_num(before)) < NOTHING * worth] = 0.0
        for i in np.flatnonzero((weights > 0) & ~known):
            self._skip(t, i, BUY, NO_OPEN, weights[i] * worth)
        self._sell(t, np.flatnonzero(order < 0), order, wanted)
        self._buy(t, np.flatnonzero(order > 0), order)

    def _sell(self, t: int, at: np.ndarray, order: np.ndarray, wanted: np.ndarray) -> None:
        at = self._filled(t, at, -order, SELL)
        asked = -order[at]
        locked = np.zeros(len(self.shares))
        self.waiting = [(free, kept) for free, kept in self.waiting if free > t]
        for __, kept in self.waiting:
            locked += kept
        free = np.maximum(self.shares - locked, 0.0)[at]
        shares = self._cut(t, at, asked, np.minimum(asked, free), SELL, UNSETTLED)
        shares = self._cap(t, at, shares, SELL)
        whole = self._in_lots(t, at, shares)
        # A last odd lot goes with the rest.
        everything = (wanted[at] == 0) & (shares >= self.shares[at] * (1 - 1e-12))
        shares = self._cut(t, at, shares, np.where(everything, shares, whole), SELL, LOT, only=0)
        self._trade(t, at, shares, SELL)

    def _buy(self, t: int, at: np.ndarray, order: np.ndarray) -> None:
        at = self._filled(t, at, order, BUY)
        shares = self._cap(t, at, order[at], BUY)
        paid = self._price(t, at, BUY)
        cost = float(shares @ paid) * (1 + self.rules.fee)
        if cost > max(self.cash, 0.0):
            # Each purchase is cut alike, not the last of the alphabet.
            share = max(self.cash, 0.0) / cost
            reason = CASH if share < 1 - SHORT_OF_CASH else None
            shares = self._cut(t, at, shares, shares * share, BUY, reason)
        shares = self._cut(t, at, shares, self._in_lots(t, at, shares), BUY, LOT, only=0)
        self._trade(t, at, shares, BUY)
        bought = np.zeros(len(self.shares))
        bought[at] = shares
        free = self.rules.sellable(self.prices.days, t)
        if free > t and bought.any():
            self.waiting.append((free, bought))

    def _filled(self, t: int, at: np.ndarray, order: np.ndarray, side: str) -> np.ndarray:
        """Which of the orders can be filled at all that day."""
        opening, before = self.prices.open[t, at], self.last[t - 1, at]
        halted = t - 1 - self.last_bar[t - 1, at] > HALT_SESSIONS
        limit = before * np.where(halted, np.maximum(self.wide, self.band[t])[at], self.band[t, at])
        away = (opening - before) if side == BUY else (before - opening)
        # With a tick of tolerance: the reference is rounded, and adjusted prices are on no tick.
        step = np.minimum(self.tick[t][at], limit / 2)
        closed = ~np.isfinite(opening)
        with np.errstate(invalid="ignore"):
            barred = ~closed & (away >= limit - step) & np.isfinite(limit)
        for i in at[closed]:
            self._skip(t, i, side, NO_OPEN, order[i] * self.last[t - 1, i])
        for i in at[barred]:
            reason = CEILING if side == BUY else FLOOR
            self._skip(t, i, side, reason, order[i] * self.prices.open[t, i])
        return at[~closed & ~barred]

    def _cap(self, t: int, at: np.ndarray, shares: np.ndarray, side: str) -> np.ndarray:
        if self.liquidity is None or not len(at):
            return shares
        past = self.prices.value[max(t - MEDIAN_SESSIONS, 0) : t, at]
        usual = np.median(np.nan_to_num(past), axis=0) if len(past) else np.zeros(len(at))
        most = self.liquidity * usual / self.prices.open[t, at]
        return self._cut(t, at, shares, np.minimum(shares, most), side, THIN)

    def _cut(self, t, at, asked, left, side, reason, *, only: float | None = None) -> np.ndarray:
        """Report orders that became smaller, or with ``only`` those cut down to that."""
        if reason is not None:
            smaller = left < asked * (1 - NOTHING)
            if only is not None:
                smaller &= left <= only
            for j in np.flatnonzero(smaller):
                lost = (asked[j] - left[j]) * self.prices.open[t, at[j]]
                self._skip(t, at[j], side, reason, lost)
        return left

    def _factor(self, t: int, at: np.ndarray) -> np.ndarray:
        """Price as traded over adjusted price; NaN where lots and ticks do not apply."""
        if self.prices.factor is None or not self.rules.on_a_grid:
            return np.full(len(at), np.nan)
        return self.prices.factor[t, at]

    def _in_lots(self, t: int, at: np.ndarray, shares: np.ndarray) -> np.ndarray:
        factor = self._factor(t, at)
        day = self.prices.days[t]
        lots = np.array([self.rules.lot(name, day) for name in self.exchanges[at]], dtype=float)
        # A share as traded is worth ``factor`` adjusted ones.
        one = lots * factor
        with np.errstate(invalid="ignore"):
            whole = np.floor(shares / one + 1e-9) * one
        return np.where(np.isfinite(factor), whole, shares)

    def _price(self, t: int, at: np.ndarray, side: str) -> np.ndarray:
        sign = 1 if side == BUY else -1
        opening = self.prices.open[t, at]
        half = np.where(
            np.isfinite(self._factor(t, at)), self.tick[t][at] / 2, opening * self.rules.spread
        )
        return opening + sign * half

    def _trade(self, t: int, at: np.ndarray, shares: np.ndarray, side: str) -> None:
        done = shares > 0
        at, shares = at[done], shares[done]
        if not len(at):
            return
        sign = 1 if side == BUY else -1
        price, factor = self._price(t, at, side), self._factor(t, at)
        known = np.isfinite(factor)
        self.on_grid += int(known.sum())
        value = shares * price
        fee = value * self.rules.fee
        tax = value * self.rules.sale_tax * (side == SELL)
        flow = sign * value + fee + tax
        self.cash -= float(flow.sum())
        self.shares[at] += sign * shares
        self.shares[np.abs(self.shares) < 1e-12] = 0.0
        self.gains[at] -= flow
        raw = np.where(known, factor, 1.0)
        day, symbols = self.prices.days[t], self.prices.symbols
        columns = (shares / raw, price * raw, value, fee, tax)
        self.trades += [
            (day, symbols[i], side, *row)
            for i, row in zip(at, np.column_stack(columns).tolist(), strict=True)
        ]

    def _skip(self, t: int, i: int, side: str, reason: str, value: float) -> None:
        known = float(value) if np.isfinite(value) else 0.0
        self.skipped.append((self.prices.days[t], self.prices.symbols[i], side, reason, known))

    def _ticks(self, rows: list[int]) -> dict[int, np.ndarray]:
        """The step at each open on the days that trade, on the scale of the adjusted prices."""
        n = len(self.prices.symbols)
        found = np.zeros((len(rows), n))
        opening = self.prices.open[rows]
        factor = np.ones_like(opening)
        if self.prices.factor is not None:
            factor = np.where(np.isfinite(self.prices.factor[rows]), self.prices.factor[rows], 1.0)
        days = np.repeat(self.prices.days[rows], n).reshape(len(rows), n)
        for name in np.unique(self.exchanges):
            mine = self.exchanges == name
            place = UPCOM if name == OTHER else name
            price = (opening * factor)[:, mine]
            step = self.rules.ticks(place, days[:, mine].ravel(), price.ravel())
            found[:, mine] = step.reshape(price.shape)
        return dict(zip(rows, found / factor, strict=True))
