import numpy as np
import pytest

from core.backtest.prices import dividends_of, load, span
from tests.core.market.bars import make_bars


def test_a_session_without_volume_fills_no_order(store):
    bars = make_bars(30)
    bars.loc[4, "volume"] = 0
    later = make_bars(20, start="2024-01-16").assign(value=7.0, raw_close=40.0)
    store.write("VN", {"AAA": bars, "BBB": later}, source="test")
    prices = load(store, "VN")
    assert prices.symbols == ("AAA", "BBB")
    assert np.flatnonzero(np.isnan(prices.open[:, 0])).tolist() == [4]
    assert np.isfinite(prices.close[:, 0]).all()
    assert np.isnan(prices.close[:10, 1]).all()
    assert prices.value[0, 0] == pytest.approx(bars["close"][0] * bars["volume"][0])
    assert prices.value[-1, 1] == 7
    assert np.isnan(prices.factor[:, 0]).all()
    assert prices.factor[-1, 1] == pytest.approx(40 / later["close"].iloc[-1])
    assert prices.exchange == (None, None)


def test_without_prices_as_traded_there_is_no_factor(store):
    store.write("VN", {"AAA": make_bars(30)}, source="test")
    prices = load(store, "VN", ["AAA"])
    assert prices.factor is None
    assert prices.dividends is None
    day = prices.days
    cut = span(prices, day[3], day[9])
    assert (cut.days[0], cut.days[-1]) == (day[0], day[9])


def test_a_step_of_the_adjustment_is_a_dividend_and_a_large_one_a_split():
    # Traded at 100, 100, then 95 after 5 a share, then three shares for two.
    close = np.array([[95.0], [95.0], [95.0], [95.0]])
    raw = np.array([[100.0], [100.0], [95.0], [95.0 / 1.5]])
    assert dividends_of(raw / close).ravel().tolist() == pytest.approx([0, 0, 0.05, 0])
