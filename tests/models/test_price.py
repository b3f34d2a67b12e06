import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge

from models.price import ALPHAS, PriceTargetModel


def make_rows(weeks=60, stocks=5, features=3, *, seed=0, signal=0.0, missing=0.05):
    """Rows of several stocks a week, in an order that is not that of time."""
    random = np.random.default_rng(seed)
    week = np.repeat(np.arange(weeks), stocks)
    X = random.standard_t(3, (len(week), features))
    y = signal * X[:, 0] + random.normal(0, 0.05, len(week))
    X[random.random(X.shape) < missing] = np.nan
    order = random.permutation(len(week))
    friday = np.datetime64("2020-01-03") + 7 * week
    return X[order], y[order], friday[order]


def slow_features(fit, rows, tail):
    """Median, clip, scale, all products of two: column by column."""
    columns = []
    for past, new in zip(fit.T, rows.T, strict=True):
        median = np.median(past[~np.isnan(past)])
        past, new = (np.where(np.isnan(v), median, v) for v in (past, new))
        low, high = np.quantile(past, tail), np.quantile(past, 1 - tail)
        past, new = np.clip(past, low, high), np.clip(new, low, high)
        columns.append((new - past.mean()) / past.std())
    count = len(columns)
    pairs = [columns[i] * columns[j] for i in range(count) for j in range(i, count)]
    return np.column_stack(columns + pairs)


def slow_ridge(A, y, alpha):
    """Coefficients and intercept by the normal equations, the intercept unpenalised."""
    centre, mean = A.mean(axis=0), y.mean()
    gram = (A - centre).T @ (A - centre) + alpha * np.eye(A.shape[1])
    slope = np.linalg.solve(gram, (A - centre).T @ (y - mean))
    return slope, mean - centre @ slope


def slow_search(X, y, weeks, *, folds, gap, tail):
    """A separate Ridge for every penalty and fold, the folds counted out by hand."""
    distinct = sorted(set(weeks))
    size = len(distinct) // (folds + 1)
    total, count = dict.fromkeys(ALPHAS, 0.0), 0
    for fold in range(folds):
        first = len(distinct) - (folds - fold) * size
        past, ahead = set(distinct[: first - gap]), set(distinct[first : first + size])
        fit = np.array([week in past for week in weeks])
        judge = np.array([week in ahead for week in weeks])
        A, B = (slow_features(X[fit], X[rows], tail) for rows in (fit, judge))
        for alpha in ALPHAS:
            told = Ridge(alpha).fit(A, y[fit]).predict(B)
            total[alpha] += sum((told - y[judge]) ** 2)
        count += judge.sum()
    return [(alpha, error / count) for alpha, error in total.items()]


def test_forecast_equals_a_plain_computation():
    X, y, _ = make_rows()
    told = PriceTargetModel(alpha=10.0, tail=0.02).fit(X, y).predict(X[:20])
    slope, intercept = slow_ridge(slow_features(X, X, 0.02), y, 10.0)
    assert told == pytest.approx(slow_features(X, X[:20], 0.02) @ slope + intercept, abs=1e-10)


def test_search_equals_separate_fits_in_a_plain_loop():
    X, y, weeks = make_rows()
    search = PriceTargetModel(folds=4, gap=4, tail=0.02).fit(X, y, weeks).search_
    slow = slow_search(X, y, weeks, folds=4, gap=4, tail=0.02)
    assert [alpha for alpha, _ in search] == list(ALPHAS)
    assert [e for _, e in search] == pytest.approx([e for _, e in slow], rel=1e-8)


def test_search_never_learns_from_the_weeks_it_judges_last():
    """Ridge forecasts are linear in what they learned from.

    So where nothing is learned from the last weeks, moving their outcomes by
    +d and -d changes the sum of squares by exactly 2 sum(d^2); learning from
    them, as a shuffled search does, would add to it.
    """
    X, y, weeks = make_rows()
    last = np.isin(weeks, np.unique(weeks)[-12:])  # what the last of 4 folds judges
    d = np.where(last, np.random.default_rng(5).normal(0, 1, len(y)), 0.0)

    def squares(outcome):
        search = PriceTargetModel(folds=4, gap=4).fit(X, outcome, weeks).search_
        judged = 4 * 12 * 5
        return judged * np.array([error for _, error in search])

    bend = squares(y + d) + squares(y - d) - 2 * squares(y)
    assert bend == pytest.approx(np.full(len(ALPHAS), 2 * (d**2).sum()), rel=1e-8)


def test_the_penalty_with_the_least_error_is_chosen():
    X, y, weeks = make_rows(signal=0.02)
    fitted = PriceTargetModel().fit(X, y, weeks)
    assert fitted.alpha_ == min(fitted.search_, key=lambda pair: pair[1])[0]


def test_noise_is_answered_with_a_heavy_penalty():
    X, y, weeks = make_rows(features=12, seed=3)
    assert PriceTargetModel().fit(X, y, weeks).alpha_ >= 1e3


def test_a_strong_signal_is_learned():
    X, y, weeks = make_rows(signal=0.5, missing=0)
    fitted = PriceTargetModel().fit(X, y, weeks)
    assert ((fitted.predict(X) - y) ** 2).mean() < 0.1 * (y**2).mean()


def test_a_fixed_penalty_is_not_searched():
    X, y, _ = make_rows()
    fitted = PriceTargetModel(alpha=7.0).fit(X, y)
    assert (fitted.alpha_, fitted.search_) == (7.0, [])


def test_a_missing_indicator_counts_as_the_training_median():
    X, y, _ = make_rows(missing=0)
    fitted = PriceTargetModel(alpha=1.0).fit(X, y)
    hole, filled = X[:1].copy(), X[:1].copy()
    hole[0, 1], filled[0, 1] = np.nan, np.median(X[:, 1])
    assert fitted.predict(hole) == pytest.approx(fitted.predict(filled), abs=1e-14)


def test_an_indicator_that_is_always_missing_does_no_harm():
    X, y, _ = make_rows()
    X[:, 2] = np.nan
    assert np.isfinite(PriceTargetModel(alpha=1.0).fit(X, y).predict(X)).all()


def test_search_without_weeks_is_refused():
    X, y, _ = make_rows()
    with pytest.raises(ValueError, match="needs the week of each row"):
        PriceTargetModel().fit(X, y)


def test_search_in_too_few_weeks_is_refused():
    X, y, weeks = make_rows(weeks=8)
    with pytest.raises(ValueError, match=r"folds|splits"):
        PriceTargetModel().fit(X, y, weeks)


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError):
        PriceTargetModel().predict(np.zeros((1, 3)))


def test_it_can_be_cloned_with_its_parameters():
    made = PriceTargetModel(alpha=3.0, tail=0.1, gap=2)
    assert clone(made).get_params() == made.get_params()
