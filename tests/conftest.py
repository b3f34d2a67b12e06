"""Fixtures that more than one folder of tests uses."""

import shutil
import sys
from pathlib import Path

# TensorFlow loaded first breaks curl in the same process; the product never loads both in one.
import curl_cffi  # noqa: F401
import pytest

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


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """Two real trainings in a data folder that no test may change; see tests/core/trained.py."""
    from tests.core import trained as trainings

    folder = tmp_path_factory.mktemp("world") / "data"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WEEKLENS_DATA_DIR", str(folder))
        environment.delenv("MLFLOW_TRACKING_URI", raising=False)
        forget()
        made = trainings.build(folder)
    forget()
    return made


@pytest.fixture
def trained(world, data_dir):
    """The settings' data folder, a copy of that world of its own."""
    from tests.core import trained as trainings

    trainings.copy(world, data_dir)
    return data_dir


@pytest.fixture(scope="session")
def evaluated_once(tmp_path_factory):
    """A data folder with six stocks of the market US and one evaluation of them."""
    from tests.core.evaluation import made

    folder = tmp_path_factory.mktemp("evaluated") / "data"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WEEKLENS_DATA_DIR", str(folder))
        forget()
        made.evaluate_into(folder)
    forget()
    return folder


@pytest.fixture
def evaluated(evaluated_once, data_dir):
    """The settings' data folder, a copy of that one of its own."""
    shutil.copytree(evaluated_once, data_dir)
    return data_dir


@pytest.fixture(scope="session")
def installed_vnstock(tmp_path_factory):
    """vnstock's sandbox, installed once for the session; skips where it cannot be."""
    from core.market.sources.sandbox import Sandbox

    sandbox = Sandbox(tmp_path_factory.mktemp("vnstock"))
    try:
        sandbox.install()
    except UserError as error:
        pytest.skip(str(error))
    return sandbox


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
