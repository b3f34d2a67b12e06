import numpy as np

from core.comparison.over import is_share, over_versions, recorded, title
from core.registry import PATTERN, PRICE
from tests.core.comparison.made import version

METRICS = {
    "test_MAPE": 0.05, "test_MAPE_no_change": 0.052, "test_MAPE_ratio": 0.96, "test_rows": 400.0,
    "test_log_loss": 1.0, "test_log_loss_prior": 1.01, "test_log_loss_low": 0.9,
    "test_log_loss_high": 1.1, "test_precision_UP": 0.5, "test_log_loss_ratio": 0.99,
    "val_log_loss": 0.9, "test_my_own": 3.0,
}  # fmt: skip


def test_a_model_has_its_own_scores_the_first_asked_for_in_front():
    versions = [version(1), version(2, metrics=METRICS)]
    assert recorded(PATTERN, versions) == [
        *("test_log_loss", "test_log_loss_ratio", "test_my_own", "test_precision_UP")
    ]
    assert recorded(PRICE, versions) == ["test_MAPE", "test_MAPE_ratio", "test_my_own"]


def test_scores_have_a_readers_names_and_units():
    assert [title(PATTERN, f"test_{n}") for n in ("log_loss", "precision_UP", "my_own")] == [
        *("Log loss", "Precision of UP", "my own")
    ]
    assert is_share(PRICE, "test_MAPE")
    assert not is_share(PRICE, "test_MAPE_ratio")
    assert is_share(PATTERN, "test_precision_UP")


def test_only_versions_that_recorded_it_oldest_first():
    versions = [version(3, metrics=METRICS), version(2), version(1, metrics=METRICS)]
    table = over_versions(versions, "test_log_loss")
    assert table["version"].tolist() == [1, 3]
    assert table[["value", "low", "high", "baseline"]].iloc[0].tolist() == [1.0, 0.9, 1.1, 1.01]
    assert np.isnan(over_versions(versions, "test_my_own")["baseline"]).all()
    assert over_versions(versions, "test_MAPE_ratio")["baseline"].tolist() == [1.0, 1.0]
