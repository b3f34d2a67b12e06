"""Row checks: both sides of each threshold, and replies that mean harm."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.market.adjusting import to_bars
from core.market.calendar import today
from core.market.quality.catalogue import Finding
from core.market.quality.rows import check_frame
from core.market.schema import BARS


def frame(rows=3, **columns):
    base = {
        "date": pd.date_range("2024-06-03", periods=rows, freq="B"),
        "open": [20.0] * rows,
        "high": [20.4] * rows,
        "low": [19.6] * rows,
        "close": [20.2] * rows,
        "volume": [1000.0] * rows,
    }
    return pd.DataFrame(base | columns)


def judged(reply, market="VN", kind="stock"):
    return check_frame(reply, market, kind, "vnm")


def test_a_sound_reply_passes_whole():
    checked = judged(frame())
    assert checked.rows["symbol"].tolist() == ["VNM"] * 3
    assert (checked.refused_total, checked.repaired_total, checked.findings) == (0, 0, {})
    assert checked.spans == {"VNM": ("2024-06-03", "2024-06-05")}


def test_text_is_read_with_a_decimal_point():
    checked = judged(frame(close=["20.2", " 20.3 ", "2.03e1"], volume=["1,000", "123.456", "7"]))
    assert checked.rows["close"].tolist() == [20.2, 20.3, 20.3]
    assert checked.rows["volume"].tolist() == [1000.0, 123.456, 7.0]


def test_a_slight_contradiction_is_repaired_and_counted():
    # 0.5 % of the close 20.0 is 0.1.
    checked = judged(frame(close=[20.0] * 3, high=[20.4, 19.9, 20.4]))
    assert checked.rows["high"].tolist() == [20.4, 20.0, 20.4]
    assert (checked.refused_total, checked.repaired_total) == (0, 1)
    assert checked.findings["VNM"] == [
        Finding(
            "contradiction",
            "repaired",
            "2024-06-04",
            "2024-06-04",
            1,
            "Low 19.6 to high 19.9 was widened to 19.6 to 20, to hold open 20 and close 20.",
        )
    ]


def test_a_larger_contradiction_is_dropped():
    checked = judged(frame(close=[20.0] * 3, high=[20.4, 19.89, 20.4]))
    assert len(checked.rows) == 2
    assert checked.refused == [(2, "open 20 is outside low 19.6 to high 19.89")]
    assert [f.action for f in checked.findings["VNM"]] == ["dropped"]


def test_low_just_above_high_is_repaired_and_far_above_dropped():
    checked = judged(
        frame(2, open=[20.0, 20.0], close=[20.0, 20.0], low=[20.05, 21.0], high=[20.0, 20.0])
    )
    assert checked.rows[["low", "high"]].to_numpy().tolist() == [[20.0, 20.05]]
    assert checked.refused == [(2, "low 21 is above high 20")]


def test_float_noise_is_no_news():
    checked = judged(frame(1, close=[20.4 + 1e-9]))
    assert checked.repaired_total == 0
    assert checked.rows["high"].iat[0] == checked.rows["close"].iat[0]


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("close", 0.0, "positive"),
        ("volume", -1.0, "positive"),
        ("close", np.nan, "cells"),
        ("close", np.inf, "cells"),
        ("open", 1.1e12, "cells"),
        ("date", pd.NaT, "cells"),
        ("date", pd.Timestamp("2199-01-04"), "cells"),
        ("date", pd.Timestamp("1899-12-29"), "cells"),
    ],
)
def test_an_impossible_cell_drops_its_row(column, cell, rule):
    reply = frame()
    reply.loc[1, column] = cell
    checked = judged(reply)
    assert len(checked.rows) == 2
    assert [line for line, _ in checked.refused] == [2]
    assert [(f.rule, f.action, f.count) for f in checked.findings["VNM"]] == [(rule, "dropped", 1)]


@pytest.mark.parametrize("day", ["2199-01-04", "1899-12-29"])
def test_a_day_that_cannot_be_is_no_day_of_the_record(day):
    reply = frame()
    reply.loc[1, "date"] = pd.Timestamp(day)
    checked = judged(reply)
    assert (checked.findings["VNM"][0].first, checked.findings["VNM"][0].last) == ("", "")
    assert checked.spans == {"VNM": ("2024-06-03", "2024-06-05")}
    assert day in checked.refused[0][1]


def test_a_row_said_twice_is_skipped_and_one_that_contradicts_is_dropped():
    reply = pd.concat([frame(), frame().iloc[[1]], frame(close=[20.3] * 3).iloc[[2]]])
    checked = judged(reply)
    assert len(checked.rows) == 3
    assert (checked.repeated, checked.refused_total) == (1, 1)
    assert checked.refused[0] == (5, "VNM on 2024-06-05 is already on line 3 with other values")
    assert checked.findings["VNM"][0].rule == "duplicates"


@pytest.mark.parametrize(("level", "kept"), [(5000.0, 3), (5001.0, 0), (0.1, 3), (0.099, 0)])
def test_prices_in_another_unit_are_dropped_whole(level, kept):
    prices = {name: [level] * 3 for name in ("open", "high", "low", "close")}
    checked = judged(frame(**prices))
    assert len(checked.rows) == kept
    if not kept:
        assert checked.findings["VNM"][0].rule == "unit"
        assert checked.refused_total == 3
        assert "by 1,000" in checked.refused[0][1]


def test_the_unit_of_an_index_and_of_another_market_is_not_judged():
    prices = {name: [90_000.0] * 3 for name in ("open", "high", "low", "close")}
    assert len(judged(frame(**prices), kind="index").rows) == 3
    assert len(judged(frame(**prices), market="US").rows) == 3


def test_an_index_needs_no_volume():
    reply = frame().drop(columns="volume")
    assert len(judged(reply, kind="index").rows) == 3
    assert judged(reply).refused == [(0, "the reply has no column volume")]


def test_a_reply_that_is_no_table_of_prices_is_dropped_whole():
    checked = judged(pd.DataFrame({"message": ["<html>", "403"]}))
    assert len(checked.rows) == 0
    assert checked.refused_total == 2
    assert checked.refused[0][1].startswith("the reply has no column date, open")
    assert checked.findings["VNM"][0].rule == "schema"


def test_a_column_given_twice_is_named():
    reply = frame()
    reply.insert(2, "close", 1.0, allow_duplicates=True)
    assert judged(reply).refused == [(0, "the reply has the column close twice")]


def test_an_empty_reply_is_no_fault():
    checked = judged(frame(0))
    assert (len(checked.rows), checked.refused_total, checked.spans) == (0, 0, {})


def test_zoned_days_are_the_markets_own():
    days = pd.DatetimeIndex(["2024-06-02T17:00Z", "2024-06-04T00:00Z"])
    assert judged(frame(2, date=days)).rows["date"].dt.day.tolist() == [3, 4]


def test_a_symbol_that_is_none_is_refused():
    with pytest.raises(UserError, match="not a symbol"):
        check_frame(frame(), "VN", "stock", "../etc")


# Hostile replies

NUMBERS = st.one_of(
    st.floats(),
    st.floats(0.05, 6000),
    st.integers(-(10**25), 10**25),
    st.sampled_from([20.0, 20.05, 19.9, 0, -1, 1e300]),
)
CELLS = st.one_of(
    NUMBERS,
    st.none(),
    st.booleans(),
    st.text(max_size=12),
    st.binary(max_size=6),
    st.sampled_from(
        ["20.1", "1,234", "1.234,5", "<html>", "nan", "inf", "-", "9" * 400, "\ud800", "5K"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
    st.dates(),
    st.datetimes(),
    st.complex_numbers(),
    st.decimals(),
)
DAYS = st.one_of(
    st.dates(pd.Timestamp("2024-06-01").date(), pd.Timestamp("2024-06-20").date()),
    st.dates(pd.Timestamp("2024-06-01").date(), pd.Timestamp("2024-06-20").date()).map(str),
    CELLS,
)


def typed(column):
    """The dtype pandas would give it by itself, where it can."""
    try:
        return column.infer_objects()
    except UnicodeEncodeError:
        return column


@st.composite
def replies(draw):
    rows = draw(st.integers(0, 6))
    names = draw(
        st.lists(
            st.sampled_from(["date", "open", "high", "low", "close", "volume", "value"]),
            min_size=4,
            max_size=9,
        )
    )
    names = draw(st.sampled_from([["date", "open", "high", "low", "close", "volume"], names]))
    optional = draw(st.lists(st.sampled_from(["adj_close", "value", "x", 7]), max_size=2))
    columns = []
    for name in [*names, *optional]:
        cells = draw(st.sampled_from([DAYS if name == "date" else NUMBERS, CELLS]))
        values = draw(st.lists(cells, min_size=rows, max_size=rows))
        column = pd.Series(values, dtype=object, name=name)
        columns.append(column if draw(st.booleans()) else typed(column))
    return pd.concat(columns, axis=1) if columns else pd.DataFrame()


def hold(reply, market, kind):
    checked = check_frame(reply, market, kind, "VNM")
    kept = len(checked.rows)
    assert checked.refused_total + checked.repeated + kept >= len(reply)
    if checked.refused_total:
        assert checked.refused
        assert all(reason.strip() for _, reason in checked.refused)
    dropped = sum(f.count for f in checked.findings.get("VNM", []) if f.action == "dropped")
    repaired = sum(f.count for f in checked.findings.get("VNM", []) if f.action == "repaired")
    assert dropped == checked.refused_total
    assert repaired == checked.repaired_total
    if kept:
        bars = to_bars(checked.rows, market)
        BARS.validate(bars)
        assert bars["date"].iat[-1] <= today(market)


@given(replies(), st.sampled_from(["VN", "US"]), st.sampled_from(["stock", "index"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_hostile_reply_never_crashes_and_every_dropped_row_has_a_reason(reply, market, kind):
    hold(reply, market, kind)


@pytest.mark.long
@given(replies(), st.sampled_from(["VN", "US"]), st.sampled_from(["stock", "index"]))
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_thousand_hostile_replies(reply, market, kind):
    hold(reply, market, kind)
