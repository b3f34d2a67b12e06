"""The catalogue against the design: 20 names, in one order, each explained."""

import math

import pytest

from core.indicators.catalogue import BY_NAME, FAMILIES, HELPERS, INDICATORS, NAMES, of_family

DESIGN = """
ret_1w ret_4w ret_12w ret_26w ret_52w
price_vs_MA20_w MA_cross_10_40_w breakout_20w
vol_4w ATR_4w_pct MAX_1w MAX_4w bb_width_w
vol_zscore_12w turnover_w obv_mom_4w illiq_rank
RSI_14w RSI_speed MACD_hist_w
"""


def test_names_are_the_twenty_of_the_design_in_its_order():
    assert list(NAMES) == DESIGN.split()


def test_families_group_them_as_the_design_does():
    groups = [line.split() for line in DESIGN.strip().splitlines()]
    assert [[item.name for item in of_family(family)] for family in FAMILIES] == groups


def test_helpers_are_the_seven_levels_and_none_is_an_indicator():
    levels = ["MA10_w", "MA20_w", "MA40_w", "vol_w", "vol_ma_4w", "vol_ma_12w", "amihud_w"]
    assert list(HELPERS) == levels
    assert not set(HELPERS) & set(NAMES)


@pytest.mark.parametrize("indicator", INDICATORS, ids=NAMES)
def test_every_indicator_is_explained(indicator):
    assert indicator.title
    assert indicator.formula
    assert indicator.reading.endswith(".")
    assert indicator.percent == indicator.unit.startswith("%")
    assert indicator.family in FAMILIES


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("ret_4w", 0.0234, "+2.3 %"),
        ("ret_4w", -0.0234, "−2.3 %"),
        ("ret_4w", -0.0001, "+0.0 %"),
        ("vol_4w", 0.312, "31.2 %"),
        ("RSI_14w", 54.25, "54.2"),
        ("turnover_w", -0.694, "−0.69"),
        ("illiq_rank", 0.5, "0.50"),
        ("ret_1w", math.nan, "–"),
        ("ret_1w", None, "–"),
    ],
)
def test_text_is_what_a_reader_sees(name, value, text):
    assert BY_NAME[name].text(value) == text
