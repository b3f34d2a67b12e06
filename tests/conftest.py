"""Fixtures that more than one folder of tests uses."""

from pathlib import Path

import pytest

from core.market.store import BarStore
from core.settings import settings

VN_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "vn"


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    """An empty data folder that the settings point at."""
    folder = tmp_path / "data"
    monkeypatch.setenv("WEEKLENS_DATA_DIR", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


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
