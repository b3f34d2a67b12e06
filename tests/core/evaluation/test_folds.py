from dataclasses import replace

import numpy as np
import pytest

from core.errors import UserError
from core.evaluation.folds import EARLIER_FOLDS, LEAST_LEARNING_WEEKS, latest_folds, walk_forward

DAY = np.timedelta64(1, "D")


def test_no_label_learned_from_reaches_a_judged_week(inputs, folds):
    for fold in folds:
        assert (inputs.target_date[fold.learn] < fold.begins).all()
        assert (inputs.week[fold.learn] + 28 * DAY < fold.begins).all()


def test_every_known_label_is_learned_from(inputs, folds):
    for fold in folds:
        known = inputs.usable & (inputs.target_date < fold.begins)
        assert fold.learn.tolist() == np.flatnonzero(known).tolist()


def test_the_reported_weeks_are_each_judged_once(inputs, folds):
    judged = np.concatenate([fold.judge for fold in folds])
    assert len(np.unique(judged)) == len(judged)
    year = inputs.week.astype("datetime64[Y]").astype(int) + 1970
    wanted = np.flatnonzero(inputs.judged & (year >= 2018) & (year <= 2020))
    assert set(wanted) <= set(judged)


def test_folds_of_26_weeks_begin_with_the_first_reported_week(inputs, folds):
    begins = [str(fold.begins)[:10] for fold in folds]
    assert "2018-01-05" in begins
    for fold in folds[:-1]:
        assert len(np.unique(inputs.week[fold.judge])) == 26
    assert len(np.unique(inputs.week[folds[0].learn])) >= LEAST_LEARNING_WEEKS
    assert [fold.number for fold in folds] == list(range(len(folds)))


def test_the_folds_before_are_kept_only_so_far_back(inputs):
    folds = walk_forward(inputs, 2019, 2019, refit_weeks=4)
    before = [fold for fold in folds if str(fold.ends) < "2019"]
    assert len(before) == EARLIER_FOLDS


@pytest.mark.parametrize("years", [(2015, 2016), (2030, 2031)])
def test_years_that_cannot_be_judged_are_one_sentence(inputs, years):
    with pytest.raises(UserError, match=f"No week from {years[0]} to {years[1]} can be judged"):
        walk_forward(inputs, *years)


def test_the_latest_folds_end_with_the_last_labelled_week(inputs):
    folds, since = latest_folds(inputs, 60)
    weeks = np.unique(inputs.week[inputs.judged])
    assert since == weeks[-60]
    assert folds[-1].ends == weeks[-1]
    assert since in [fold.begins for fold in folds]
    assert folds[0].begins < since
    judged = np.concatenate([fold.judge for fold in folds])
    assert len(np.unique(judged)) == len(judged)
    for fold in folds:
        assert (inputs.target_date[fold.learn] < fold.begins).all()


def test_a_short_history_judges_fewer_weeks_but_learns_for_a_year(inputs):
    folds, since = latest_folds(inputs, 500)
    weeks = np.unique(inputs.week[inputs.judged])
    assert (weeks >= since).sum() == len(weeks) - 2 * LEAST_LEARNING_WEEKS - 4
    assert len(np.unique(inputs.week[folds[0].learn])) >= LEAST_LEARNING_WEEKS


def test_too_short_a_history_is_one_sentence(inputs):
    late = inputs.week >= np.unique(inputs.week)[-90]
    short = replace(inputs, usable=inputs.usable & late, judged=inputs.judged & late)
    with pytest.raises(UserError, match="a walk-forward needs 104 or more"):
        latest_folds(short, 60)
