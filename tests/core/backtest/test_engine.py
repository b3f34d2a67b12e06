"""Each rule on a case worked by hand; orders of session 1 are made of what was known at 0."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.backtest import engine
from core.backtest.market import PRESETS, Rules
from tests.core.backtest.made import market

ALL, NONE = np.array([1.0]), np.array([0.0])
VN = Rules("vn")
FREE = PRESETS["none"]


def sides(out):
    return out.trades["side"].tolist()


def test_fee_and_tax_by_hand():
    rules = Rules("none", fee=0.01, sale_tax=0.02)
    out = engine.run(market([10, 10, 20]), {1: ALL, 2: NONE}, rules, capital=1010)
    # 1010 buys 100 at 10 and pays 10; 100 at 20 sell for 2000 less 20 and 40.
    assert out.trades["shares"].tolist() == pytest.approx([100, 100])
    assert out.trades["fee"].tolist() == pytest.approx([10, 20])
    assert out.trades["tax"].tolist() == pytest.approx([0, 40])
    assert out.equity.tolist() == pytest.approx([1010, 1000, 1940])
    assert out.gains.tolist() == pytest.approx([930])


def test_orders_are_sized_by_the_close_before_and_filled_at_the_open():
    prices = market([10, 12, 12], close=[10, 11, 12])
    out = engine.run(prices, {1: np.array([0.5])}, FREE, capital=1000)
    assert out.trades[["shares", "price"]].to_numpy().tolist() == [[50, 12]]
    assert out.equity.tolist() == pytest.approx([1000, 400 + 550, 400 + 600])
    assert out.exposure.tolist() == pytest.approx([0, 550 / 950, 0.6])


def test_purchases_never_cost_more_than_the_cash():
    out = engine.run(market([10, 20, 20]), {1: ALL}, FREE, capital=1000)
    assert out.trades["shares"].tolist() == pytest.approx([50])
    assert out.skipped["reason"].tolist() == [engine.CASH]
    assert out.skipped["value"].tolist() == pytest.approx([1000])


@pytest.mark.parametrize(("start", "lot"), [("2020-06-01", 10), ("2023-01-02", 100)])
def test_lot_of_the_day(start, lot):
    out = engine.run(market([20.0, 20.0], start=start, factor=1), {1: ALL}, VN, capital=5500)
    # Half a tick above 20 is 20.025, which buys 274.6 shares.
    assert out.trades["shares"].tolist() == pytest.approx([274 // lot * lot])
    assert out.on_grid == 1


def test_lots_are_of_shares_as_traded_and_the_last_odd_lot_goes_with_the_rest():
    prices = market([10.0] * 9, factor=2)
    prices.factor[5:] = 2 / 1.5  # three shares for two: 150 odd ones
    out = engine.run(prices, {1: ALL, 6: NONE}, VN, capital=2500)
    assert out.trades["shares"].tolist() == pytest.approx([100, 150])
    assert out.trades["value"].iloc[0] == pytest.approx(100 * 20.025)
    assert out.held.tolist() == [0]


def test_less_than_a_lot_is_not_bought():
    out = engine.run(market([20.0] * 2, factor=1), {1: ALL}, VN, capital=1900)
    assert sides(out) == []
    assert out.skipped["reason"].tolist() == [engine.LOT]


@pytest.mark.parametrize(
    ("exchange", "start", "price", "half"),
    [
        ("HOSE", "2023-01-02", 9.0, 0.005),
        ("HOSE", "2023-01-02", 20.0, 0.025),
        ("HOSE", "2023-01-02", 60.0, 0.05),
        ("HOSE", "2016-06-01", 20.0, 0.05),
        ("HNX", "2023-01-02", 9.0, 0.05),
    ],
)
def test_half_a_tick_on_prices_as_traded(exchange, start, price, half):
    prices = market([price] * 6, exchange=exchange, start=start, factor=1)
    out = engine.run(prices, {1: ALL, 5: NONE}, VN, capital=1e5)
    assert out.trades["price"].tolist() == pytest.approx([price + half, price - half])


def test_adjusted_prices_have_neither_lots_nor_ticks_but_the_spread_that_is_set():
    prices = market([20.0, 20.0])
    assert engine.run(prices, {1: ALL}, VN, capital=5500).trades["shares"].tolist() == [275]
    wide = replace(VN, spread=0.001)
    assert engine.run(prices, {1: ALL}, wide, capital=5500).trades["price"].tolist() == [20.02]


@pytest.mark.parametrize(
    ("exchange", "opens", "filled"),
    [
        *(("HOSE", 21.4, 0), ("HOSE", 21.3, 1)),
        *(("HNX", 22.0, 0), ("HNX", 21.8, 1)),
        *(("UPCOM", 23.0, 0), ("UPCOM", 22.0, 1)),
        *((None, 23.0, 0), (None, 21.4, 1)),
    ],
)
def test_nothing_is_bought_at_the_ceiling_of_its_exchange(exchange, opens, filled):
    prices = market([20.0, opens], exchange=exchange)
    out = engine.run(prices, {1: ALL}, VN, capital=1e4)
    assert len(out.trades) == filled
    assert (engine.CEILING in out.skipped["reason"].tolist()) == (not filled)


def test_before_it_came_to_its_exchange_only_the_widest_band_holds():
    prices = market([20.0, 22.0], listed="2023-06-01")
    assert sides(engine.run(prices, {1: ALL}, VN, capital=1e4)) == ["buy"]


def test_upcom_had_a_narrower_band_until_the_middle_of_2015():
    prices = market([20.0, 22.0], exchange="UPCOM", start="2015-06-01")
    assert sides(engine.run(prices, {1: ALL}, VN, capital=1e4)) == []


def test_nothing_is_sold_at_the_floor():
    prices = market([20.0] * 6 + [18.6, 18.8])
    out = engine.run(prices, {1: ALL, 6: NONE}, VN, capital=1e4)
    assert sides(out) == ["buy"]
    assert out.skipped["reason"].tolist() == [engine.FLOOR]
    assert sides(engine.run(prices, {1: ALL, 7: NONE}, VN, capital=1e4)) == ["buy", "sell"]


@pytest.mark.parametrize(
    ("bought", "sessions", "sold"),
    [
        *(("2015-06-01", 3, False), ("2015-06-01", 4, True)),
        *(("2022-08-24", 2, False), ("2022-08-24", 3, True)),
        *(("2022-08-25", 2, False), ("2022-08-25", 3, True)),
    ],
)
def test_settlement_before_and_after_each_change(bought, sessions, sold):
    day_before = np.busday_offset(np.datetime64(bought), -1)
    prices = market([20.0] * 7, start=day_before)
    out = engine.run(prices, {1: ALL, 1 + sessions: NONE}, VN, capital=1e4)
    assert out.trades["date"].iloc[0] == pd.Timestamp(bought)
    assert ("sell" in sides(out)) == sold
    assert (engine.UNSETTLED in out.skipped["reason"].tolist()) == (not sold)


def test_what_was_bought_long_ago_is_sold_while_the_rest_settles():
    half = np.array([0.5])
    out = engine.run(market([20.0] * 9), {1: half, 6: ALL, 7: NONE}, VN, capital=1e4)
    assert out.trades["shares"].tolist() == pytest.approx([250, 250, 250])
    assert out.skipped["value"].tolist() == pytest.approx([5000])


def test_the_liquidity_cap_is_of_the_sessions_before():
    prices = market([10.0] * 25, value=1000.0)
    prices.value[-1] = 1e9
    out = engine.run(prices, {24: ALL}, FREE, capital=1e4, liquidity=0.1)
    assert out.trades["value"].tolist() == pytest.approx([100])
    assert out.skipped["reason"].tolist() == [engine.THIN]


def test_dividend_tax_by_hand():
    rules = Rules("none", dividend_tax=0.05)
    paid = np.array([[0.0], [0.5], [0.2], [0.1]])
    prices = market([10.0] * 4, dividends=paid)
    out = engine.run(prices, {1: ALL}, rules, capital=1000)
    # Bought on the ex-date it has no part in that dividend; then 0.2 and 0.1 of 1,000.
    assert out.dividend_tax == pytest.approx((200 + 100) * 0.05)
    assert out.equity.tolist() == pytest.approx([1000, 1000, 990, 985])


def test_cash_earns_its_rate():
    out = engine.run(market([10.0] * 253), {}, FREE, capital=100, cash_rate=0.05)
    assert out.equity[[0, -1]].tolist() == pytest.approx([100, 105])


def test_a_stock_that_stops_trading_stays_at_its_last_price_and_is_not_sold():
    prices = market([10.0, 10.0, 12.0, np.nan, np.nan])
    out = engine.run(prices, {1: ALL, 4: NONE}, FREE, capital=100)
    assert out.equity.tolist() == pytest.approx([100, 100, 120, 120, 120])
    assert out.skipped["reason"].tolist() == [engine.NO_OPEN]
    assert out.held.tolist() == pytest.approx([120])


def test_without_an_open_nothing_is_bought():
    prices = market([10.0, np.nan], close=[10.0, 10.0])
    out = engine.run(prices, {1: ALL}, FREE, capital=100)
    assert sides(out) == []
    assert out.skipped[["side", "reason"]].to_numpy().tolist() == [["buy", engine.NO_OPEN]]


def wild(seed: int):
    """Three stocks with halts, jumps of a ceiling and more, thin days and dividends."""
    random = np.random.default_rng(seed)
    close = 10 * np.exp(np.cumsum(random.normal(0, 0.03, (60, 3)), axis=0))
    opens = close * np.exp(random.normal(0, 0.03, close.shape))
    opens[random.random(close.shape) < 0.05] = np.nan
    value = random.lognormal(8, 1, close.shape)
    paid = np.where(random.random(close.shape) < 0.03, 0.04, 0.0)
    prices = replace(market(opens, close=close, dividends=paid), value=value)
    wanted = {t: random.dirichlet(np.ones(3)) for t in range(3, 60, 5)}
    return prices, wanted


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(5, 58))
def test_nothing_short_nothing_on_credit_nothing_from_the_future(seed, cut):
    prices, wanted = wild(seed)
    rules = PRESETS["vn"]
    asked = {"capital": 1e4, "cash_rate": 0.03, "liquidity": 0.5}
    whole = engine.run(prices, wanted, rules, **asked)
    signed = whole.trades["shares"] * np.where(whole.trades["side"] == "buy", 1, -1)
    assert (signed.groupby(whole.trades["symbol"]).cumsum() >= -1e-9).all()
    # Only tax on dividends can take from cash that is all spent.
    assert (whole.exposure * whole.equity <= whole.equity + whole.dividend_tax + 1e-6).all()
    grids = ("days", "open", "close", "value", "dividends")
    early = replace(prices, **{name: getattr(prices, name)[:cut] for name in grids})
    short = engine.run(early, {t: w for t, w in wanted.items() if t < cut}, rules, **asked)
    np.testing.assert_allclose(short.equity, whole.equity[:cut], rtol=1e-12)
    for name in ("trades", "skipped"):
        table = getattr(whole, name)
        before = table[table["date"] <= early.days[-1]]
        pd.testing.assert_frame_equal(getattr(short, name), before, check_dtype=False)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_gains_of_the_stocks_add_up_to_the_gain(seed):
    prices, wanted = wild(seed)
    out = engine.run(prices, wanted, PRESETS["vn"], capital=1e4)
    assert out.gains.sum() == pytest.approx(out.equity[-1] - 1e4)
