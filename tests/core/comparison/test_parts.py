import numpy as np
import pytest

from core.comparison import parts
from core.comparison.ground import common_ground
from core.registry import PATTERN, PRICE
from tests.core.comparison.made import rows


@pytest.fixture(scope="module")
def ground():
    return common_ground({1: rows(1), 3: rows(3), 4: rows(4)})


def test_a_year_has_the_score_of_its_weeks(ground):
    table = parts.by_year(PRICE, ground, "coverage_80").set_index(["group", "version"])
    at = ground.year == 2023
    inside = np.abs(ground.ret - ground.told[3].forecast)[at] <= 0.08
    assert table.loc[("2023", 3), "value"] == pytest.approx(inside.mean())
    assert table.loc[("2023", 3), "low"] < inside.mean() < table.loc[("2023", 3), "high"]


def test_a_year_of_few_weeks_has_no_interval(ground):
    table = parts.by_year(PRICE, ground, "MAE_ratio").set_index(["group", "version"])
    assert table.loc[("2022", 1), "weeks"] == 13
    assert np.isnan(table.loc[("2022", 1), ["low", "high"]].astype(float)).all()
    assert np.isfinite(table.loc[("2022", 1), "value"])


@pytest.mark.parametrize("model", [PRICE, PATTERN])
def test_a_stock_has_the_mean_of_its_rows_and_the_greatest_gap_comes_first(ground, model):
    table = parts.by_stock(model, ground, 3)
    sizes = table["gap"].abs().tolist()
    assert sizes == sorted(sizes, reverse=True)
    for row in table.to_dict("records"):
        at = ground.symbol == row["symbol"]
        told = ground.told[4]
        if model == PRICE:
            slow = np.abs(1 - np.exp(told.forecast - ground.ret))[at].mean()
        else:
            slow = -np.log(told.proba[np.arange(ground.rows), ground.label])[at].mean()
        assert row["v4"] == pytest.approx(slow)
        assert row["forecasts"] == at.sum()
        gaps = [row["v1"] - row["v3"], row["v4"] - row["v3"]]
        assert row["gap"] == pytest.approx(max(gaps, key=abs))


def test_bins_of_few_forecasts_are_left_out(ground):
    table = parts.reliability(ground)
    assert (table["count"] >= parts.LEAST_IN_BIN).all()
    top = ground.told[1].proba.max(axis=1)
    inside = (top >= 0.4) & (top < 0.5)
    hit = (ground.told[1].proba.argmax(axis=1) == ground.label)[inside]
    own = table[(table["version"] == 1) & (table["count"] == inside.sum())]
    assert own["came"].tolist() == pytest.approx([hit.mean()])


def test_all_calls_given_hit_as_often_as_they_hit(ground):
    table = parts.hits(ground)
    last = table[(table["version"] == 4) & (table["share"] == 1.0)]["hit_rate"].item()
    told = ground.told[4]
    lift = told.proba - told.prior
    call = np.where(lift[:, 2] >= lift[:, 0], 2, 0)
    assert last == pytest.approx((call == ground.label).mean())


def test_a_confusion_counts_every_row(ground):
    matrix = np.array(parts.confusions(ground)[3])
    call = ground.told[3].proba.argmax(axis=1)
    assert matrix[0, 2] == ((ground.label == 0) & (call == 2)).sum()
    assert matrix.sum() == ground.rows


def test_always_the_most_frequent_class(ground):
    assert parts.always_usual(ground, ground.told[1]) == pytest.approx((ground.label == 0).mean())
