import numpy as np
import pandas as pd
import pytest

from core.evaluation import records, tables
from core.evaluation.candidates import CANDIDATES, SHRUNKEN


@pytest.fixture
def record(evaluated):
    return records.newest(evaluated, "US")


def test_every_row_of_a_report_has_a_name():
    assert set(tables.ROWS) == {*CANDIDATES, SHRUNKEN, *tables.VERSION.values()}


def test_the_shipped_row_comes_first_and_baselines_right_below(record):
    price = tables.scores(record, "price")
    assert price["role"].tolist()[:3] == ["shipped", "baseline", "baseline"]
    assert price["row"].tolist()[:3] == ["Weeklens forecast", "No change", "Drift"]
    pattern = tables.scores(record, "pattern")
    assert pattern["row"].tolist()[:2] == ["Weeklens probabilities", "Usual shares"]


def test_a_cell_is_the_figure_with_its_interval(record):
    figures = {"x.R2": 0.0123, "x.R2.low": -0.002, "x.R2.high": 0.03, "x.IC": 0.5}
    columns = {c.score: c for c in tables.COLUMNS["price"]}
    made = {"figures": figures}
    assert tables.cell(made, "x.R2", columns["R2"]) == "+1.23 [−0.20, +3.00]"
    assert tables.cell(made, "x.IC", columns["IC"]) == "+0.500"
    assert tables.cell(made, "x.MAPE", columns["MAPE"]) == "–"


def test_a_file_holds_the_numbers_behind_the_text(record):
    numbers = tables.numbers(record, "pattern").set_index("row")
    figures = record["figures"]
    for end in ("", "_low", "_high"):
        key = f"blend_pattern.log_loss_skill{end.replace('_', '.')}"
        assert numbers.loc["blend_pattern", f"log_loss_skill{end}"] == figures[key]
    assert numbers.loc["prior", "log_loss_skill"] == 0


@pytest.mark.parametrize(
    ("split", "groups"),
    [
        ("year", ["2019", "2020"]),
        ("volatility", ["calm", "middle", "wild"]),
        ("sector", ["Banks", "Steel", "unknown"]),
        ("exchange", ["A", "B"]),
    ],
)
def test_each_split_lists_its_groups(record, split, groups):
    table = tables.by_group(record, split)
    assert table["group"].tolist() == groups
    assert table["MAE_ratio"].str.contains("[", regex=False).all()


def test_coverage_by_year_lies_inside_its_interval(record):
    found = tables.coverage(record, "year")
    assert found["group"].tolist() == ["2019", "2020"]
    assert (found["low_80"] <= found["value_80"]).all()
    assert (found["value_80"] <= found["value_95"]).all()


def test_reliability_counts_every_forecast(record):
    assert sum(tables.reliability(record)["count"]) == record["rows"]


def test_the_hit_curve_ends_with_every_call_given(record):
    curve = tables.hit_curve(record)
    assert isinstance(curve, pd.DataFrame)
    assert curve["share"].iloc[-1] == 1.0
    assert np.isfinite(curve).all(axis=None)
