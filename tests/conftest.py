"""Fixtures that more than one folder of tests uses."""

import os
import pickle
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# TensorFlow loaded first breaks curl in the same process; the product never loads both in one.
import curl_cffi  # noqa: F401
import pytest
from filelock import FileLock

from core.errors import UserError
from core.market.store import BarStore
from core.settings import settings

VN_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "vn"


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    """An empty data folder that the settings point at."""
    folder = tmp_path / "data"
    monkeypatch.setenv("WEEKLENS_DATA_DIR", str(folder))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)  # MLflow leaves its last one there
    forget()
    yield folder
    forget()


def forget():
    """Drop what this process remembers of the last data folder."""
    settings.cache_clear()
    if "core.tracking" in sys.modules:
        sys.modules["core.tracking"]._client.cache_clear()


@pytest.fixture
def store(data_dir):
    """An empty store."""
    return BarStore(data_dir)


@pytest.fixture
def vn_data():
    """The folder with real Vietnamese prices, which is not part of the project."""
    if not (VN_DATA / "daily.parquet").exists():
        pytest.skip("real Vietnamese prices (../shared/data/vn) are not on this machine")
    return VN_DATA


def shared_root(tmp_path_factory) -> Path:
    """The folder that pytest's processes of one run have in common; see tools/test.py."""
    if handed := os.environ.get("WEEKLENS_TEST_ONCE"):
        return Path(handed)
    root = tmp_path_factory.getbasetemp()
    return root.parent if "PYTEST_XDIST_WORKER" in os.environ else root


def once(tmp_path_factory, name: str, make: Callable[[Path], Any]) -> Any:
    """What ``make`` returns for a folder of its own, made by one of pytest's processes for all."""
    root = shared_root(tmp_path_factory)
    folder = root / name
    with FileLock(root / f"{name}.lock"):
        kept = folder / "made.pickle"
        if not kept.exists():
            folder.mkdir(exist_ok=True)
            made = make(folder)
            kept.write_bytes(pickle.dumps(made))
        return pickle.loads(kept.read_bytes())


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """Two real trainings in a data folder that no test may change; see tests/core/trained.py."""
    from tests.core import trained as trainings

    def make(folder: Path) -> trainings.World:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("WEEKLENS_DATA_DIR", str(folder / "data"))
            environment.delenv("MLFLOW_TRACKING_URI", raising=False)
            forget()
            made = trainings.build(folder / "data")
        forget()
        return made

    return once(tmp_path_factory, "world", make)


def pytest_addoption(parser):
    """``--on-server``: what is registered lies behind a real `mlflow server`, not in a file."""
    parser.addoption("--on-server", action="store_true", help="trained models on a real server")


@pytest.fixture
def trained(request, world, data_dir):
    """The settings' data folder, a copy of that world of its own."""
    from tests.core import trained as trainings

    if request.config.getoption("--on-server"):
        return request.getfixturevalue("served")
    trainings.copy(world, data_dir)
    return data_dir


@pytest.fixture(scope="session")
def evaluated_once(tmp_path_factory):
    """A data folder with six stocks of the market US and one evaluation of them."""
    from tests.core.evaluation import made

    def make(folder: Path) -> Path:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("WEEKLENS_DATA_DIR", str(folder / "data"))
            forget()
            made.evaluate_into(folder / "data")
        forget()
        return folder / "data"

    return once(tmp_path_factory, "evaluated", make)


@pytest.fixture
def evaluated(evaluated_once, data_dir):
    """The settings' data folder, a copy of that one of its own."""
    shutil.copytree(evaluated_once, data_dir)
    return data_dir


@pytest.fixture(scope="session")
def installed_vnstock(tmp_path_factory):
    """vnstock's sandbox, installed once for the session; skips where it cannot be."""
    from core.market.sources.sandbox import Sandbox

    def make(folder: Path) -> str:
        try:
            Sandbox(folder).install()
        except UserError as error:
            return str(error)
        return ""

    if refused := once(tmp_path_factory, "vnstock", make):
        pytest.skip(refused)
    return Sandbox(shared_root(tmp_path_factory) / "vnstock")


@pytest.fixture
def broker(monkeypatch):
    """A broker on the loopback; a vnstock worker started in this test is led to it."""
    from tests.core.market.sources.broker import Broker

    running = Broker()
    monkeypatch.setenv("WEEKLENS_TEST_REDIRECT", running.url)
    yield running
    running.close()


@pytest.fixture
def with_vnstock(installed_vnstock, broker, data_dir):
    """The data folder, with vnstock in it and the broker behind it."""
    from core.market.sources.sandbox import Sandbox

    own = Sandbox(data_dir)
    own.folder.mkdir(parents=True)
    (own.folder / "venv").symlink_to(installed_vnstock.folder / "venv")
    own.stamp.write_text(installed_vnstock.stamp.read_text("utf-8"), "utf-8")
    return data_dir
