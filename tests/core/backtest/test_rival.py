"""The rule-free case beside backtrader, trade by trade."""

import numpy as np
import pytest

from benchmarks.rivals.in_backtrader import follow
from core.backtest import engine
from core.backtest.market import Rules
from tests.core.backtest.made import market


@pytest.mark.parametrize("fee", [0.0, 0.002])
def test_trades_are_those_of_another_backtester(fee):
    random = np.random.default_rng(3)
    close = 10 * np.exp(np.cumsum(random.normal(0, 0.01, (80, 5)), axis=0))
    prices = market(close * np.exp(random.normal(0, 0.003, close.shape)), close=close)
    # Some cash left, as the rival refuses what a dear open would make too much.
    wanted = {t: 0.9 * random.dirichlet(np.ones(5)) for t in range(3, 78, 5)}
    wanted[43] = np.array([0.5, 0, 0, 0.4, 0])
    rules = Rules("none", fee=fee)
    ours = engine.run(prices, wanted, rules, capital=1e6)
    theirs, worth = follow(prices, wanted, fee=fee, capital=1e6)
    key = ["date", "symbol"]
    mine = ours.trades.sort_values(key, ignore_index=True)
    theirs = theirs.sort_values(key, ignore_index=True)
    assert len(mine) == len(theirs) > 60
    for name in ("date", "symbol", "side"):
        assert mine[name].tolist() == theirs[name].tolist()
    for name in ("shares", "price", "fee"):
        np.testing.assert_allclose(mine[name], theirs[name], rtol=1e-9)
    np.testing.assert_allclose(ours.equity, worth, rtol=1e-9)
