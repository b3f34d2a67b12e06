"""Scores of a return forecast, each beside "no change" and the drift."""

import numpy as np

from core.evaluation.significance import Estimate, Measure, estimate
from models.conformal import LEVELS
from models.cross_section import demeaned

LEAST_FOR_RANK = 5
"""Fewer stocks in a week have no rank correlation worth averaging."""
TOP_SHARE = 0.2
MONTHS_A_YEAR = 13
"""Of four weeks each."""


def price_scores(
    week: np.ndarray,
    close: np.ndarray,
    actual: np.ndarray,
    forecast: np.ndarray,
    drift: np.ndarray,
) -> dict[str, Estimate]:
    """Every score of one candidate; arguments and names as in `price_measures`."""
    measures = price_measures(week, close, actual, forecast, drift)
    return {name: estimate(*measure) for name, measure in measures.items()}


def price_measures(
    week: np.ndarray,
    close: np.ndarray,
    actual: np.ndarray,
    forecast: np.ndarray,
    drift: np.ndarray | None = None,
) -> dict[str, Measure]:
    """Every score of one candidate, before it is taken.

    Parameters
    ----------
    week, close : ndarray of shape (n,)
        As-of week, and its close in the market's price unit.
    actual, forecast : ndarray of shape (n,)
        Log return that came, and that was forecast.
    drift : ndarray of shape (n,), optional
        Mean of the past; without it there is no ``R2_drift``.

    Returns
    -------
    dict of Measure
        ``MAE, RMSE`` (price unit), ``MAPE`` (fraction) and their ``*_ratio`` to
        no change; ``R2`` against zero, ``R2_drift``, ``R2_demeaned``
        (1 - squared errors over those of the baseline, log returns); ``IC``, the mean
        weekly rank correlation (Spearman), and ``IC_ratio``, mean over spread of the weeks;
        ``sharpe``, a year, before costs, of holding each week's top fifth by forecast against
        the mean of all; all three are missing where a forecast never tells stocks apart.
    """
    reached = close * np.exp(actual)
    miss = reached - close * np.exp(forecast)
    still = reached - close
    errors = [abs_ for m in (miss, still) for abs_ in (np.abs(m), m**2, np.abs(m / reached))]
    columns = np.column_stack([*errors, np.ones(len(week))])
    found = {}
    for place, name in enumerate(("MAE", "RMSE", "MAPE")):
        power = 0.5 if name == "RMSE" else 1.0
        found[name] = Measure(
            week, columns, lambda s, k=place, p=power: (s[..., k] / s[..., 6]) ** p
        )
        found[f"{name}_ratio"] = Measure(
            week, columns, lambda s, k=place, p=power: (s[..., k] / s[..., k + 3]) ** p
        )
    usual = [actual] if drift is None else [actual, actual - drift]
    squares = np.column_stack([(actual - forecast) ** 2, *(miss**2 for miss in usual)])
    found["R2"] = Measure(week, squares, lambda s: 1 - s[..., 0] / s[..., 1])
    if drift is not None:
        found["R2_drift"] = Measure(week, squares, lambda s: 1 - s[..., 0] / s[..., 2])
    apart, told = demeaned(actual, week), demeaned(forecast, week)
    squares = np.column_stack([(apart - told) ** 2, apart**2])
    found["R2_demeaned"] = Measure(week, squares, lambda s: 1 - s[..., 0] / s[..., 1])
    weeks, correlation = weekly_rank_correlation(week, actual, forecast)
    if len(weeks):
        columns = np.column_stack([correlation, correlation**2, np.ones(len(weeks))])
        found["IC"] = Measure(weeks, columns, lambda s: s[..., 0] / s[..., 2])
        found["IC_ratio"] = Measure(weeks, columns, _ratio)
    weeks, gain = weekly_gain(week, actual, forecast)
    if len(weeks) > 1 and np.std(gain) > 0:
        columns = np.column_stack([gain, gain**2, np.ones(len(gain))])
        found["sharpe"] = Measure(weeks, columns, _yearly_ratio)
    return found


def _yearly_ratio(sums: np.ndarray) -> np.ndarray:
    return _ratio(sums) * np.sqrt(MONTHS_A_YEAR)


def weekly_gain(
    week: np.ndarray, actual: np.ndarray, forecast: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return to the target date of each week's top fifth less that of all, two arrays of (t,).

    Weeks with fewer than five stocks, or in which all forecasts are equal, are left out.
    """
    weeks, found = [], []
    for rows in _by_week(week):
        if len(rows) < LEAST_FOR_RANK or np.ptp(forecast[rows]) == 0:
            continue
        count = max(1, int(TOP_SHARE * len(rows)))
        top = rows[np.argsort(-forecast[rows], kind="stable")[:count]]
        found.append(np.expm1(actual[top]).mean() - np.expm1(actual[rows]).mean())
        weeks.append(week[rows[0]])
    return np.array(weeks, dtype=week.dtype), np.array(found)


def _by_week(week: np.ndarray) -> list[np.ndarray]:
    order = np.argsort(week, kind="stable")
    begins = np.flatnonzero(np.diff(week[order].astype(np.int64), prepend=-1))
    return np.split(order, begins[1:])


def _ratio(sums: np.ndarray) -> np.ndarray:
    mean = sums[..., 0] / sums[..., 2]
    return mean / np.sqrt(sums[..., 1] / sums[..., 2] - mean**2)


def weekly_rank_correlation(
    week: np.ndarray, actual: np.ndarray, forecast: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Spearman's correlation of forecast and outcome in each week, two arrays of shape (t,).

    Weeks with fewer than five stocks, or in which all forecasts are equal, are left out.
    """
    weeks, found = [], []
    for rows in _by_week(week):
        if len(rows) < LEAST_FOR_RANK or np.ptp(forecast[rows]) == 0 or np.ptp(actual[rows]) == 0:
            continue
        ranks = [_ranks(values[rows]) for values in (actual, forecast)]
        found.append(np.corrcoef(*ranks)[0, 1])
        weeks.append(week[rows[0]])
    return np.array(weeks, dtype=week.dtype), np.array(found)


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0, equal values sharing their mean."""
    _, at, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count + 1) / 2)[at]


def coverage(
    week: np.ndarray, actual: np.ndarray, forecast: np.ndarray, half: np.ndarray
) -> dict[str, Estimate]:
    """Share of outcomes inside the intervals, and their width; as in `coverage_measures`."""
    measures = coverage_measures(week, actual, forecast, half)
    return {name: estimate(*measure) for name, measure in measures.items()}


def coverage_measures(
    week: np.ndarray, actual: np.ndarray, forecast: np.ndarray, half: np.ndarray
) -> dict[str, Measure]:
    """Share of outcomes inside the intervals, and the intervals' mean width, before they are taken.

    Parameters
    ----------
    half : ndarray of shape (n, 2)
        Half-widths of the 80 and 95 % intervals; rows without one are left out, and a level
        without any.
    """
    inside = np.abs(actual - forecast)[:, None] <= half
    found = {}
    for place, level in enumerate(LEVELS):
        known = np.isfinite(half[:, place])
        if not known.any():
            continue
        columns = np.column_stack([inside[:, place], 2 * half[:, place], np.ones(len(week))])
        for column, name in enumerate(("coverage", "width")):
            found[f"{name}_{level * 100:.0f}"] = Measure(
                week[known], columns[known], lambda s, k=column: s[..., k] / s[..., 2]
            )
    return found
