import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from core.errors import UserError
from core.indicators.catalogue import NAMES
from core.screener import (
    CALLS,
    FIELDS,
    LONGEST,
    PRESETS,
    Condition,
    Screen,
    check_condition,
    fits,
    format_screen,
    in_words,
    parse_screen,
    percentiles,
    screen_table,
)

NOW = budget(max_examples=60, deadline=None)
bounds = st.none() | st.floats(-1e6, 1e6).map(lambda value: round(value, 3) + 0.0)


@st.composite
def conditions(draw, name):
    percentile = draw(st.booleans())
    ends = st.none() | st.integers(0, 100).map(float) if percentile else bounds
    low, high = draw(ends), draw(ends)
    if low is None and high is None:
        low = 0.0
    if None not in (low, high) and low > high:
        low, high = high, low
    return Condition(name, low, high, percentile)


@st.composite
def whole_screens(draw):
    names = draw(st.lists(st.sampled_from(list(FIELDS)), unique=True, max_size=5))
    calls = draw(st.lists(st.sampled_from(list(CALLS)), unique=True))
    letters = st.characters(exclude_categories=["C", "Z"])
    sectors = draw(st.lists(st.text(letters, min_size=1, max_size=9), unique=True, max_size=3))
    return Screen(tuple(draw(conditions(name)) for name in names), tuple(calls), tuple(sectors))


def slow_fits(table, screen):
    """One stock and one condition after the other, as one would do it by hand."""
    kept = []
    for symbol in table.index:
        good = True
        for condition in screen.conditions:
            value = float(table.loc[symbol, condition.field])
            if math.isnan(value):
                good = False
                continue
            if condition.percentile:
                others = [float(v) for v in table[condition.field] if not math.isnan(float(v))]
                below = sum(other < value for other in others)
                same = sum(other == value for other in others) - 1
                many = len(others) - 1
                value = 50.0 if many == 0 else 100 * (below + same / 2) / many
            else:
                value = round(value * FIELDS[condition.field].scale, 6)
            if condition.low is not None and value < condition.low:
                good = False
            if condition.high is not None and value > condition.high:
                good = False
        if screen.calls and table.loc[symbol, "call"] not in [CALLS[c] for c in screen.calls]:
            good = False
        if screen.sectors and table.loc[symbol, "sector"] not in screen.sectors:
            good = False
        kept.append(good)
    return kept


def made_table(seed, rows=12):
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {name: np.round(random.normal(0, 1, rows), 1) for name in FIELDS},
        index=[f"S{n}" for n in range(rows)],
    ).mask(random.random((rows, len(FIELDS))) < 0.2)
    table["call"] = random.choice([*CALLS.values(), ""], rows)
    table["sector"] = random.choice(["Banks", "Steel", ""], rows)
    return table


@NOW
@given(whole_screens())
def test_a_screen_survives_being_written_down(screen):
    line = format_screen(screen)
    if len(line) <= LONGEST:
        assert parse_screen(line) == screen


@NOW
@given(whole_screens(), st.integers(0, 30))
def test_what_fits_is_what_fits_by_hand(screen, seed):
    table = made_table(seed)
    assert fits(table, screen).tolist() == slow_fits(table, screen)


@NOW
@given(st.text(max_size=80) | st.text("RSI_14w:.,p|-call0123456789", max_size=60))
def test_any_text_is_a_screen_or_a_sentence(text):
    try:
        screen = parse_screen(text)
    except UserError:
        return
    assert parse_screen(format_screen(screen)) == screen


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nothing:1..2", "nothing called 'nothing'"),
        ("RSI_14w:", "cannot be read"),
        ("RSI_14w:..", "cannot be read"),
        ("RSI_14w:nan..", "cannot be read"),
        ("RSI_14w:1e9..", "cannot be read"),
        ("RSI_14w:70..30", "is empty: 70 is more than 30"),
        ("RSI_14w:p0..101", "between 0 and 100"),
        ("RSI_14w:1..,RSI_14w:..2", "asks twice for RSI_14w"),
        ("value_20:2000000000..", "up to a billion"),
        ("call:BUY", "no call 'BUY'"),
        ("RSI_14w:1..," * 1000, "at most 2,000 characters"),
    ],
)
def test_what_cannot_be_read_says_why(line, said):
    with pytest.raises(UserError, match=said):
        parse_screen(line)


@pytest.mark.parametrize("bound", [math.nan, math.inf, 2e9])
def test_bounds_are_numbers_of_a_sane_size(bound):
    with pytest.raises(UserError, match="up to a billion"):
        check_condition(Condition("RSI_14w", bound))


def test_a_missing_value_fits_no_range_however_wide():
    table = made_table(1)
    table["RSI_14w"] = np.nan
    assert not fits(table, Screen((Condition("RSI_14w", -1e9, 1e9),))).any()
    assert not fits(table, Screen((Condition("RSI_14w", 0, 100, True),))).any()
    assert fits(table, Screen()).all()


def test_bounds_are_in_the_unit_a_reader_sees():
    table = made_table(2)
    table["ret_4w"] = 0.051
    assert fits(table, parse_screen("ret_4w:5.1..5.1")).all()


def test_equal_values_share_a_percentile():
    told = percentiles(pd.Series([1.0, 2.0, 2.0, 3.0, np.nan]))
    assert told.tolist()[:4] == [0.0, 50.0, 50.0, 100.0]
    assert math.isnan(told.iloc[4])
    assert percentiles(pd.Series([7.0, np.nan])).iloc[0] == 50.0


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_can_be_read_and_says_what_it_seeks(name):
    preset = PRESETS[name]
    assert format_screen(parse_screen(preset.screen)) == preset.screen
    assert preset.meaning.endswith(".")


def test_every_indicator_can_be_screened():
    assert set(NAMES) <= set(FIELDS)


def test_a_stock_that_did_not_trade_last_week_has_no_indicators():
    own = [name for name in FIELDS if name not in NAMES]
    watch = made_table(3, 2)[[*own, "call", "sector"]].rename_axis("symbol").reset_index()
    latest = pd.DataFrame({"RSI_14w": [40.0]}, index=["S1"])
    table = screen_table(latest, watch)
    assert math.isnan(table.loc["S0", "RSI_14w"])
    assert table.loc["S1", "RSI_14w"] == 40.0
    assert screen_table(pd.DataFrame(), watch)[list(NAMES)].isna().all(axis=None)


def test_a_screen_is_told_in_words():
    line = "RSI_14w:..35,ret_26w:p70..,ret_4w:-5..5,call:UP|NONE,sector:Real Estate"
    assert in_words(parse_screen(line)) == (
        "Relative strength index, 14 weeks at most 35 · Return, 26 weeks percentile at least 70 · "
        "Return, 4 weeks −5 to 5 % · call UP or no clear direction · sector Real Estate"
    )
