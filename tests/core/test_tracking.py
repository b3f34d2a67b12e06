import shutil
import socket

import pytest
import requests
from mlflow.exceptions import MlflowException

from core import registry, tracking
from core.errors import StoreAway, UserError
from core.jobs.runner import wait
from core.promotion import request_forecasts
from core.settings import settings
from tests.conftest import forget


def test_a_server_that_does_not_answer_is_one_sentence(data_dir, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    with pytest.raises(UserError) as error:
        tracking.client()
    assert f"The model store at {address} does not answer" in str(error.value)
    assert "Check MLFLOW_TRACKING_URI" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_login_in_the_address_is_not_told(data_dir, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://an:secret@127.0.0.1:9/a")
    settings.cache_clear()
    assert "The model store at http://127.0.0.1:9/a does not answer" in tracking.says_away()


def answered(status):
    response = requests.Response()
    response.status_code = status
    return requests.HTTPError(response=response)


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (MlflowException("API request to http://a/b failed with exception Max retries"), True),
        (MlflowException("(psycopg.OperationalError) connection refused"), True),
        (MlflowException("(sqlite3.OperationalError) database or disk is full"), False),
        (MlflowException("RESOURCE_DOES_NOT_EXIST: Run not found"), False),
        (requests.ConnectionError("refused"), True),
        (answered(503), True),
        (answered(404), False),
        (StoreAway("away"), True),
        (UserError("The disk is full."), False),
        (OSError("No space left on device"), False),
    ],
)
def test_a_store_that_is_away_is_known_by_any_name(error, away):
    assert tracking.is_away(error) == away
    with pytest.raises(StoreAway if away else type(error)), tracking.reaching():
        raise error


def test_a_store_that_is_no_database_is_one_sentence(data_dir):
    (data_dir / "mlflow").mkdir(parents=True)
    (data_dir / "mlflow" / "mlflow.db").write_text("nonsense " * 1000)
    with pytest.raises(UserError, match="file is not a database"):
        tracking.client()


def test_runs_and_their_files_lie_in_the_data_folder(trained):
    experiment = tracking.client().get_experiment(tracking.experiment_id())
    assert experiment.name == tracking.EXPERIMENT
    assert experiment.artifact_location == (trained / "mlflow" / "artifacts").as_uri()


def test_a_data_folder_that_was_moved_holds_everything(trained, tmp_path, monkeypatch):
    tracking.client()
    forget()
    elsewhere = tmp_path / "another place" / "data"
    elsewhere.parent.mkdir()
    trained.rename(elsewhere)
    shutil.rmtree(elsewhere / "models", ignore_errors=True)  # what is fetched once is no proof
    monkeypatch.setenv("WEEKLENS_DATA_DIR", str(elsewhere))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)  # MLflow leaves its last one there
    forget()
    assert len(registry.versions()) == 4
    for version in registry.versions():
        assert registry.load(version)
        run = tracking.client().get_run(version.run_id)
        assert tracking.client().download_artifacts(run.info.run_id, "data.json")
    job = request_forecasts(elsewhere, by="tests")
    assert wait(elsewhere, job.id).state == "done"
    assert not trained.exists()
