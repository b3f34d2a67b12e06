"""The table: every candidate beside its baselines, by year, sector, exchange and volatility."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.evaluation import online
from core.evaluation.candidates import CANDIDATES, SHIPPED, SHRUNKEN, Candidate
from core.evaluation.folds import Fold
from core.evaluation.inputs import Inputs
from core.evaluation.out_of_fold import OutOfFold
from core.evaluation.scoring import Report, Told, View, score, splits, year_of
from models.baselines import CLASSES


def evaluate(
    inputs: Inputs,
    folds: list[Fold],
    out: OutOfFold,
    candidates: list[Candidate],
    scored: np.ndarray,
    listing: pd.DataFrame | None = None,
) -> Report:
    """Score every candidate on some of the weeks.

    Parameters
    ----------
    inputs, folds, out, candidates
        Of one run of the walk-forward; folds before the scored weeks feed what is
        fitted online and are not scored.
    scored : ndarray of bool
        Which of ``out.rows`` count, such as those of `in_years`.
    listing : DataFrame, optional
        ``symbol, sector, exchange``; without it there are no such splits.
    """
    scored = np.flatnonzero(scored)
    rows = out.rows[scored]
    view = View(
        week=inputs.week[rows],
        symbol=inputs.symbol[rows],
        close=inputs.close[rows],
        ret=inputs.ret[rows],
        label=inputs.label[rows],
        drift=out.told["drift"][scored],
        prior=online.priors(inputs, folds, out)[scored],
        splits=splits(inputs.week[rows], inputs.symbol[rows], inputs.move[rows], listing),
    )
    whole, fitted = {}, {}
    for candidate in candidates:
        name = candidate.name
        whole[name], fitted[name] = online.finished(inputs, folds, out, candidate)
    if SHIPPED["price"] in whole:
        whole[SHRUNKEN], fitted[SHRUNKEN] = online.shrunken(inputs, folds, out, SHIPPED["price"])
    moves = online.expected_moves(inputs, folds, out)
    told = {}
    for name in (name for name in _order() if name in whole):
        values, half = whole[name], None
        if values.ndim == 1:
            half = online.half_widths(inputs, folds, out, values, moves)[scored]
        told[name] = Told(values[scored], half)
    if SHRUNKEN not in told or SHIPPED["pattern"] not in told:
        return replace(score(view, told, None), fitted=fitted)
    proba = whole[SHIPPED["pattern"]]
    call, fitted["calls"] = online.calls(inputs, folds, out, proba, whole[SHRUNKEN])
    return replace(
        score(view, told, (SHIPPED["pattern"], call[scored])),
        fitted=fitted,
        forecasts=_shown(
            view, told[SHRUNKEN], proba[scored], call[scored], _learned_to(inputs, folds)[rows]
        ),
    )


def _learned_to(inputs: Inputs, folds: list[Fold]) -> np.ndarray:
    """The last day whose outcome the model of each judged row had learned from."""
    known = np.full(len(inputs.week), np.datetime64("NaT"), dtype="datetime64[ns]")
    for fold in folds:
        known[fold.judge] = inputs.target_date[fold.learn].max()
    return known


def _shown(
    view: View, price: Told, proba: np.ndarray, call: np.ndarray, learned_to: np.ndarray
) -> pd.DataFrame:
    names = [name.lower() for name in CLASSES]
    return pd.DataFrame(
        {
            "week": view.week,
            "symbol": view.symbol,
            "close": view.close,
            "ret": view.ret,
            "forecast": price.values,
            "half_80": price.half[:, 0],
            "half_95": price.half[:, 1],
            **{f"p_{name}": proba[:, i] for i, name in enumerate(names)},
            **{f"prior_{name}": view.prior[:, i] for i, name in enumerate(names)},
            "label": view.label.astype(np.int8),
            "call": call.astype(np.int8),
            "learned_to": learned_to,
        }
    )


def in_years(inputs: Inputs, out: OutOfFold, first: int, last: int) -> np.ndarray:
    """Which out-of-fold rows have their as-of week in some years, both included."""
    year = year_of(inputs.week[out.rows])
    return (year >= first) & (year <= last)


def _order() -> list[str]:
    names = list(CANDIDATES)
    names.insert(names.index(SHIPPED["price"]) + 1, SHRUNKEN)
    return names
