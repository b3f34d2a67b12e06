"""Each rule on a case worked by hand, and the rule-free case beside another backtester."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.backtest import engine
from core.backtest.market import PRESETS, Rules
from tests.core.backtest.made import prices

ALL, NONE = np.array([1.0]), np.array([0.0])
VN_FREE = Rules("vn", vietnam=True)


def test_fee_and_tax_by_hand():
    rules = Rules("costs", fee=0.01, sale_tax=0.02)
    out = engine.run(prices([10, 10, 20]), {0: ALL, 2: NONE}, rules, capital=1010)
    # 1010 buys 100 at 10 and pays 10; 100 at 20 sell for 2000 less 20 and 40.
    assert out.trades["shares"].tolist() == pytest.approx([100, 100])
    assert out.trades["fee"].tolist() == pytest.approx([10, 20])
    assert out.trades["tax"].tolist() == pytest.approx([0, 40])
    assert out.equity[-1] == pytest.approx(1940)
    assert out.gains.tolist() == pytest.approx([930])


@pytest.mark.parametrize(("start", "lot"), [("2020-06-01", 10), ("2023-01-02", 100)])
def test_lot_of_the_day(start, lot):
    out = engine.run(prices([20.0], start=start, factor=1), {0: ALL}, VN_FREE, capital=5500)
    # Half a tick above 20 is 20.025, which buys 274.6 shares.
    assert out.trades["shares"].tolist() == [274 // lot * lot]


def test_half_a_tick_on_as_traded_prices_only():
    bought = engine.run(prices([20.0], factor=1), {0: ALL}, VN_FREE, capital=1e5)
    assert bought.trades["price"].tolist() == pytest.approx([20.025])
    plain = engine.run(prices([20.0]), {0: ALL}, VN_FREE, capital=1e5)
    assert plain.trades["price"].tolist() == [20.0]
    assert plain.not_applied == ["lots", "ticks"]


def test_lots_are_of_shares_as_traded():
    # A price as traded twice the adjusted one: 100 shares as traded are 200 adjusted ones.
    out = engine.run(prices([10.0], factor=2), {0: ALL}, VN_FREE, capital=5500)
    assert out.trades["shares"].tolist() == [400]


@pytest.mark.parametrize(
    ("exchange", "opens", "filled"),
    [("HOSE", 21.4, 0), ("HOSE", 21.2, 1), ("HNX", 21.4, 1), ("HNX", 22.0, 0)],
)
def test_nothing_is_bought_at_the_ceiling(exchange, opens, filled):
    market = prices([20.0, opens], exchange=exchange)
    out = engine.run(market, {1: ALL}, VN_FREE, capital=1e4)
    assert len(out.trades) == filled
    assert out.skipped["reason"].tolist() == [engine.CEILING] * (1 - filled)


def test_nothing_is_sold_at_the_floor():
    market = prices([20.0] * 5 + [18.6])
    out = engine.run(market, {0: ALL, 5: NONE}, VN_FREE, capital=1e4)
    assert out.trades["side"].tolist() == ["buy"]
    assert out.skipped["reason"].tolist() == [engine.FLOOR]


@pytest.mark.parametrize("start", ["2022-08-15", "2022-08-25"])
@pytest.mark.parametrize(("sessions", "sold"), [(2, 0), (3, 1)])
def test_settlement_before_and_after_2022_08_25(start, sessions, sold):
    # T+2 in the afternoon is after the open of T+2, so that T+3 is the first open either way.
    market = prices([20.0] * 5, start=start)
    out = engine.run(market, {0: ALL, sessions: NONE}, VN_FREE, capital=1e4)
    assert (out.trades["side"] == "sell").sum() == sold
    assert (out.skipped["reason"] == engine.UNSETTLED).sum() == 1 - sold


def test_liquidity_cap_is_of_the_sessions_before():
    market = prices([10.0] * 25, value=1000.0)
    market.value[-1] = 1e9
    out = engine.run(market, {24: ALL}, PRESETS["none"], capital=1e4, liquidity=0.1)
    assert out.trades["value"].tolist() == pytest.approx([100])
    assert out.skipped["reason"].tolist() == [engine.THIN]


def test_dividend_tax():
    due = np.array([[0.0], [2.0]])
    rules = Rules("tax", dividend_tax=0.05)
    out = engine.run(prices([10, 10], dividends=due), {0: ALL}, rules, capital=1000)
    assert out.dividend_tax == pytest.approx(100 * 2 * 0.05)
    assert out.equity[-1] == pytest.approx(990)


def test_stopped_stock_stays_at_its_last_price_and_is_not_sold():
    market = prices([10.0, 12.0, np.nan, np.nan])
    out = engine.run(market, {0: ALL, 3: NONE}, PRESETS["none"], capital=100)
    assert out.equity.tolist() == pytest.approx([100, 120, 120, 120])
    assert out.skipped["reason"].tolist() == [engine.NO_OPEN]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(5, 55))
def test_no_short_no_credit_and_no_look_ahead(seed, cut):
    random = np.random.default_rng(seed)
    market = prices(10 * np.exp(np.cumsum(random.normal(0, 0.02, (60, 3)), axis=0)))
    wanted = {t: random.dirichlet(np.ones(3)) for t in range(3, 60, 5)}
    rules = PRESETS["vn"]
    whole = engine.run(market, wanted, rules, capital=1e4)
    held = whole.trades.assign(
        signed=whole.trades["shares"] * np.where(whole.trades["side"] == "buy", 1, -1)
    )
    assert (held.groupby("symbol")["signed"].cumsum() >= -1e-9).all()
    assert (whole.exposure <= 1 + 1e-9).all()
    short = prices(market.open[:cut])
    early = engine.run(short, {t: w for t, w in wanted.items() if t < cut}, rules, capital=1e4)
    before = whole.trades[whole.trades["date"] <= short.days[-1]]
    pd.testing.assert_frame_equal(early.trades, before)


def test_rule_free_trades_are_those_of_another_backtester():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from backtesting import Backtest, Strategy
    random = np.random.default_rng(3)
    opening = 10 * np.exp(np.cumsum(random.normal(0, 0.02, 120)))
    market = prices(opening)
    switches = {t: (ALL, NONE)[k % 2] for k, t in enumerate(range(4, 115, 9))}

    class Follow(Strategy):
        def init(self):
            pass

        def next(self):
            # What is ordered at one close is filled at the next open.
            target = switches.get(len(self.data))
            if target is not None:
                self.buy(size=0.999999) if target[0] else self.position.close()

    frame = pd.DataFrame(
        dict.fromkeys(("Open", "High", "Low", "Close"), opening),
        index=pd.DatetimeIndex(market.days),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = Backtest(frame, Follow, cash=1e9, finalize_trades=False).run()["_trades"]
    ours = engine.run(market, switches, PRESETS["none"], capital=1e9).trades
    buys, sells = ours[ours["side"] == "buy"], ours[ours["side"] == "sell"]
    assert len(found) == len(sells) == 6
    closed = buys.iloc[: len(found)]
    assert closed["date"].tolist() == found["EntryTime"].tolist()
    assert sells["date"].tolist() == found["ExitTime"].tolist()
    np.testing.assert_allclose(closed["price"], found["EntryPrice"])
    np.testing.assert_allclose(sells["price"], found["ExitPrice"])
    np.testing.assert_allclose(closed["shares"], found["Size"], rtol=1e-4)
