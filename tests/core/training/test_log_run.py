import json
import platform
from datetime import UTC, datetime

import mlflow
import numpy as np
import pytest
import skops.io

from core import __version__, registry
from core.dataset import build_panel, sequence_ends, sequences
from core.jobs.store import JobStore
from core.market.store import BarStore
from core.registry import MODELS, PATTERN, PRICE
from core.settings import settings
from core.tracking import client
from core.training.log_run import JOB_TAG, close_open_runs
from core.training.recipe import OF_BLEND, make_recipe

SPLITS = ("train", "val", "test")
CLASS_SCORES = [
    *("accuracy", "balanced_accuracy", "log_loss"),
    *(f"{score}_{name}" for score in ("precision", "recall", "F1") for name in ("UP", "DOWN")),
]


@pytest.fixture
def run(trained):
    return client().get_run(registry.get(PRICE, 1).run_id)


def artifact(run, path):
    with open(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path=path)) as f:
        return json.load(f)


def test_price_scores_stand_beside_no_change(run):
    wanted = [
        f"{split}_{name}{end}"
        for split in SPLITS
        for name in ("MAE", "RMSE", "R2", "MAPE")
        for end in ("", "_no_change", "_ratio")
        if (name, end) != ("R2", "_ratio")
    ]
    assert [name for name in wanted if name not in run.data.metrics] == []


def test_class_scores_stand_beside_the_prior(run):
    wanted = [
        f"{split}_{name}{end}"
        for split in SPLITS
        for name in CLASS_SCORES
        for end in ("", "_prior")
    ]
    assert [name for name in wanted if name not in run.data.metrics] == []


def test_every_metric_is_a_number(run):
    assert [name for name, value in run.data.metrics.items() if not np.isfinite(value)] == []


def test_every_parameter_of_the_recipe_is_recorded(run):
    recipe = make_recipe(market="VN", epochs=3, promote=True).model_dump(mode="json")
    for name in ("symbols", *OF_BLEND):
        del recipe[name]
    recorded = {name: run.data.params[name] for name in recipe}
    assert recorded == {name: str(value) for name, value in recipe.items()}


def test_seed_code_and_software_are_recorded(run):
    assert run.data.params["seed"] == "7"
    assert run.data.params["software_python"] == platform.python_version()
    assert run.data.tags["weeklens.version"] == __version__


def test_the_data_are_recorded(run):
    params = run.data.params
    assert params["symbols"].split() == ["AAA", "BBB", "CCC", "DDD", "EEE", "GAP", "HALT", "QUIET"]
    assert params["symbol_count"] == "8"
    assert (params["first_week"], params["last_week"]) == ("2019-03-08", "2022-05-06")
    assert int(params["rows"]) > int(params["sequences"]) > 500
    assert len(params["data_sha256"]) == 64


def test_what_the_scores_and_the_model_are_is_said(run):
    assert run.data.params["scores_are"].startswith("out-of-sample scores of the recipe")
    assert run.data.params["model_is"] == "the recipe's final fit on every labelled week"


def test_the_learning_curve_has_a_point_for_each_epoch(run):
    for name in ("loss", "val_loss"):
        points = client().get_metric_history(run.info.run_id, name)
        assert [point.step for point in points] == [1, 2, 3]


def test_confusion_counts_every_test_sequence(run):
    table = np.array(artifact(run, "pattern/confusion.json")["confusion"])
    assert table.shape == (3, 3)
    assert table.sum() == run.data.metrics["test_sequences"]
    share = np.trace(table) / table.sum()
    assert share == pytest.approx(run.data.metrics["test_accuracy"])


def test_reliability_counts_every_test_sequence(run):
    told = artifact(run, "pattern/reliability.json")["reliability"]
    assert sum(told["count"]) == run.data.metrics["test_sequences"]
    assert told["error"] == run.data.metrics["test_calibration_error"]


def test_indicator_statistics_are_kept_by_split(run):
    rows = artifact(run, "indicator_statistics.json")["statistics"]
    assert len(rows) == 20 * 3
    assert {row["split"] for row in rows} == set(SPLITS)


def test_the_run_has_ended_and_names_its_job(run, trained):
    assert run.info.status == "FINISHED"
    assert JobStore(trained).get(run.data.tags[JOB_TAG]).result["run_id"] == run.info.run_id


@pytest.mark.parametrize("model", MODELS)
def test_a_version_says_what_it_is_without_its_run(trained, model):
    version = registry.get(model, 1)
    tags = {name: version.tags[name] for name in ("market", "horizon_weeks", "band", "symbols")}
    assert tags == {"market": "VN", "horizon_weeks": "4", "band": "0.01", "symbols": "8"}
    assert registry.sha256(registry.model_file(version)) == version.tags["sha256"]
    described = client().get_model_version(model, "1").description
    assert described.startswith("default, fitted on 8 stocks of VN, ")
    assert "no change" in described or "class prior" in described


def test_the_first_training_that_asks_for_it_goes_into_production(trained):
    assert {v.tags["promoted_by"] for v in registry.production().values()} == {"tests"}


def test_a_training_that_does_not_ask_stays_out_of_production(trained):
    assert [registry.get(model, 2).stage for model in MODELS] == ["", ""]


@pytest.fixture
def last_rows(trained):
    store = BarStore(trained)
    return build_panel(store.panel("VN"), store.sessions("VN"), "VN", horizon_weeks=4, band=0.01)


def test_the_native_price_model_answers_as_the_registered_one(run, last_rows):
    path = mlflow.artifacts.download_artifacts(
        run_id=run.info.run_id, artifact_path="price/price.skops"
    )
    native = skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    X = last_rows.features[last_rows.frame["ready"]].astype(np.float32)
    told = registry.load(registry.get(PRICE, 1)).run(X).reshape(-1)
    own = native.predict(X)
    assert np.abs(told - own).max() < 1e-5 * own.std()


def test_the_native_pattern_model_answers_as_the_registered_one(run, last_rows):
    import keras

    path = mlflow.artifacts.download_artifacts(
        run_id=run.info.run_id, artifact_path="pattern/pattern.keras"
    )
    X = sequences(last_rows, sequence_ends(last_rows)[-200:])
    native = np.asarray(keras.saving.load_model(path)(X))
    told = registry.load(registry.get(PATTERN, 1)).run(X)
    assert np.abs(told - native).max() < 1e-6


# Runs that a dead runner left open


def open_run(job_id):
    experiment = client().get_experiment_by_name("weeklens").experiment_id
    return client().create_run(experiment, tags={JOB_TAG: job_id}).info.run_id


def status(run_id):
    return client().get_run(run_id).info.status


def test_an_open_run_of_an_ended_job_is_closed(trained):
    jobs = JobStore(trained)
    job, _ = jobs.submit("train", {"at": datetime.now(UTC).isoformat()}, requested_by="tests")
    jobs.move(job.id, "interrupted")
    left = open_run(job.id)
    close_open_runs(settings().data_dir)
    assert status(left) == "KILLED"


def test_an_open_run_of_another_data_folder_is_left_alone(trained):
    other = open_run("20200101-000000-abcdef")
    close_open_runs(settings().data_dir)
    assert status(other) == "RUNNING"


def test_an_open_run_of_a_job_at_work_is_left_alone(trained):
    jobs = JobStore(trained)
    job, _ = jobs.submit("train", {"at": datetime.now(UTC).isoformat()}, requested_by="tests")
    jobs.move(job.id, "running")
    own = open_run(job.id)
    close_open_runs(settings().data_dir)
    assert status(own) == "RUNNING"
