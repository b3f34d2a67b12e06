from pathlib import Path

import pytest

from core.errors import UserError
from core.settings import PROJECT, Settings, settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch, tmp_path):
    """No variable of ours, another working folder, and a project without .env."""
    for name in ("DATA_DIR", "TRACKING_URI", "HORIZON_WEEKS", "BAND", "TRAIN_SAMPLE"):
        monkeypatch.delenv(f"WEEKLENS_{name}", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_everything_lies_in_the_project_by_default():
    assert settings().data_dir == PROJECT / ".weeklens"


def test_horizon_and_band_are_those_of_the_specification():
    assert (settings().horizon_weeks, settings().band) == (4, 0.01)


def test_the_environment_comes_before_the_env_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("WEEKLENS_HORIZON_WEEKS=8\nWEEKLENS_BAND=0.02\n")
    monkeypatch.setenv("WEEKLENS_HORIZON_WEEKS", "6")
    assert (settings().horizon_weeks, settings().band) == (6, 0.02)


def test_a_relative_folder_is_made_absolute(monkeypatch, tmp_path):
    monkeypatch.setenv("WEEKLENS_DATA_DIR", "here/../there")
    assert settings().data_dir == tmp_path / "there"


def test_a_folder_may_begin_with_the_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WEEKLENS_DATA_DIR", "~/weeklens")
    assert settings().data_dir == tmp_path / "weeklens"


def test_an_empty_variable_is_none(monkeypatch):
    monkeypatch.setenv("WEEKLENS_DATA_DIR", "")
    assert settings().data_dir == PROJECT / ".weeklens"


def test_mlflow_keeps_to_the_data_folder_by_default(tmp_path):
    made = Settings(data_dir=tmp_path)
    assert made.mlflow_uri == f"sqlite:///{tmp_path / 'mlflow' / 'mlflow.db'}"


@pytest.mark.parametrize("name", ["MLFLOW_TRACKING_URI", "WEEKLENS_TRACKING_URI"])
def test_mlflow_may_be_a_server(monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:5000")
    assert settings().mlflow_uri == "http://127.0.0.1:5000"


@pytest.mark.parametrize(
    ("name", "value"),
    [("WEEKLENS_HORIZON_WEEKS", "0"), ("WEEKLENS_BAND", "much"), ("WEEKLENS_TRAIN_SAMPLE", "?")],
)
def test_a_value_that_does_not_fit_is_one_sentence_with_the_variable(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(UserError) as error:
        settings()
    assert str(error.value).startswith(f"The setting {name} does not fit: ")
    assert "\n" not in str(error.value)


def test_settings_are_read_once(monkeypatch):
    first = settings()
    monkeypatch.setenv("WEEKLENS_HORIZON_WEEKS", "6")
    assert settings() is first


def test_the_project_is_the_folder_of_the_pages():
    assert (Path(PROJECT) / "pyproject.toml").is_file()


def test_the_wide_bands_are_a_setting_of_all_three_exchanges(monkeypatch):
    monkeypatch.setenv("WEEKLENS_VN_WIDE_BANDS", '{"HOSE": 0.3, "HNX": 0.4, "UPCOM": 0.5}')
    settings.cache_clear()
    assert settings().vn_wide_bands["HOSE"] == 0.3
    monkeypatch.setenv("WEEKLENS_VN_WIDE_BANDS", '{"HOSE": 0.3}')
    settings.cache_clear()
    with pytest.raises(UserError, match="WEEKLENS_VN_WIDE_BANDS does not fit"):
        settings()
