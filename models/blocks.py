"""Moving blocks of whole weeks: how sure a score of overlapping, correlated forecasts is."""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=16)
def block_counts(weeks: int, block: int, draws: int = 2000, seed: int = 7) -> np.ndarray:
    """How often each week comes in each draw of a moving-block bootstrap.

    Every score of ours is a function of sums over weeks, so one matrix product
    with these counts gives all its draws; calling a library's bootstrap once a
    draw and score (arch, scipy) takes minutes for the same figures.

    Parameters
    ----------
    weeks : int
        Weeks in a row to draw from.
    block : int
        Weeks in a block; cut to ``weeks`` where history is shorter.
    draws, seed : int

    Returns
    -------
    ndarray of shape (draws, weeks), float64
        Each row adds up to ``weeks``. Read only.

    Notes
    -----
    Kuensch (1989): blocks of fixed length begin anywhere and overlap; the last
    one is cut so that every draw has as many weeks as the original.
    """
    chosen = block_order(weeks, block, weeks, draws, seed)
    cells = chosen + weeks * np.arange(draws)[:, None]
    counts = np.bincount(cells.ravel(), minlength=draws * weeks).reshape(draws, weeks).astype(float)
    counts.flags.writeable = False
    return counts


def block_order(weeks: int, block: int, length: int, draws: int, seed: int = 7) -> np.ndarray:
    """Which weeks follow one another in each draw: blocks of whole weeks, one after the other.

    Parameters
    ----------
    weeks : int
        Weeks in a row to draw from.
    block : int
        Weeks in a block; cut to ``weeks`` where history is shorter.
    length : int
        Weeks of a draw; the last block is cut to fit.
    draws, seed : int

    Returns
    -------
    ndarray of shape (draws, length), int
        Places among the weeks, from 0.
    """
    if weeks < 1:
        raise ValueError("a bootstrap needs at least one week")
    block = max(1, min(block, weeks))
    random = np.random.default_rng(seed)
    starts = random.integers(0, weeks - block + 1, size=(draws, -(-length // block)))
    return (starts[:, :, None] + np.arange(block)).reshape(draws, -1)[:, :length]


def weekly_sums(week: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum of each column over the rows of each week.

    Parameters
    ----------
    week : ndarray of shape (n,)
    values : ndarray of shape (n,) or (n, k)

    Returns
    -------
    weeks : ndarray of shape (t,)
        Distinct weeks, ascending.
    sums : ndarray of shape (t, k)
    """
    weeks, at = np.unique(week, return_inverse=True)
    columns = np.asarray(values, dtype=float)
    columns = columns[:, None] if columns.ndim == 1 else columns
    sums = [np.bincount(at, weights=column, minlength=len(weeks)) for column in columns.T]
    return weeks, np.column_stack(sums)
