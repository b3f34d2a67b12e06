import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from models.winsor import Winsorizer


def test_limits_are_quantiles_of_the_rows_fitted_on():
    fitted = Winsorizer(tail=0.1).fit(np.arange(101.0)[:, None])
    assert fitted.low_ == pytest.approx([10.0])
    assert fitted.high_ == pytest.approx([90.0])


def test_rows_shown_later_are_clipped_to_the_limits_of_training():
    fitted = Winsorizer(tail=0.1).fit(np.arange(101.0)[:, None])
    later = np.array([[-1e6], [50.0], [1e6]])
    assert fitted.transform(later).ravel() == pytest.approx([10.0, 50.0, 90.0])


def test_each_column_has_its_own_limits():
    X = np.column_stack([np.arange(101.0), -10 * np.arange(101.0)])
    cut = Winsorizer(tail=0.05).fit_transform(X)
    assert cut.min(axis=0) == pytest.approx([5.0, -950.0])
    assert cut.max(axis=0) == pytest.approx([95.0, -50.0])


def test_missing_values_stay_missing_and_move_no_limit():
    X = np.arange(101.0)[:, None]
    holes = np.vstack([X, np.full((50, 1), np.nan)])
    fitted = Winsorizer(tail=0.1).fit(holes)
    assert fitted.high_ == pytest.approx([90.0])
    assert np.isnan(fitted.transform(holes)[101:]).all()


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError):
        Winsorizer().transform(np.zeros((1, 1)))
