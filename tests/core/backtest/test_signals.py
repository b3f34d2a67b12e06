"""A forecast of a week that its version had learned from cannot be followed."""

import pandas as pd
import pytest

from core.backtest import signals
from core.errors import UserError

ROW = {
    "symbol": "A",
    "as_of": pd.Timestamp("2023-01-06"),
    "ret": 0.1,
    "ret_low": 0.0,
    "ret_high": 0.2,
    "p_up": 0.6,
    "call": "UP",
    "price_version": 1,
    "pattern_version": 2,
}


def test_only_records_that_learned_nothing_from_their_week(monkeypatch, tmp_path):
    later = ROW | {"as_of": pd.Timestamp("2023-01-13"), "in_sample": 1}
    stored = pd.DataFrame([ROW | {"in_sample": 0}, later])
    monkeypatch.setattr(signals.reading, "of_market", lambda *_: stored)
    rows = signals.of_records(tmp_path, "VN").rows
    assert rows["week"].tolist() == [pd.Timestamp("2023-01-06")]
    assert rows["origin"].tolist() == ["price v1, pattern v2"]
    assert rows["call"].tolist() == [signals.UP]


def test_nothing_but_in_sample_forecasts_is_refused(monkeypatch, tmp_path):
    stored = pd.DataFrame([ROW | {"in_sample": 1}])
    monkeypatch.setattr(signals.reading, "of_market", lambda *_: stored)
    with pytest.raises(UserError, match="out-of-sample"):
        signals.of_records(tmp_path, "VN")
