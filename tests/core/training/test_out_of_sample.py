import numpy as np
import pytest

from core import registry
from core.errors import UserError
from core.registry import PATTERN, PRICE
from core.training import out_of_sample
from core.training.evaluation import pattern_metrics, price_metrics
from core.training.out_of_sample import PRIOR, PROBA


@pytest.fixture
def version(trained):
    return registry.get(PATTERN, 1)


@pytest.fixture
def rows(version):
    return out_of_sample.read(version)


def test_the_rows_give_the_pattern_scores_of_the_run(version, rows):
    found = pattern_metrics(
        rows["label"].to_numpy(int), rows[list(PROBA)].to_numpy(), rows[list(PRIOR)].to_numpy()
    )
    for name in ("log_loss", "log_loss_prior", "accuracy", "brier"):
        assert found[name] == pytest.approx(version.metrics[f"test_{name}"])


def test_the_rows_give_the_price_scores_of_the_run(version, rows):
    told = (rows[name].to_numpy() for name in ("close", "ret", "forecast"))
    found = price_metrics(*told)
    if found["rows"] == version.metrics["test_rows"]:
        assert found["MAPE"] == pytest.approx(version.metrics["test_MAPE"])
    assert found["rows"] <= version.metrics["test_rows"]


def test_every_row_lies_in_the_test_weeks(version, rows):
    first, last = version.params["test_period"].split(" (")[0].split(" to ")
    assert str(rows["week"].min().date()) >= first
    assert str(rows["week"].max().date()) <= last


def test_both_models_of_a_run_share_the_rows(trained, rows):
    assert out_of_sample.read(registry.get(PRICE, 1)).equals(rows)


def test_one_row_a_stock_and_week(rows):
    assert not rows.duplicated(["symbol", "week"]).any()
    assert np.isfinite(rows[["forecast", "half_80", *PROBA, *PRIOR, "ret", "close"]]).all().all()


def test_a_version_whose_run_was_deleted_says_so(version):
    with pytest.raises(UserError, match="no out-of-sample forecasts"):
        out_of_sample.read(registry.Version(**{**vars(version), "run_id": "gone"}))
