"""What a version could be expected to score, from its own out-of-sample rows."""

import numpy as np
import pandas as pd
import pytest

from core.monitoring import expectation
from core.monitoring.expectation import LEAST_WEEKS, band, joined
from core.monitoring.scores import ROWS, weekly
from tests.core.monitoring.made import PRIOR, flipped, out_of_sample


def test_a_row_is_scored_by_the_definitions():
    rows = out_of_sample(weeks=1).head(1).assign(
        ret=np.log(1.05), forecast=np.log(1.02), label=2, half_80=0.02, call=2
    )  # fmt: skip
    rows[["p_down", "p_sideways", "p_up"]] = (0.2, 0.3, 0.5)
    found = expectation.score(rows).iloc[0]
    assert found["error"] == pytest.approx(1 - 1.02 / 1.05)
    assert found["error_no_change"] == pytest.approx(1 - 1 / 1.05)
    assert found["inside"] == 0
    assert found["reach"] == pytest.approx(np.log(1.05 / 1.02) / 0.02)
    assert found["log_loss"] == pytest.approx(-np.log(0.5))
    assert found["usual_loss"] == pytest.approx(-np.log(PRIOR[2]))
    assert (found["hit"], found["usual"]) == (1, PRIOR[2])


def test_a_withheld_call_and_a_missing_interval_count_for_nothing():
    rows = out_of_sample(weeks=2).assign(call=-1, half_80=np.nan)
    table = weekly(expectation.score(rows))
    assert table[["hits", "hits_usual", "coverage", "reach"]].isna().all(axis=None)
    assert table["error"].notna().all()


def test_only_the_stocks_asked_for_count():
    found = expectation.score(out_of_sample(weeks=3), {"S00", "S05"})
    assert sorted(found["symbol"].unique()) == ["S00", "S05"]
    assert list(found) == list(ROWS)


def test_two_runs_are_joined_on_what_both_forecast():
    price, pattern = out_of_sample(weeks=5), flipped(out_of_sample(weeks=7))
    rows = joined(price, pattern.iloc[12:])
    assert rows["week"].nunique() == 4
    both = price.merge(pattern, on=["symbol", "week"]).iloc[12:].reset_index(drop=True)
    assert rows["forecast"].tolist() == both["forecast_x"].tolist()
    assert rows["p_up"].tolist() == both["p_up_y"].tolist()
    assert joined(price, price) is price


def test_the_order_of_a_week_is_spearmans():
    rows = out_of_sample(weeks=4)
    table = weekly(expectation.score(rows))
    own = rows[rows["week"] == rows["week"].max()]
    expected = own["forecast"].corr(own["ret"], method="spearman")
    assert table["order"].iloc[-1] == pytest.approx(expected)


def test_few_stocks_or_one_forecast_for_all_have_no_order():
    rows = out_of_sample(weeks=3)
    few = rows[rows["symbol"] < "S05"]
    for odd in (few, rows.assign(forecast=0.0)):
        assert weekly(expectation.score(odd))["order"].isna().all()


def test_the_band_of_a_mean_is_wider_for_overlapping_weeks():
    random = np.random.default_rng(2)
    alone = random.normal(size=200)
    shared = np.convolve(random.normal(size=203), np.ones(4) / 2, "valid")
    widths = [(found := band(values, 8)).high - found.low for values in (alone, shared)]
    assert widths[1] > 1.5 * widths[0]


def test_a_short_past_has_no_band():
    assert band(np.ones(LEAST_WEEKS - 1), 8) is None
    assert weekly(pd.DataFrame(columns=list(ROWS))).empty
