"""The walk-forward's folds: refit every half year, on the past only."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.errors import UserError
from core.evaluation.inputs import Inputs
from core.formats import day
from core.language import _

REFIT_WEEKS = 26
EARLIER_FOLDS = 8
"""Four years before the first reported week feed what is fitted online; more would only take
time."""
LEAST_LEARNING_WEEKS = 52
"""The first fold needs a year of labelled weeks."""
LEAST_JUDGED_WEEKS = 26


@dataclass(frozen=True)
class Fold:
    """One refit and the weeks it answers for.

    Attributes
    ----------
    number : int
        0 is the first.
    learn, judge : ndarray of int
        Row numbers. Every label of ``learn`` was known before the first judged week.
    begins, ends : datetime64
        First and last judged week.
    """

    number: int
    learn: np.ndarray
    judge: np.ndarray
    begins: np.datetime64
    ends: np.datetime64


def walk_forward(
    inputs: Inputs, first_year: int, last_year: int, refit_weeks: int = REFIT_WEEKS
) -> list[Fold]:
    """Folds that judge the weeks of some years, and earlier ones where data reach back.

    At most eight earlier folds judge nothing that is reported: their forecasts are the
    out-of-fold past that calibration, shrinkage, interval widths and the call
    rule of the first reported weeks are fitted on.

    Parameters
    ----------
    inputs : Inputs
    first_year, last_year : int
        As-of years reported, both included.
    refit_weeks : int

    Raises
    ------
    UserError
        If no week of these years can be judged after a year of learning.
    """
    weeks = np.unique(inputs.week[inputs.judged])
    year = weeks.astype("datetime64[Y]").astype(int) + 1970
    reported = np.flatnonzero((year >= first_year) & (year <= last_year))
    known = np.unique(inputs.week[inputs.usable])
    folds: list[Fold] = []
    if len(reported):
        first = max(reported[0] - EARLIER_FOLDS * refit_weeks, reported[0] % refit_weeks)
        starts = range(first, reported[-1] + 1, refit_weeks)
        folds = _folds(inputs, weeks, starts, reported[-1] + 1)
    if not folds or folds[-1].ends < weeks[reported[0]]:
        have = _(" to ").join(day(known[at]) for at in (0, -1)) if len(known) else _("none")
        raise UserError(
            _(
                "No week from {first} to {last} can be judged: a year of labelled weeks must lie "
                "before it (labelled weeks after the warm-up: {have})."
            ).format(first=first_year, last=last_year, have=have)
        )
    return folds


def latest_folds(
    inputs: Inputs, judged_weeks: int, refit_weeks: int = 2 * REFIT_WEEKS
) -> tuple[list[Fold], np.datetime64]:
    """Folds up to the last labelled week, and the first of the weeks that judge.

    The folds before it feed what is fitted online, as in `walk_forward`. Where
    history is short fewer weeks judge, so that a year remains to learn from and,
    if it can be, another for the calibration.

    Raises
    ------
    UserError
        If not even half a year could be judged.
    """
    weeks = np.unique(inputs.week[inputs.judged])
    spare = len(weeks) - LEAST_LEARNING_WEEKS - inputs.horizon_weeks
    judged = min(judged_weeks, max(spare - LEAST_LEARNING_WEEKS, spare // 2))
    if judged < LEAST_JUDGED_WEEKS:
        raise UserError(
            _(
                "These stocks give only {weeks} weeks to learn from after the warm-up, and a "
                "walk-forward needs {needed} or more: add longer histories, or train with the "
                "preset standard."
            ).format(weeks=len(weeks), needed=LEAST_LEARNING_WEEKS + 2 * LEAST_JUDGED_WEEKS)
        )
    since = len(weeks) - judged
    first = max(since - EARLIER_FOLDS // 2 * refit_weeks, since % refit_weeks)
    starts = [*range(first, since, refit_weeks), *range(since, len(weeks), refit_weeks)]
    return _folds(inputs, weeks, starts, len(weeks)), weeks[since]


def _folds(inputs: Inputs, weeks: np.ndarray, starts: Iterable[int], end: int) -> list[Fold]:
    """One fold from each start to the next, where there is enough to learn from."""
    starts, folds = list(starts), []
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        judged = weeks[start:stop]
        # By dates: counted weeks would reach past the gap where a week is missing (Tet).
        learn = np.flatnonzero(inputs.usable & (inputs.target_date < judged[0]))
        if len(np.unique(inputs.week[learn])) < LEAST_LEARNING_WEEKS:
            continue
        inside = (inputs.week >= judged[0]) & (inputs.week <= judged[-1])
        judge = np.flatnonzero(inputs.judged & inside)
        folds.append(Fold(len(folds), learn, judge, judged[0], judged[-1]))
    return folds
