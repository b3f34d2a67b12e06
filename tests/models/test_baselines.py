import numpy as np
import pytest

from models.baselines import CLASSES, class_prior, drift, no_change, persistence


def test_classes_run_from_down_to_up():
    assert CLASSES == ("DOWN", "SIDEWAYS", "UP")


def test_no_change_is_a_return_of_zero():
    assert no_change(3).tolist() == [0.0, 0.0, 0.0]


def test_prior_is_the_share_of_each_class_with_one_added():
    labels = np.array([0] * 1 + [1] * 2 + [2] * 4)
    assert class_prior(labels) == pytest.approx([2 / 10, 3 / 10, 5 / 10])


def test_a_class_never_seen_is_improbable_not_impossible():
    assert class_prior(np.array([2, 2])) == pytest.approx([1 / 5, 1 / 5, 3 / 5])


def test_drift_is_the_mean_of_the_past():
    assert drift(np.array([0.01, 0.03, -0.01])) == pytest.approx(0.01)


def test_persistence_gives_the_last_class_the_share_in_which_it_came_again():
    past, label = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 2, 1, 2, 2, 0])
    told = persistence(past, label, np.array([2, 0]))
    again = (4 + 1) / (6 + 3)
    assert told[0, 2] == told[1, 0] == pytest.approx(again)
    assert told.sum(axis=1) == pytest.approx(1)
    prior = class_prior(label)
    assert told[0, 0] / told[0, 1] == pytest.approx(prior[0] / prior[1])
