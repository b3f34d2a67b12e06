"""A real `mlflow server` for the tests of what is read from and written to the model store."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from core.tracking import follow_the_folder
from tests.browser.helpers import free_port
from tests.conftest import forget

PATIENCE = 180
"""Seconds in which the server must answer; ten on an idle machine."""


@dataclass(frozen=True)
class ModelServer:
    """A running server, and where it keeps its store and files."""

    url: str
    folder: Path


@pytest.fixture(scope="session")
def model_server(tmp_path_factory):
    """One server for all tests of this process; what it holds is put back before each."""
    folder = tmp_path_factory.mktemp("served")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--workers", "1", "--host", "127.0.0.1"]
    place = ["--port", str(port), "--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    process = subprocess.Popen(
        [*command, *place, "--default-artifact-root", (folder / "artifacts").as_uri()],
        # The runner of jobs brings eight processes that no test here needs.
        env=os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(url, process)
        yield ModelServer(url, folder)
    finally:
        _end(process)


def _wait(url: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, "mlflow server ended at once"
        assert time.monotonic() < until, "mlflow server does not answer"
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1):
                return
        except OSError:
            time.sleep(0.2)


def _end(process: subprocess.Popen) -> None:
    """The server, its workers, and what they started in groups of their own."""
    with contextlib.suppress(psutil.NoSuchProcess):
        family = psutil.Process(process.pid).children(recursive=True)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for child in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
    process.wait(timeout=30)


@pytest.fixture
def served(model_server, world, data_dir, monkeypatch):
    """The two trainings behind the server; the data folder is a copy of its own."""
    shutil.copytree(world.folder, data_dir, ignore=shutil.ignore_patterns("*.lock", "mlflow"))
    held = model_server.folder
    shutil.rmtree(held / "artifacts", ignore_errors=True)
    shutil.copytree(world.folder / "mlflow" / "artifacts", held / "artifacts")
    # Through SQLite, because the server has the file open.
    with (
        contextlib.closing(sqlite3.connect(world.folder / "mlflow" / "mlflow.db")) as kept,
        contextlib.closing(sqlite3.connect(held / "mlflow.db", timeout=60)) as store,
    ):
        kept.backup(store)
    follow_the_folder(held / "mlflow.db", (held / "artifacts").as_uri())
    monkeypatch.setenv("MLFLOW_TRACKING_URI", model_server.url)
    forget()
    return data_dir
