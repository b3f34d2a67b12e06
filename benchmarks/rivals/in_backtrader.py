"""The same portfolio in backtrader, a well-known event-driven backtester, without rules."""

import warnings
from datetime import datetime

import numpy as np
import pandas as pd

from core.backtest.engine import Prices

with warnings.catch_warnings():
    # Its strings hold escapes that Python has deprecated, which is told when it is first compiled.
    warnings.simplefilter("ignore")
    import backtrader


class _Broken(backtrader.CommInfoBase):
    """A share of the value, on any part of a share."""

    params = (("stocklike", True), ("commtype", backtrader.CommInfoBase.COMM_PERC))

    def getsize(self, price, cash):
        """How many shares the cash buys; its own rounds down."""
        return cash / price


class _Follow(backtrader.Strategy):
    params = (("wanted", None), ("symbols", ()))

    def __init__(self):
        self.seen: list[tuple] = []
        self.worth: list[float] = []

    def notify_order(self, order):
        """Keep what was filled."""
        if order.status == order.Completed:
            day = backtrader.num2date(order.executed.dt).replace(tzinfo=None)
            side = "buy" if order.isbuy() else "sell"
            done = order.executed
            row = (day, order.data._name, side, abs(done.size), done.price, done.comm)
            self.seen.append(row)
        elif order.status in (order.Margin, order.Rejected):
            raise RuntimeError(f"refused: {order.data._name}")

    def next(self):
        """Order at this close what shall be held from the next open on."""
        self.worth.append(self.broker.getvalue())
        weights = self.p.wanted.get(len(self))
        if weights is None:
            return
        sizes = np.array([self.getposition(data).size for data in self.datas])
        held = sizes * np.array([data.close[0] for data in self.datas])
        # Sales first: they pay for the purchases.
        for i in np.argsort(weights * self.worth[-1] - held, kind="stable"):
            if weights[i] or sizes[i]:
                self.order_target_percent(self.datas[i], target=float(weights[i]))


def follow(
    prices: Prices, wanted: dict[int, np.ndarray], *, fee: float, capital: float
) -> tuple[pd.DataFrame, np.ndarray]:
    """Follow target weights; prices without gaps.

    Returns
    -------
    trades : DataFrame
        ``date, symbol, side, shares, price, fee``.
    worth : ndarray of shape (t,)
        At each close.
    """
    days = pd.DatetimeIndex(prices.days)
    engine = backtrader.Cerebro(stdstats=False)
    engine.broker.setcash(capital)
    # Its check at the order, at the close before, does not know what the sales will bring.
    engine.broker.set_checksubmit(False)
    engine.broker.addcommissioninfo(_Broken(commission=fee, percabs=True))
    for i, symbol in enumerate(prices.symbols):
        opens, close = prices.open[:, i], prices.close[:, i]
        frame = pd.DataFrame(
            {
                "open": opens,
                "high": np.maximum(opens, close),
                "low": np.minimum(opens, close),
                "close": close,
                "volume": 0.0,
                "openinterest": 0.0,
            },
            index=days,
        )
        engine.adddata(backtrader.feeds.PandasData(dataname=frame), name=symbol)
    engine.addstrategy(_Follow, wanted=wanted, symbols=prices.symbols)
    done = engine.run()[0]
    columns = ["date", "symbol", "side", "shares", "price", "fee"]
    trades = pd.DataFrame(done.seen, columns=columns)
    trades["date"] = pd.to_datetime([_midnight(day) for day in trades["date"]])
    return trades, np.array(done.worth)


def _midnight(day: datetime) -> datetime:
    return day.replace(hour=0, minute=0, second=0, microsecond=0)
