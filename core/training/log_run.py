"""What the supervising thread writes to MLflow once a training's child has ended well."""

import contextlib
import time
from pathlib import Path

import mlflow
import numpy as np
import onnx
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature, infer_signature
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from core import __version__, registry
from core.errors import UserError
from core.evaluation.tables import ROWS
from core.jobs.store import Job
from core.market.store import BarStore
from core.promotion import promote
from core.tracking import client, experiment_id
from core.training.durations import stock_weeks
from core.training.figures import figures
from core.training.report import render
from core.version_tables import REPORT, REPORT_JSON

REQUIREMENTS = ["onnxruntime", "numpy"]
JOB_TAG = "weeklens.job"


def finish(data_dir: Path, job: Job, result: dict, folder: Path) -> dict:
    """Log the run, register both versions, and promote a first production if asked.

    Asked twice for one job it answers the same: a whole run is found again, half a one is
    taken back first.

    Parameters
    ----------
    data_dir : Path
    job : Job
    result : dict
        What ``core.training.run.work`` returned.
    folder : Path
        Holds the exported and the native model files.

    Returns
    -------
    dict
        ``run_id``, ``versions`` by model, ``seconds``, ``message``.
    """
    run_id = _whole_run(job) or _log_whole(job, result, folder)
    made = {
        entry.name: int(entry.version)
        for entry in client().search_model_versions(f"run_id='{run_id}'")
    }
    kept = {
        "run_id": run_id,
        "versions": {model: made[model] for model in registry.MODELS},
        "seconds": result["seconds"],
        "stock_weeks": stock_weeks(
            BarStore(data_dir).symbols(result["recipe"]["market"]), job.params
        ),
        "message": " ".join(result["notes"]),
    }
    if result["recipe"]["promote"] and _none_but(made):
        try:
            kept["message"] = promote(
                list(kept["versions"].items()),
                "production",
                by=job.requested_by,
                data_dir=data_dir,
            )
        except UserError as error:  # the versions are there all the same
            kept["message"] = str(error)
    return kept


def _none_but(made: dict[str, int]) -> bool:
    """Whether nothing else is in production; part of these may be, if this was cut off before."""
    return all(made[model] == held.version for model, held in registry.production().items())


def _log_whole(job: Job, result: dict, folder: Path) -> str:
    """Log the run and register both versions; it counts from its last write on, FINISHED."""
    undo_runs([job.id])
    store = client()
    recipe, data = result["recipe"], result["data"]
    count = len(data["symbols"])
    run = store.create_run(
        experiment_id(),
        run_name=f"{recipe['market']} {count} stocks to {data['last_week']}",
        tags={
            JOB_TAG: job.id,
            "weeklens.version": __version__,
            "mlflow.user": job.requested_by,
        },
    )
    run_id = run.info.run_id
    try:
        _log_figures(run_id, result)
        _log_files(run_id, result, folder)
        with mlflow.start_run(run_id=run_id):
            for model, name in ((registry.PRICE, "price"), (registry.PATTERN, "pattern")):
                _register(model, name, result, folder)
    except BaseException:
        store.set_terminated(run_id, "FAILED")
        raise
    return run_id


def _whole_run(job: Job) -> str:
    """The run of a job that was logged whole before; empty where there is none."""
    whole = [run for run in _runs([job.id]) if run.info.status == "FINISHED"]
    return whole[0].info.run_id if whole else ""


def undo(data_dir: Path, job: Job) -> None:
    """Take back what was logged of a job by halves; a whole run with its versions stays."""
    undo_runs([job.id])


def undo_runs(job_ids: list[str]) -> None:
    """Take back the versions and files of every unfinished run of some jobs.

    The run itself stays as a trace, KILLED or FAILED.
    """
    store = client()
    for run in _runs(job_ids):
        if run.info.status == "FINISHED":
            continue
        run_id = run.info.run_id
        for entry in store.search_model_versions(f"run_id='{run_id}'"):
            # Somebody may have taken it for whole in that moment; theirs is not deleted.
            if "promoted_at" not in entry.tags:
                store.delete_model_version(entry.name, entry.version)
        for model in store.search_logged_models(
            [experiment_id()], filter_string=f"source_run_id='{run_id}'"
        ):
            _delete_files(model.artifact_location)
            store.delete_logged_model(model.model_id)
        _delete_files(run.info.artifact_uri)
        if run.info.status == "RUNNING":
            store.set_terminated(run_id, "KILLED")


def _runs(job_ids: list[str]) -> list:
    found = []
    for job_id in job_ids:
        found += client().search_runs([experiment_id()], f"tags.`{JOB_TAG}` = '{job_id}'")
    return found


def _delete_files(place: str) -> None:
    # What a server does not let anyone delete stays there; nothing points at it.
    with contextlib.suppress(MlflowException, NotImplementedError, OSError):
        get_artifact_repository(place).delete_artifacts()


