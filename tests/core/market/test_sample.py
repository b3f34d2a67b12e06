import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.market.sample import SAMPLE_FILE, ensure_sample, sample_bars
from tests.core.market.bars import make_bars


@pytest.fixture(scope="module")
def bars():
    return sample_bars()


@pytest.fixture(scope="module")
def source():
    table = pq.read_table(SAMPLE_FILE).to_pandas()
    return {str(s): rows.reset_index() for s, rows in table.groupby("symbol", observed=True)}


def test_an_empty_store_gets_the_sample_once(store):
    assert ensure_sample(store)
    assert not ensure_sample(store)
    table = store.symbols()
    assert list(table["symbol"]) == ["AAPL", "FB", "GOOG", "IBM", "MSFT"]
    assert set(table["source"]) == {"sample"}
    assert table["rows"].sum() == 12_154
    assert table["last"].eq(pd.Timestamp("2013-03-01")).all()


@pytest.mark.parametrize("kind", ["stock", "index"])
def test_a_store_with_anything_in_it_gets_none(store, kind):
    store.write("VN", {"VNM": make_bars()}, source="file", kind=kind)
    assert not ensure_sample(store)


def test_returns_are_those_of_the_adjusted_close(bars, source):
    for symbol, frame in bars.items():
        adjusted = source[symbol]["adj_close"]
        assert np.allclose(frame["close"].pct_change()[1:], adjusted.pct_change()[1:], atol=1e-12)


def test_the_last_bar_stands_at_its_traded_price(bars):
    for frame in bars.values():
        assert frame["close"].iloc[-1] == pytest.approx(frame["raw_close"].iloc[-1])


def test_bars_hold_together(bars):
    for frame in bars.values():
        assert frame.notna().all(axis=None)
        assert (frame["low"] <= frame[["open", "close", "high"]].min(axis=1)).all()
        assert (frame["high"] >= frame[["open", "close"]].max(axis=1)).all()


@pytest.mark.parametrize(
    ("symbol", "day"), [("AAPL", "2000-06-21"), ("AAPL", "2005-02-28"), ("MSFT", "2003-02-18")]
)
def test_a_split_leaves_no_jump_in_price_or_volume(bars, symbol, day):
    frame = bars[symbol].set_index("date")
    place = frame.index.get_loc(pd.Timestamp(day))
    assert frame["raw_close"].iloc[place] / frame["raw_close"].iloc[place - 1] < 0.6
    assert 0.85 < frame["close"].iloc[place] / frame["close"].iloc[place - 1] < 1.15
    before = frame["volume"].iloc[place - 20 : place].median()
    after = frame["volume"].iloc[place : place + 20].median()
    assert 0.5 < after / before < 2


def test_volume_in_shares_of_the_last_day(bars):
    apple = bars["AAPL"].set_index("date")["volume"]
    assert apple["2000-06-20"] == 4_476_700 * 4
    assert apple["2000-06-21"] == 4_375_000 * 4
    assert apple["2000-06-22"] == 8_352_000 * 2
    assert apple["2005-02-28"] == 11_635_900 * 2
    assert apple["2005-03-01"] == 16_721_000


def test_value_is_traded_close_times_traded_volume(bars):
    apple = bars["AAPL"].set_index("date")["value"]
    assert apple["2000-06-20"] == pytest.approx(101.25 * 4_476_700)
    assert apple["2000-06-21"] == pytest.approx(55.63 * 8_750_000)
    google = bars["GOOG"].set_index("date")
    assert google["volume"]["2005-02-28"] == pytest.approx(7_818_400, rel=1e-4)
    assert google["value"].iloc[0] == pytest.approx(
        google["raw_close"].iloc[0] * google["volume"].iloc[0]
    )
