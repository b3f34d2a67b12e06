"""Where versions differ: by stock, by year, by how sure they said to be."""

import numpy as np
import pandas as pd

from core.comparison.ground import Ground, Told
from core.comparison.metrics import HEADLINES, METRICS, Metric, losses, measures
from core.comparison.scores import LEAST_WEEKS
from core.evaluation.pattern_scores import hit_curve, log_loss, reliability_bins
from core.evaluation.significance import Measure, estimate
from core.registry import PRICE

LEAST_IN_BIN = 20
"""Fewer forecasts say nothing of how often something comes."""


def headline(model: str) -> Metric:
    """The score that leads the tables by stock and by year."""
    return next(metric for metric in METRICS[model] if metric.name == HEADLINES[model][0])


def by_year(model: str, ground: Ground, name: str) -> pd.DataFrame:
    """One score of each version in each calendar year of the common weeks.

    Returns
    -------
    DataFrame
        ``group`` (the year), ``version, value, low, high, baseline, weeks``; the interval is
        missing where a year has too few weeks for one.
    """
    found = []
    for year in np.unique(ground.year):
        part = ground.part(ground.year == year)
        weeks = part.weeks
        for number, told in part.told.items():
            own = measures(model, part, told).get(name)
            if own is None:
                continue
            scored = estimate(*own)
            low, high = (scored.low, scored.high) if weeks >= LEAST_WEEKS else (np.nan, np.nan)
            found.append((str(year), number, scored.value, low, high, weeks))
    columns = ["group", "version", "value", "low", "high", "weeks"]
    return pd.DataFrame(found, columns=columns)


def by_stock(model: str, ground: Ground, reference: int) -> pd.DataFrame:
    """The headline score of each version for each stock, the greatest differences first.

    Returns
    -------
    DataFrame
        ``symbol, forecasts, baseline`` (no change, or the reference's class prior),
        ``v1``, ``v3``, ... and ``gap``: of the versions other than the reference, the
        difference to it that is greatest in size.
    """
    name = HEADLINES[model][0]
    symbols, at, count = np.unique(ground.symbol, return_inverse=True, return_counts=True)

    def mean(loss: np.ndarray) -> np.ndarray:
        return np.bincount(at, weights=loss, minlength=len(symbols)) / count

    if model == PRICE:
        usual = np.abs(1 - np.exp(-ground.ret))
    else:
        usual = log_loss(ground.label, ground.told[reference].prior)
    found = {"symbol": symbols, "forecasts": count, "baseline": mean(usual)}
    for number, told in ground.told.items():
        found[f"v{number}"] = mean(losses(model, name, ground, told))
    others = [number for number in ground.told if number != reference]
    gaps = np.array([found[f"v{number}"] - found[f"v{reference}"] for number in others])
    most = np.abs(gaps).argmax(axis=0)
    found["gap"] = gaps[most, np.arange(len(symbols))]
    table = pd.DataFrame(found)
    order = table["gap"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def reliability(ground: Ground) -> pd.DataFrame:
    """How often the most probable class came, by how probable it was said to be.

    Returns
    -------
    DataFrame
        ``version, said, came, count``, one row a bin of at least ``LEAST_IN_BIN`` forecasts.
    """
    found = [
        (number, *row)
        for number, told in ground.told.items()
        for row in reliability_bins(ground.label, told.proba)
        if row[2] >= LEAST_IN_BIN
    ]
    return pd.DataFrame(found, columns=["version", "said", "came", "count"])


def hits(ground: Ground) -> pd.DataFrame:
    """Hit rate against the share of directional calls given, the boldest of each week first.

    Returns
    -------
    DataFrame
        ``version, share, hit_rate, usual_rate``.
    """
    found = [
        (number, *row)
        for number, told in ground.told.items()
        for row in hit_curve(ground.week, ground.label, told.proba, told.prior)
    ]
    return pd.DataFrame(found, columns=["version", "share", "hit_rate", "usual_rate"])


def confusions(ground: Ground) -> dict[int, list[list[int]]]:
    """Counts by what came (rows) and the most probable class (columns), by version."""
    from core.training.evaluation import confusion  # scikit-learn, which pages do without

    return {number: confusion(ground.label, told.proba) for number, told in ground.told.items()}


def always_usual(ground: Ground, told: Told) -> float:
    """How often naming the most frequent class every time is right."""
    hit = (told.prior.argmax(axis=1) == ground.label).astype(float)
    columns = np.column_stack([hit, np.ones(ground.rows)])
    return Measure(ground.week, columns, lambda s: s[..., 0] / s[..., 1]).value
