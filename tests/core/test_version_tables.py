from dataclasses import replace

import pytest

from core import registry
from core.registry import PATTERN, PRICE
from core.tracking import client
from core.version_tables import (
    pattern_table,
    price_table,
    statistics_table,
    version_record,
)


@pytest.fixture
def price(trained):
    return registry.get(PRICE, 1)


@pytest.fixture
def pattern(trained):
    return registry.get(PATTERN, 1)


def test_price_errors_stand_beside_no_change():
    scores = {"test_MAPE": 0.05, "test_MAPE_no_change": 0.0512, "test_MAPE_ratio": 0.9765625}
    assert price_table(scores).to_dict("records") == [
        {
            "Score": "MAPE",
            "Test": "5.00 %",
            "Test, no change": "5.12 %",
            "Ratio": "0.977",
        }
    ]


def test_class_scores_stand_beside_the_prior():
    scores = {"val_accuracy": 0.5, "val_accuracy_prior": 0.45, "val_log_loss": 1.0}
    assert pattern_table(scores).to_dict("records") == [
        {
            "Score": "Accuracy",
            "Validation": "50.00 %",
            "Validation, class prior": "45.00 %",
        }
    ]


def test_out_of_sample_scores_come_first(price):
    columns = list(price_table(price.metrics))
    assert [name for name in columns if "," not in name] == [
        *("Score", "Test", "Ratio", "Validation", "Training")
    ]
    assert columns.index("Test, no change") == columns.index("Test") + 1


def test_a_real_version_fills_every_cell_but_ratios(price, pattern):
    for table in (price_table(price.metrics), pattern_table(pattern.metrics)):
        assert (table.drop(columns="Ratio") != "").all(axis=None)
        assert not table.isna().any(axis=None)


def test_without_metrics_the_tables_are_empty():
    assert price_table({}).empty
    assert pattern_table({}).empty


def test_what_a_run_kept_is_read(pattern):
    record = version_record(pattern)
    assert [len(history) for history in record["histories"]] == [3]
    assert len(record["confusion"]) == 3
    assert len(record["statistics"]) == 60


def test_a_version_without_run_kept_nothing(pattern):
    assert version_record(replace(pattern, run_id="")) is None


def test_a_run_without_files_kept_nothing(pattern):
    experiment = client().get_experiment_by_name("weeklens").experiment_id
    bare = client().create_run(experiment).info.run_id
    assert version_record(replace(pattern, run_id=bare)) is None


def test_statistics_are_a_table_for_readers(pattern):
    table = statistics_table(version_record(pattern)["statistics"])
    assert set(table["split"]) == {"training", "validation", "test"}
    assert table["missing"].str.fullmatch(r"\d+\.\d\d %").all()
    train = table[table["split"] == "training"]
    assert train["spread, scaled"].to_numpy() == pytest.approx(1, abs=1e-4)
