"""The MLflow client of this process, on the store the settings name."""

import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

# Before the import: MLflow reads these when it is loaded (telemetry is off through core.quiet).
# A server that does not answer is a sentence within seconds; MLflow's own seven tries take minutes.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
# One that takes a request and is silent holds a page up three times as long as this, not 6 minutes.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
# The app opens ONNX only; a pickled model in the store must not run code here.
os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")

import mlflow
import requests
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from core.errors import StoreAway, Unavailable, UserError
from core.language import _
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
UNREACHED = ("API request to ", "OperationalError) ", " Server Error: ")
"""What MLflow's own errors hold where its server, or the database behind it, was not reached."""
LOGIN = re.compile(r"(?<=://)[^/\s@]+@")
log = logging.getLogger("weeklens")
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
        reason = str(error).splitlines()[0][:200]
        if local:
            said = _(
                "The model store {file} cannot be used ({error}): see that its disk has room, that "
                "you may write to it, and that nothing else changed the file."
            )
            raise Unavailable(said.format(file=file, error=reason)) from None
        log.warning("%s", reason)
        raise StoreAway(says_away()) from None


def says_away() -> str:
    """The sentence for a store that does not answer; without the login in its address."""
    return _(
        "The model store at {address} does not answer: stored forecasts can be read meanwhile, "
        "and work goes on once it is back. Check MLFLOW_TRACKING_URI and that its server runs."
    ).format(address=LOGIN.sub("", settings().mlflow_uri))


def is_away(error: BaseException | None) -> bool:
    """Whether an error, or what led to it, is a model store that cannot be reached now."""
    while error is not None:
        said = str(error)
        if "sqlite3" in said:  # a file of this machine: locked, damaged, or without room
            return False
        if isinstance(error, StoreAway | requests.ConnectionError | requests.Timeout):
            return True
        if isinstance(error, requests.HTTPError) and error.response is not None:
            return error.response.status_code >= 500
        if isinstance(error, MlflowException | OperationalError) and any(
            mark in said for mark in UNREACHED
        ):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def reaching() -> Iterator[None]:
    """A block that asks the store: where that cannot be reached, StoreAway says so."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if not is_away(error):
            raise
        raise StoreAway(says_away()) from None


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
