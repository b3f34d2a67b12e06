import numpy as np
import pytest

from models.calibration import Calibration, calibrated_loss, fit_calibration

PRIOR = (0.3, 0.2, 0.5)


def log_loss(proba, labels):
    return float(np.mean([-np.log(proba[i, label]) for i, label in enumerate(labels)]))


def draw(proba, seed):
    """A class for each row, drawn with the probabilities of that row."""
    random = np.random.default_rng(seed)
    return np.array([random.choice(3, p=row) for row in proba])


def sharpened(proba, power):
    sharp = proba**power
    return sharp / sharp.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def honest():
    """4,000 rows of probabilities, and classes drawn with exactly those."""
    proba = np.random.default_rng(1).dirichlet([2, 1, 3], 4000)
    return proba, draw(proba, 2)


def test_temperature_one_and_full_weight_change_nothing():
    proba = np.array([[0.1, 0.2, 0.7], [0.6, 0.3, 0.1]])
    assert Calibration(1.0, 1.0, PRIOR).apply(proba) == pytest.approx(proba)


def test_temperature_two_takes_the_root_of_the_probabilities():
    roots = np.array([0.8, 0.4, 0.447213595499958])  # of 0.64, 0.16, 0.2
    made = Calibration(2.0, 1.0, PRIOR).apply(np.array([[0.64, 0.16, 0.2]]))
    assert made[0] == pytest.approx(roots / roots.sum())


def test_weight_mixes_with_the_prior():
    made = Calibration(1.0, 0.25, PRIOR).apply(np.array([[1.0, 0.0, 0.0]]))
    assert made[0] == pytest.approx([0.25 + 0.75 * 0.3, 0.75 * 0.2, 0.75 * 0.5], abs=1e-9)


def test_weight_zero_says_the_prior():
    made = Calibration(1.0, 0.0, PRIOR).apply(np.array([[0.98, 0.01, 0.01]]))
    assert made[0] == pytest.approx(PRIOR)


def test_probabilities_sum_to_one_whatever_comes_in():
    proba = np.array([[1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.0, 1e-9, 1 - 1e-9]])
    made = Calibration(0.3, 0.9, PRIOR).apply(proba)
    assert made.sum(axis=1) == pytest.approx(1.0)
    assert (made > 0).all()


def test_a_model_that_knows_nothing_says_the_prior():
    random = np.random.default_rng(3)
    proba = random.dirichlet([1, 1, 1], 4000)
    labels = random.choice(3, size=4000, p=PRIOR)
    fitted = fit_calibration(proba, labels, PRIOR)
    assert np.abs(fitted.apply(proba) - PRIOR).max() < 0.05


def test_an_overconfident_model_is_softened(honest):
    proba, labels = honest
    fitted = fit_calibration(sharpened(proba, 3.0), labels, PRIOR)
    assert fitted.temperature > 1.5


def test_an_overconfident_model_comes_near_to_the_truth(honest):
    proba, labels = honest
    sharp = sharpened(proba, 3.0)
    fitted = fit_calibration(sharp, labels, PRIOR)
    assert np.abs(fitted.apply(sharp) - proba).mean() < 0.02


def test_an_honest_model_is_left_almost_as_it_is(honest):
    proba, labels = honest
    fitted = fit_calibration(proba, labels, PRIOR)
    assert np.abs(fitted.apply(proba) - proba).mean() < 0.02


@pytest.mark.parametrize("seed", range(5))
def test_on_its_own_rows_it_beats_both_the_raw_model_and_the_prior(seed):
    random = np.random.default_rng(seed)
    proba = sharpened(random.dirichlet([2, 1, 3], 300), random.uniform(0.5, 3))
    labels = random.choice(3, size=300, p=PRIOR)
    prior = np.tile(PRIOR, (300, 1))
    made = fit_calibration(proba, labels, PRIOR).apply(proba)
    best = min(log_loss(np.clip(proba, 1e-12, 1), labels), log_loss(prior, labels))
    assert log_loss(made, labels) <= best + 1e-6


def test_it_finds_what_a_search_over_a_grid_finds(honest):
    proba, labels = honest[0][:300], honest[1][:300]
    sharp = sharpened(proba, 2.5)
    grid = min(
        log_loss(Calibration(float(np.exp(t)), w, PRIOR).apply(sharp), labels)
        for t in np.linspace(-1.5, 2.5, 81)
        for w in np.linspace(0, 1, 41)
    )
    assert log_loss(fit_calibration(sharp, labels, PRIOR).apply(sharp), labels) <= grid + 1e-6


def test_calibrated_loss_forgives_a_model_that_is_too_sure(honest):
    proba, labels = honest
    sure = sharpened(proba, 4)
    assert log_loss(sure, labels) > log_loss(proba, labels) + 0.1
    fair, forgiven = (calibrated_loss(p, labels, PRIOR) for p in (proba, sure))
    assert forgiven == pytest.approx(fair, abs=0.002)


def test_calibrated_loss_of_a_model_that_knows_nothing_is_that_of_the_prior(honest):
    _, labels = honest
    noise = np.random.default_rng(9).dirichlet([1, 1, 1], len(labels))
    usual = np.bincount(labels) / len(labels)
    told = calibrated_loss(noise, labels, usual)
    assert told == pytest.approx(log_loss(np.tile(usual, (len(labels), 1)), labels), abs=0.001)
