import numpy as np
import pandas as pd
import pytest

from core.market.refresh.judging import judge_new, judge_overlap, judge_whole
from tests.core.market.bars import make_bars

STORED = make_bars(60)
START = STORED["date"].iloc[-8]


def tail(rows=12, factor=1.0):
    """A reply from eight days before the last stored one, with four new days."""
    bars = make_bars(64).iloc[-rows:].reset_index(drop=True)
    bars[["open", "high", "low", "close"]] *= factor
    return bars


def test_the_same_days_and_new_ones_are_taken():
    assert judge_overlap(STORED, tail(), START).state == "take"


def test_rounding_to_two_decimals_is_no_other_price():
    reply = tail()
    reply["close"] = reply["close"].round(2)
    assert judge_overlap(STORED, reply, START).state == "take"


def test_a_corrected_newest_day_is_taken():
    reply = tail()
    reply.loc[reply["date"] == STORED["date"].iloc[-1], "close"] *= 1.03
    assert judge_overlap(STORED, reply, START).state == "take"


@pytest.mark.parametrize("factor", [0.99, 0.5, 2.0])
def test_other_earlier_closes_mean_a_rewritten_history(factor):
    verdict = judge_overlap(STORED, tail(factor=factor), START)
    assert verdict.state == "rewritten"
    assert f"{factor:.4f}" in verdict.reason


def test_a_dividend_on_the_newest_day_is_seen_on_the_older_ones():
    reply = tail()
    reply.loc[reply["date"] < STORED["date"].iloc[-1], "close"] *= 0.97
    assert judge_overlap(STORED, reply, START).state == "rewritten"


@pytest.mark.parametrize("factor", [1000.0, 0.001])
def test_another_unit_is_refused(factor):
    verdict = judge_overlap(STORED, tail(factor=factor), START)
    assert verdict.state == "refuse"
    assert "as in another unit" in verdict.reason


def test_no_bar_where_some_are_stored_is_refused():
    verdict = judge_overlap(STORED, tail().iloc[:0], START)
    assert (verdict.state, verdict.reason) == (
        *("refuse", "it has no bar for 8 days that are stored"),
    )


def test_half_of_the_stored_days_is_refused():
    verdict = judge_overlap(STORED, tail(8), START)
    assert (verdict.state, verdict.reason) == (
        *("refuse", "it has 4 of the 8 days that are stored"),
    )


def test_a_missing_day_or_two_is_taken():
    assert judge_overlap(STORED, tail().drop(index=[1, 3]), START).state == "take"


def test_a_new_day_a_thousand_times_higher_is_refused():
    reply = tail()
    reply.loc[11, ["open", "high", "low", "close"]] *= 1000
    verdict = judge_overlap(STORED, reply, START)
    assert verdict.state == "refuse"
    assert "times the one before on" in verdict.reason


def test_a_whole_history_adjusted_for_a_dividend_is_taken():
    reply = make_bars(64)
    reply.loc[:40, ["open", "high", "low", "close"]] *= 0.9
    assert judge_whole(STORED, reply, same_source=True).state == "take"


def test_a_whole_history_half_as_long_is_refused():
    verdict = judge_whole(STORED, make_bars(64).iloc[30:], same_source=True)
    assert (verdict.state, verdict.reason) == (
        *("refuse", "it has 30 of the 60 days that are stored"),
    )


def test_another_source_may_begin_later():
    reply = make_bars(64).iloc[30:].reset_index(drop=True)
    assert judge_whole(STORED, reply, same_source=False).state == "take"


def test_the_history_of_another_stock_is_refused():
    reply = make_bars(64)
    reply["close"] = 20 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.05, 64)))
    verdict = judge_whole(STORED, reply, same_source=True)
    assert verdict.state == "refuse"
    assert "its moves differ" in verdict.reason


def test_a_new_symbol_needs_a_bar():
    assert judge_new(make_bars(1)).state == "take"
    assert judge_new(make_bars(1).iloc[:0]).state == "refuse"


def test_a_new_symbol_whose_unit_changes_on_the_way_is_refused():
    reply = make_bars(20)
    reply.loc[10:, ["open", "high", "low", "close"]] *= 1000
    verdict = judge_new(reply)
    assert verdict.state == "refuse"
    assert f"{pd.Timestamp(reply['date'][10]):%Y-%m-%d}" in verdict.reason
