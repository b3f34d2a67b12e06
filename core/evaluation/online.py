"""From raw out-of-fold forecasts to what would have been shown: each step from the past alone.

At each refit the calibration, the shrinkage, the interval's scale and the call
rule are fitted on forecasts of earlier folds whose labels were known before the
first judged week; the interval's width is updated every week.
"""

from dataclasses import dataclass

import numpy as np

from core.evaluation.candidates import Candidate
from core.evaluation.folds import Fold
from core.evaluation.inputs import Inputs
from core.evaluation.out_of_fold import OutOfFold
from models.baselines import class_prior
from models.calls import CallRule, fit_call_rule
from models.conformal import LEVELS, conformal_widths, fit_move_scale
from models.shrinkage import fit_shrinkage
from models.two_part import fit_two_part, nothing_known

LEAST_CALIBRATION_WEEKS = 52
"""With fewer out-of-fold weeks a model has proved nothing and the prior is said."""
LEAST_WIDTH_WEEKS = 13


@dataclass(frozen=True)
class Fitted:
    """What one refit chose, for the report: whatever applies.

    Attributes
    ----------
    begins : str
        First judged week.
    temperature, weight : float
        Of SIDEWAYS or not.
    market, apart : float
        Shares kept of the market's part and of the stock's own.
    margin : float
        Of a call above its prior.
    """

    begins: str
    temperature: float | None = None
    weight: float | None = None
    market: float | None = None
    apart: float | None = None
    margin: float | None = None


def calibrated(
    inputs: Inputs, folds: list[Fold], out: OutOfFold, name: str
) -> tuple[np.ndarray, list[Fitted]]:
    """Probabilities after calibration in two parts, shape (n, 3)."""
    told = np.empty_like(out.told[name])
    notes = []
    for fold in folds:
        now, past = _parts(inputs, fold, out)
        prior = class_prior(inputs.label[fold.learn])
        if len(np.unique(inputs.week[out.rows[past]])) < LEAST_CALIBRATION_WEEKS:
            made = nothing_known(prior)
        else:
            rows = out.rows[past]
            made = fit_two_part(out.told[name][past], inputs.label[rows], inputs.week[rows], prior)
        told[now] = made.apply(out.told[name][now], inputs.week[out.rows[now]])
        still = made.sideways
        notes.append(
            Fitted(str(fold.begins)[:10], still.temperature, still.weight, made.market, made.apart)
        )
    return told, notes


def shrunken(
    inputs: Inputs, folds: list[Fold], out: OutOfFold, name: str
) -> tuple[np.ndarray, list[Fitted]]:
    """Log returns times the shrinkage of each refit, shape (n,)."""
    told = np.empty_like(out.told[name])
    notes = []
    for fold in folds:
        now, past = _parts(inputs, fold, out)
        rows = out.rows[past]
        made = fit_shrinkage(out.told[name][past], inputs.ret[rows], inputs.week[rows])
        told[now] = made.apply(out.told[name][now], inputs.week[out.rows[now]])
        notes.append(Fitted(str(fold.begins)[:10], market=made.market, apart=made.apart))
    return told, notes


def expected_moves(inputs: Inputs, folds: list[Fold], out: OutOfFold) -> list[np.ndarray]:
    """Expected move of every row by the scale of each fold's learning rows, arrays of (n,)."""
    short, long = inputs.vol_4w[out.rows], inputs.vol_52w[out.rows]
    moves = []
    for fold in folds:
        learn = fold.learn
        scale = fit_move_scale(inputs.ret[learn], inputs.vol_4w[learn], inputs.vol_52w[learn])
        moves.append(scale.apply(short, long))
    return moves


def half_widths(
    inputs: Inputs,
    folds: list[Fold],
    out: OutOfFold,
    forecast: np.ndarray,
    moves: list[np.ndarray],
) -> np.ndarray:
    """Half-widths of the 80 and 95 % intervals around a forecast, log returns, shape (n, 2).

    ``moves`` are those of `expected_moves`. NaN in the first weeks of all,
    before enough labels have matured. A label counts from its target date on:
    that Friday's close is known when the Friday's interval is made.
    """
    rows = out.rows
    week, matures = inputs.week[rows], inputs.target_date[rows]
    miss = np.abs(inputs.ret[rows] - forecast)
    result = np.full((len(rows), len(LEVELS)), np.nan)
    for fold, move in zip(folds, moves, strict=True):
        for now in np.unique(week[out.fold == fold.number]):
            known = matures <= now
            if len(np.unique(week[known])) < LEAST_WIDTH_WEEKS:
                continue
            widths = conformal_widths(miss[known] / move[known], week[known], now)
            at = week == now
            result[at] = move[at, None] * np.asarray(widths)
    return result


def calls(
    inputs: Inputs,
    folds: list[Fold],
    out: OutOfFold,
    proba: np.ndarray,
    ret: np.ndarray,
) -> tuple[np.ndarray, list[Fitted]]:
    """Class called for each row or -1 where withheld, shape (n,), by rules of the past."""
    told = np.full(len(out.rows), -1)
    notes = []
    for fold in folds:
        now, past = _parts(inputs, fold, out)
        rows = out.rows[past]
        prior = class_prior(inputs.label[fold.learn])
        if len(rows):
            rule = fit_call_rule(
                proba[past], ret[past], inputs.label[rows], inputs.week[rows], prior
            )
        else:
            rule = CallRule(None, tuple(prior))
        told[now] = rule.apply(proba[now], ret[now])
        notes.append(Fitted(str(fold.begins)[:10], margin=rule.margin))
    return told, notes


def priors(inputs: Inputs, folds: list[Fold], out: OutOfFold) -> np.ndarray:
    """Class prior of each row's fold, shape (n, 3)."""
    told = np.empty((len(out.rows), 3))
    for fold in folds:
        told[out.fold == fold.number] = class_prior(inputs.label[fold.learn])
    return told


def finished(
    inputs: Inputs, folds: list[Fold], out: OutOfFold, candidate: Candidate
) -> tuple[np.ndarray, list[Fitted]]:
    """A candidate's forecasts as they are judged: pattern calibrated, the rest as told."""
    if candidate.kind == "pattern" and not candidate.baseline:
        return calibrated(inputs, folds, out, candidate.name)
    return out.told[candidate.name], []


def _parts(inputs: Inputs, fold: Fold, out: OutOfFold) -> tuple[np.ndarray, np.ndarray]:
    """Positions this fold answers for, and those whose labels were known before it began."""
    now = np.flatnonzero(out.fold == fold.number)
    past = np.flatnonzero(inputs.target_date[out.rows] < fold.begins)
    return now, past
