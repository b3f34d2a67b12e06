"""The MLflow client of this process, on the store the settings name."""

import logging
import os
import sqlite3
from contextlib import closing
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

from core.errors import Unavailable
from core.settings import settings

EXPERIMENT = "weeklens"
ADDRESSES = (
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
    ("experiments", "artifact_location"),
)
"""Where MLflow keeps absolute addresses of files."""
# After the import, which sets its own level: notes on created tables and versions are not for
# the reader of a terminal.
logging.getLogger("mlflow").setLevel(logging.WARNING)


def client() -> MlflowClient:
    """The client for the store in force.

    Raises
    ------
    Unavailable
        If the store or server cannot be reached.
    """
    return _client(settings().mlflow_uri, settings().data_dir)


@lru_cache(maxsize=4)
def _client(uri: str, data_dir: Path) -> MlflowClient:
    local = uri.startswith("sqlite:///")
    try:
        place = (data_dir / "mlflow" / "artifacts").as_uri() if local else None
        if local:
            file = Path(uri.removeprefix("sqlite:///"))
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.parent == data_dir / "mlflow":
                follow_the_folder(file, place)
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        made = MlflowClient(uri, uri)
        if made.get_experiment_by_name(EXPERIMENT) is None:
            made.create_experiment(EXPERIMENT, artifact_location=place)
        if local:
            # Readers then do not wait for a run being logged; the setting stays in the file.
            with closing(sqlite3.connect(file)) as db:
                db.execute("PRAGMA journal_mode=WAL")
        mlflow.set_experiment(EXPERIMENT)
        return made
    except (MlflowException, SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise Unavailable(
            f"The model store at {uri} does not answer ({str(error).splitlines()[0][:200]}). "
            "Check MLFLOW_TRACKING_URI and that the server runs."
        ) from None


def follow_the_folder(file: Path, place: str) -> None:
    """Correct the addresses in MLflow's own file where the data folder has been moved.

    MLflow keeps the absolute address of every run's and model's files.

    Parameters
    ----------
    file : Path
        The store; it may not be there yet.
    place : str
        Where the experiment's files lie now, as a URI.
    """
    if not file.exists() or not file.stat().st_size:
        return
    with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name='experiments'").fetchone():
            return
        was = db.execute(
            "SELECT artifact_location FROM experiments WHERE name=?", (EXPERIMENT,)
        ).fetchone()
        if was is None or was[0] == place:
            return
        db.execute("BEGIN IMMEDIATE")
        for table, column in ADDRESSES:
            db.execute(
                f"UPDATE {table} SET {column} = ?2 || substr({column}, length(?1) + 1) "  # noqa: S608
                f"WHERE substr({column}, 1, length(?1)) = ?1",
                (was[0], place),
            )
        db.execute("COMMIT")


def experiment_id() -> str:
    """The experiment every run of ours is logged in."""
    return client().get_experiment_by_name(EXPERIMENT).experiment_id
