"""The population stability index of windows of weeks, and how far it spreads by nature.

Stocks move together, so a window of four weeks of 150 stocks is worth far fewer than 600
draws and any textbook threshold is far too low. What counts as unusual is therefore read
from the training period itself: each of its windows against the rest of it.
"""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

BINS = 10
"""Of the training values each holds a tenth, fewer bins where many values are equal."""
CELLS = BINS + 1
"""The last cell counts what is missing: an indicator that goes missing has drifted too."""
PERCENTS = np.linspace(0, 100, 101)


def edges_of(values: Floats) -> Floats:
    """Inner edges of the decile bins, ascending, equal ones once; shape (at most 9,).

    Parameters
    ----------
    values : array of shape (n,)
        NaN where missing.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return np.empty(0)
    # An edge that is one of the values, not between two: a value that many rows share is whole
    # in one bin.
    return np.unique(np.quantile(known, np.arange(1, BINS) / BINS, method="inverted_cdf"))


def counts_of(values: Floats, place: Counts, weeks: int, edges: Floats) -> Counts:
    """How many values of each week fall into each cell, shape (weeks, ``CELLS``).

    Parameters
    ----------
    values : array of shape (n,)
    place : array of int, shape (n,)
        Which week each is of, 0 to ``weeks - 1``.
    weeks : int
    edges : array of shape (k,)
        A value on an edge belongs to the bin below it.
    """
    cell = np.where(np.isnan(values), BINS, np.searchsorted(edges, values, side="left"))
    return np.bincount(place * CELLS + cell, minlength=weeks * CELLS).reshape(weeks, CELLS)


def psi(now: Counts, then: Counts) -> Floats:
    """Sum over cells of (share now - share then) x log(share now / share then).

    An empty cell would make it infinite: half an observation is added to each cell in use of
    what was then, and one observation, spread as then, to what is now.

    Parameters
    ----------
    now, then : array of shape (..., cells)
        Counts; a cell empty in both is not in use.

    Returns
    -------
    array of shape (...)
        0 where both are spread alike, and where there is nothing now.
    """
    used = (now > 0) | (then > 0)
    old = np.where(used, then + 0.5, 0.0)
    old = old / np.maximum(old.sum(axis=-1, keepdims=True), 0.5)
    new = (now + old) / (now.sum(axis=-1, keepdims=True) + 1.0)
    ratio = np.divide(new, old, out=np.ones_like(old), where=used)
    return np.sum(np.where(used, (new - old) * np.log(ratio), 0.0), axis=-1)


def windows(counts: Counts, length: int) -> Counts:
    """Sums over each run of so many weeks, shape (weeks - length + 1, ...), by first week."""
    summed = np.concatenate([np.zeros_like(counts[:1]), np.cumsum(counts, axis=0)])
    return summed[length:] - summed[:-length]


def spread(counts: Counts, length: int, apart: int) -> Floats:
    """PSI of each window of a period against the rest of it.

    Parameters
    ----------
    counts : array of shape (weeks, ..., cells)
    length : int
        Weeks of a window.
    apart : int
        So many weeks on either side of a window are not part of its rest: their values are
        made of the same prices.

    Returns
    -------
    array of shape (weeks - length + 1, ...)
        By first week; empty where the period is too short for any rest.
    """
    if len(counts) < length + apart + 1:
        return np.empty((0, *counts.shape[1:-1]))
    summed = np.concatenate([np.zeros_like(counts[:1]), np.cumsum(counts, axis=0)])
    first = np.arange(len(counts) - length + 1)
    near = summed[np.minimum(first + length + apart, len(counts))]
    near = near - summed[np.maximum(first - apart, 0)]
    return psi(windows(counts, length), summed[-1] - near)


def rank_of(value: float, percentiles: Floats) -> float:
    """Share of values below one, equal ones counted half; by 101 percentiles of theirs."""
    if np.isnan(value) or np.isnan(percentiles[0]):
        return np.nan
    below, above = (np.searchsorted(percentiles, value, side=s) for s in ("left", "right"))
    if below == above:  # between two of them
        return float(np.interp(value, percentiles, PERCENTS) / 100)
    return float((PERCENTS[below] + PERCENTS[above - 1]) / 200)