def _log_figures(run_id: str, result: dict) -> None:
    recipe, data = result["recipe"], result["data"]
    stamp = int(time.time() * 1000)
    metrics, params = [], []
    # The names of the two models' scores differ, so both stand in one run without a prefix.
    scores = result["price"]["metrics"] | result["pattern"]["metrics"]
    for name, value in scores.items():
        metrics.append(Metric(name, float(value), stamp, 0))
    for network, history in enumerate(result["pattern"]["histories"], 1):
        end = "" if network == 1 else f"_{network}"
        for step, (loss, val_loss) in enumerate(history, 1):
            metrics.append(Metric(f"loss{end}", loss, stamp, step))
            if val_loss is not None:
                metrics.append(Metric(f"val_loss{end}", val_loss, stamp, step))
    facts = {
        **{name: value for name, value in recipe.items() if name != "symbols"},
        "symbols": " ".join(data["symbols"])[:5000],
        "symbol_count": len(data["symbols"]),
        "chosen_alpha": result["price"]["alpha"],
        "chosen_epochs": result["pattern"]["epochs"],
        "first_week": data["first_week"],
        "last_week": data["last_week"],
        "rows": data["rows"],
        "sequences": data["sequences"],
        "data_sha256": data["sha256"],
        "scores_are": "out-of-sample scores of the recipe on its held-out test weeks",
        "model_is": "the recipe's final fit on every labelled week",
        "seconds": result["seconds"],
    }
    for name, split in data["split"].items():
        facts[f"{name}_period"] = f"{split[0]} to {split[1]} ({split[2]})"
    facts |= {f"software_{name}": value for name, value in result["software"].items()}
    params = [Param(name, str(value)) for name, value in facts.items()]
    for start in range(0, len(metrics), 900):  # MLflow takes at most 1,000 a call
        client().log_batch(run_id, metrics=metrics[start : start + 900])
    client().log_batch(run_id, params=params, tags=[RunTag("market", recipe["market"])])


def _log_files(run_id: str, result: dict, folder: Path) -> None:
    store = client()
    for name in ("confusion", "reliability", "calibration", "histories"):
        store.log_dict(run_id, {name: result["pattern"][name]}, f"pattern/{name}.json")
    store.log_dict(
        run_id,
        {"search": result["price"]["search"], "interval": result["price"]["interval"]},
        "price/penalty_search.json",
    )
    store.log_dict(run_id, {"statistics": result["statistics"]}, "indicator_statistics.json")
    store.log_dict(run_id, result["data"], "data.json")
    for place, figure in figures(result).items():
        store.log_figure(run_id, figure, place)
    for file, place in result["native"]:
        store.log_artifact(run_id, str(folder / file), place)
    store.log_dict(run_id, result["report"], REPORT_JSON)
    store.log_text(run_id, render(result["report"]), REPORT)


def _register(model: str, name: str, result: dict, folder: Path) -> int:
    """Log one ONNX file and make it a version, its tags set in the same step."""
    recipe, data = result["recipe"], result["data"]
    graph = onnx.load(folder / f"{name}.onnx")
    info = mlflow.onnx.log_model(
        graph,
        name=f"{name}_model",
        signature=_signature(graph),
        pip_requirements=REQUIREMENTS,
        save_as_external_data=False,  # one file, one hash
    )
    root = Path(mlflow.artifacts.download_artifacts(artifact_uri=info.model_uri))
    tags = {
        "sha256": registry.sha256(root / "model.onnx"),
        "market": recipe["market"],
        "horizon_weeks": recipe["horizon_weeks"],
        "band": recipe["band"],
        "symbols": len(data["symbols"]),
        "last_week": data["last_week"],
        "preset": recipe["preset"],
        "family": recipe["family"],
    }
    if f"{name}_model" in recipe:
        tags["candidate"] = recipe[f"{name}_model"]
    registry.ensure_model(model)
    made = client().create_model_version(
        model,
        source=info.model_uri,
        run_id=info.run_id,
        model_id=info.model_id,
        tags={tag: str(value) for tag, value in tags.items()},
        description=_describe(name, result),
    )
    return int(made.version)


def _signature(model: onnx.ModelProto) -> ModelSignature:
    """Inputs and output as the file itself names them."""

    def given(values) -> dict[str, np.ndarray]:
        shapes = {v.name: [d.dim_value or 1 for d in v.type.tensor_type.shape.dim] for v in values}
        return {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()}

    inputs, outputs = given(model.graph.input), given(model.graph.output)
    return infer_signature(
        inputs if len(inputs) > 1 else next(iter(inputs.values())), next(iter(outputs.values()))
    )


def _describe(name: str, result: dict) -> str:
    metrics, data = result[name]["metrics"], result["data"]
    if name == "price":
        score = (
            f"test MAPE {metrics['test_MAPE']:.2%} beside {metrics['test_MAPE_no_change']:.2%} "
            "for no change"
        )
    else:
        score = (
            f"test log loss {metrics['test_log_loss']:.4f} beside "
            f"{metrics['test_log_loss_prior']:.4f} for the class prior"
        )
    first, last, _ = data["split"]["test"]
    recipe = result["recipe"]
    which = recipe["preset"]
    if f"{name}_model" in recipe:
        which = f"{ROWS[recipe[f'{name}_model']].title} ({recipe[f'{name}_model']})"
    return (
        f"{which}, fitted on {len(data['symbols'])} stocks of {recipe['market']}, all labelled "
        f"weeks {data['first_week']} to {data['last_week']}. Scores are the recipe's on the "
        f"held-out test weeks {first} to {last}: {score}."
    )
