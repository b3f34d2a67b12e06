"""The MLflow client of this process, on the store the settings name."""

import logging
import os
import sqlite3
from functools import lru_cache
from pathlib import Path

# Before the import: MLflow reads these when it is loaded (telemetry is off through core.quiet).
# A server that does not answer is a sentence within seconds; MLflow's own seven tries take minutes.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
# The app opens ONNX only; a pickled model in the store must not run code here.
os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from core.errors import UserError
from core.settings import settings

EXPERIMENT = "weeklens"
# After the import, which sets its own level: notes on created tables and versions are not for
# the reader of a terminal.
logging.getLogger("mlflow").setLevel(logging.WARNING)


def client() -> MlflowClient:
    """The client for the store in force.

    Raises
    ------
    UserError
        If the store or server cannot be reached.
    """
    return _client(settings().mlflow_uri, settings().data_dir)


@lru_cache(maxsize=4)
def _client(uri: str, data_dir: Path) -> MlflowClient:
    local = uri.startswith("sqlite:///")
    try:
        if local:
            Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        made = MlflowClient(uri, uri)
        if made.get_experiment_by_name(EXPERIMENT) is None:
            place = (data_dir / "mlflow" / "artifacts").as_uri() if local else None
            made.create_experiment(EXPERIMENT, artifact_location=place)
        if local:
            # Readers then do not wait for a run being logged; the setting stays in the file.
            with sqlite3.connect(uri.removeprefix("sqlite:///")) as db:
                db.execute("PRAGMA journal_mode=WAL")
            db.close()
        mlflow.set_experiment(EXPERIMENT)
        return made
    except (MlflowException, SQLAlchemyError, OSError) as error:
        raise UserError(
            f"The model store at {uri} does not answer ({str(error).splitlines()[0][:200]}). "
            "Check MLFLOW_TRACKING_URI and that the server runs."
        ) from None


def experiment_id() -> str:
    """The experiment every run of ours is logged in."""
    return client().get_experiment_by_name(EXPERIMENT).experiment_id
