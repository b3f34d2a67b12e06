"""The gate in front of the store: what the schema of bars lets through."""

import numpy as np
import pytest

from core.market.barfiles import conform
from core.market.schema import BARS
from tests.core.market.bars import make_bars


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("close", 0.0, "greater_than"),
        ("close", np.nan, "null"),
        ("open", np.inf, "less_than"),
        ("low", 999.0, "between low and high"),
        ("high", 1.0, "between low and high"),
        ("volume", -1.0, "greater_than_or_equal"),
        ("value", -1.0, "greater_than_or_equal"),
        ("raw_close", 0.0, "greater_than"),
    ],
)
def test_a_bar_no_market_can_have_made_is_refused(column, value, words):
    bars = make_bars(5)
    bars.loc[2, column] = value
    with pytest.raises(ValueError, match=words):
        conform(bars)


def test_unknown_volume_value_and_raw_close_pass():
    bars = make_bars(5)
    bars[["volume", "value", "raw_close"]] = np.nan
    assert len(conform(bars)) == 5


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 0, 1]])
def test_days_must_ascend_and_be_unique(order):
    with pytest.raises(ValueError, match="ascending unique midnights"):
        conform(make_bars(3).iloc[order].reset_index(drop=True))


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="no column low, volume"):
        conform(make_bars(3).drop(columns=["low", "volume"]))


def test_other_columns_and_dtypes_are_brought_into_shape():
    bars = make_bars(3).assign(symbol="VNM").astype({"volume": "int64"})
    assert BARS.validate(conform(bars.drop(columns=["value", "raw_close"]))).shape == (3, 8)
