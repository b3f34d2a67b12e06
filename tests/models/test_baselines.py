import numpy as np
import pytest

from models.baselines import CLASSES, class_prior, no_change


def test_classes_run_from_down_to_up():
    assert CLASSES == ("DOWN", "SIDEWAYS", "UP")


def test_no_change_is_a_return_of_zero():
    assert no_change(3).tolist() == [0.0, 0.0, 0.0]


def test_prior_is_the_share_of_each_class_with_one_added():
    labels = np.array([0] * 1 + [1] * 2 + [2] * 4)
    assert class_prior(labels) == pytest.approx([2 / 10, 3 / 10, 5 / 10])


def test_a_class_never_seen_is_improbable_not_impossible():
    assert class_prior(np.array([2, 2])) == pytest.approx([1 / 5, 1 / 5, 3 / 5])
