"""Which rows each network learns from and stops on; the network itself is tested in models."""

import numpy as np
import pytest

from core.evaluation import networks


@pytest.fixture
def seen(monkeypatch):
    """Fits instead of networks: what they were given."""
    fits = []

    class Recorder:
        def __init__(self, **parameters):
            self.parameters = parameters

        def fit(self, X, y, validation):
            fits.append((self.parameters, X, y, *validation))
            return self

        def predict_proba(self, X):
            return np.tile([0.2, 0.3, 0.5], (len(X), 1))

    monkeypatch.setattr(networks, "PatternLSTMModel", Recorder)
    return fits


def weeks_of(inputs, rows, windows):
    """Weeks of the windows, found again by their values."""
    known = {inputs.windows(np.array([row])).tobytes(): inputs.week[row] for row in rows}
    return np.array([known[window[None].tobytes()] for window in windows])


def test_each_seed_stops_on_its_own_block_with_the_horizon_around_it(inputs, folds, seen):
    fold = folds[2]
    fitted = networks.fit_pooled(inputs, fold.learn, seeds=3)
    told = networks.pooled_proba(fitted, inputs, fold.judge)
    assert told == pytest.approx(np.tile([0.2, 0.3, 0.5], (len(fold.judge), 1)))
    assert [parameters["seed"] for parameters, *_ in seen] == [7, 8, 9]
    stopped = []
    for _, X, _, Xv, _ in seen:
        fit, stop = (weeks_of(inputs, fold.learn, windows) for windows in (X, Xv))
        reach = np.timedelta64(28, "D")
        assert ((fit + reach < stop.min()) | (fit > stop.max() + reach)).all()
        assert max(fit.max(), stop.max()) + reach < fold.begins
        stopped.append(set(stop.tolist()))
    assert not stopped[0] & stopped[1]
    assert len(stopped[0] | stopped[1] | stopped[2]) == sum(map(len, stopped))


def test_the_network_as_written_stops_on_the_weeks_before_the_judged_ones(inputs, folds, seen):
    fold = folds[2]
    networks.specification_lstm(inputs, fold.learn, fold.judge)
    ((parameters, X, _, Xv, _),) = seen
    assert (parameters["activation"], parameters["batch_size"]) == ("relu", 32)
    fit, stop = (weeks_of(inputs, fold.learn, windows) for windows in (X, Xv))
    assert fit.max() + np.timedelta64(28, "D") < stop.min()
    assert stop.max() + np.timedelta64(28, "D") < fold.begins
