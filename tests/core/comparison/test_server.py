"""The same reading through a real MLflow server."""

import pytest

from core import registry
from core.comparison.result import compare
from core.registry import PATTERN
from core.settings import settings
from core.tracking import client, experiment_id
from core.training import out_of_sample
from tests.conftest import forget
from tests.core.comparison.made import rows


@pytest.fixture
def on_server(mlflow_server, data_dir, monkeypatch, tmp_path):
    """Three versions on the server: two with rows, one without."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_server)
    forget()
    registry.ensure_model(PATTERN)
    for number in (1, 2, 3):
        run = client().create_run(experiment_id(), run_name=f"number {number}")
        if number < 3:
            file, place = out_of_sample.write(rows(number), tmp_path)
            client().log_artifact(run.info.run_id, str(tmp_path / file), place)
        client().log_metric(run.info.run_id, "test_log_loss", 1.0 + number / 100)
        client().set_terminated(run.info.run_id)
        client().create_model_version(
            PATTERN,
            source=f"{run.info.artifact_uri}/model",
            run_id=run.info.run_id,
            tags={"market": "VN", "horizon_weeks": "4", "band": "0.01", "last_week": "2024-05-31"},
        )
    client().set_registered_model_alias(PATTERN, "production", "2")
    return data_dir


@pytest.mark.long
def test_versions_on_a_server_are_compared_as_in_a_file(on_server):
    assert settings().mlflow_uri.startswith("http://127.0.0.1:")
    known = registry.versions(PATTERN)
    found = compare(sorted(known, key=lambda v: v.version), known, on_server)
    assert found.reference.version == 2
    assert "pattern_lstm_classifier v3 has no out-of-sample forecasts" in found.left_out[0]
    assert found.ground.told[1].proba.tolist() == (
        rows(1)[list(out_of_sample.PROBA)].to_numpy().tolist()
    )
    assert found.rows[0].metric.own == "test_log_loss"
    assert {version.metrics["test_log_loss"] for version in known} == {1.01, 1.02, 1.03}
