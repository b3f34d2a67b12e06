import json
import platform

import mlflow
import numpy as np
import onnx
import pytest
import skops.io

from core import __version__, registry
from core.dataset import build_panel, sequence_ends, sequences
from core.jobs.store import JobStore
from core.market.store import BarStore
from core.registry import MODELS, PATTERN, PRICE
from core.tracking import client
from core.training.log_run import JOB_TAG, finish, undo, undo_runs
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
    assert described.startswith("standard, fitted on 8 stocks of VN, ")
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


@pytest.fixture
def asked(trained):
    job, _ = JobStore(trained).submit("train", {"at": "now"}, requested_by="tests")
    return job


def half_registered(job_id):
    """What a process leaves that died between the two registrations."""
    run_id = open_run(job_id)
    client().log_text(run_id, "half a file", "data.json")
    graph = onnx.load(registry.model_file(registry.get(PRICE, 1)))
    with mlflow.start_run(run_id=run_id):
        info = mlflow.onnx.log_model(graph, name="price_model", pip_requirements=["numpy"])
        made = client().create_model_version(PRICE, source=info.model_uri, run_id=run_id)
    client().update_run(run_id, status="RUNNING")
    return run_id, int(made.version)


def test_half_a_run_is_taken_back_with_its_version_and_files(trained, asked):
    run_id, version = half_registered(asked.id)
    files = set((trained / "mlflow" / "artifacts").rglob("*"))
    undo(trained, asked)
    assert status(run_id) == "KILLED"
    assert version not in [v.version for v in registry.versions(PRICE)]
    assert (
        client().search_logged_models(
            [client().get_experiment_by_name("weeklens").experiment_id],
            filter_string=f"source_run_id='{run_id}'",
        )
        == []
    )
    gone = files - set((trained / "mlflow" / "artifacts").rglob("*"))
    assert {"data.json", "model.onnx"} <= {file.name for file in gone}
    assert registry.model_file(registry.get(PRICE, 1)).exists()


def test_what_somebody_promoted_in_that_moment_stays(trained, asked):
    _, version = half_registered(asked.id)
    client().set_model_version_tag(PRICE, str(version), "promoted_at", "2024-01-01")
    undo(trained, asked)
    assert version in [v.version for v in registry.versions(PRICE)]


def test_a_whole_run_is_not_taken_back(trained):
    job_id = client().get_run(registry.get(PRICE, 1).run_id).data.tags[JOB_TAG]
    undo_runs([job_id])
    assert status(registry.get(PRICE, 1).run_id) == "FINISHED"
    assert {v.version for v in registry.versions(PRICE)} == {1, 2}


def test_runs_of_other_jobs_are_left_alone(trained, asked):
    other = open_run("20200101-000000-abcdef")
    undo(trained, asked)
    assert status(other) == "RUNNING"


def test_a_run_logged_whole_is_found_and_not_logged_again(trained, tmp_path):
    """Its runner died after the last write: the same is answered, and nothing is made again."""
    job = next(
        job for job in JobStore(trained).all(kind="train") if job.result["versions"][PRICE] == 1
    )
    result = {"seconds": 3.0, "notes": [], "recipe": {"promote": True, "market": "VN"}}
    kept = finish(trained, job, result, tmp_path)
    assert kept["versions"] == {PRICE: 1, PATTERN: 1}
    assert {v.version for v in registry.production().values()} == {1}
    assert set(registry.production()) == {PRICE, PATTERN}
    assert {v.version for v in registry.versions()} == {1, 2}
