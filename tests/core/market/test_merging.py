import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.market.merging import merge
from tests.core.market.bars import make_bars

PRICES = ["open", "high", "low", "close"]


def test_new_days_are_added_and_counted():
    merged = merge(make_bars(10), make_bars(14).iloc[6:].reset_index(drop=True))
    assert (merged.added, merged.changed, merged.rescaled) == (4, 0, 0)
    assert merged.bars.equals(make_bars(14))


def test_nothing_stored_is_all_new():
    merged = merge(None, make_bars(5))
    assert (merged.added, merged.bars.equals(make_bars(5))) == (5, True)


def test_a_day_with_other_values_is_replaced_and_counted():
    reply = make_bars(10).iloc[8:].reset_index(drop=True)
    reply.loc[1, "close"] += 0.1
    merged = merge(make_bars(10), reply)
    assert (merged.added, merged.changed) == (0, 1)
    assert merged.bars["close"].iloc[-1] == reply["close"].iloc[-1]


def test_traded_value_and_the_traded_close_are_kept_where_the_reply_has_none():
    stored = make_bars(10).assign(value=5.0, raw_close=7.0)
    merged = merge(stored, make_bars(12))
    assert merged.bars["value"].tolist()[:10] == [5.0] * 10
    assert merged.bars["raw_close"].tolist()[:10] == [7.0] * 10
    assert merged.bars["value"].isna().tolist()[10:] == [True, True]


def test_days_before_a_rewritten_history_come_to_its_basis():
    stored = make_bars(10)
    reply = make_bars(12).iloc[4:].reset_index(drop=True)
    reply[PRICES] *= 0.5
    merged = merge(stored, reply, whole=True)
    assert merged.rescaled == 4
    assert np.allclose(merged.bars[PRICES], make_bars(12)[PRICES] * 0.5)
    assert merged.bars["volume"].tolist() == make_bars(12)["volume"].tolist()


def test_a_day_the_rewritten_history_lacks_takes_the_ratio_of_the_next():
    reply = make_bars(10).drop(index=4).reset_index(drop=True)
    reply.loc[:3, PRICES] *= 0.5
    merged = merge(make_bars(10), reply, whole=True)
    assert merged.rescaled == 0
    reply.loc[:, PRICES] *= 0.8
    merged = merge(make_bars(10), reply, whole=True)
    assert merged.bars["close"].iloc[4] == make_bars(10)["close"].iloc[4] * 0.8


@given(
    stored=st.sets(st.integers(0, 29), min_size=1),
    reply=st.sets(st.integers(0, 29), min_size=1),
    whole=st.booleans(),
)
def test_no_stored_day_is_ever_lost(stored, reply, whole):
    every = make_bars(30)
    old = every.iloc[sorted(stored)].reset_index(drop=True)
    new = every.iloc[sorted(reply)].reset_index(drop=True)
    merged = merge(old, new, whole=whole)
    assert merged.bars.equals(every.iloc[sorted(stored | reply)].reset_index(drop=True))
    assert merged.added == len(reply - stored)
    assert merged.changed == 0
