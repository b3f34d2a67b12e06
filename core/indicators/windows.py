"""Statistics over sliding windows that depend on nothing but the window.

pandas keeps running sums: quick, but what a large value once left behind stays
in the last bits, so that a flat window gets a spread of 1e-9. numpy's own
reductions change their order of summation with the shape. Here every sum adds
its terms one after the other, oldest first, so the same window gives the same
bits wherever the history begins or ends.

All functions take ``rows`` of shape (size, n): column j is window j, row 0 its
oldest value, row -1 the value the window ends with. A window that reaches back
before the first value holds NaN there.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def trailing(values: Floats, size: int) -> Floats:
    """The last ``size`` values up to and including each.

    Parameters
    ----------
    values : array of shape (n,)
    size : int

    Returns
    -------
    array of shape (size, n)
        A view that must not be written to.
    """
    padded = np.concatenate([np.full(size - 1, np.nan), values])
    # The view of sliding_window_view, without its 20 microseconds of argument checks.
    return np.ndarray((size, len(values)), np.float64, padded, strides=padded.strides * 2)


def total(rows: Floats) -> Floats:
    """Sum of each window, oldest term first; NaN where a term is missing."""
    result = rows[0].copy()
    for row in rows[1:]:
        result += row
    return result


def mean(rows: Floats) -> Floats:
    """Mean of each window."""
    return total(rows) / len(rows)


def spread(rows: Floats, ddof: int) -> Floats:
    """Standard deviation of each window; exactly zero where all values are equal."""
    centred = rows - rows[0]
    centred -= mean(centred)
    centred *= centred
    return np.sqrt(total(centred) / (len(rows) - ddof))


def present(rows: Floats) -> NDArray[np.int64]:
    """How many values of each window are there."""
    return np.count_nonzero(~np.isnan(rows), axis=0)


def median(rows: Floats, least: int) -> Floats:
    """Median of the values that are there; NaN where they are fewer than ``least``."""
    ordered = np.sort(rows, axis=0)  # missing values go last
    count = present(rows)
    column = np.arange(rows.shape[1])
    lower = ordered[np.maximum(count - 1, 0) // 2, column]
    upper = ordered[np.minimum(count // 2, len(rows) - 1), column]
    return np.where(count >= least, (lower + upper) / 2, np.nan)


def rank_of_last(rows: Floats, least: int) -> Floats:
    """Share of the values present that are not above the window's last, in (0, 1].

    Equal values share their mean rank, as in ``pandas.Series.rank(pct=True)``.
    NaN where the last value is missing or fewer than ``least`` are there.
    """
    last, count = rows[-1], present(rows)
    below = np.count_nonzero(rows < last, axis=0)
    equal = np.count_nonzero(rows == last, axis=0)
    known = (count >= least) & ~np.isnan(last)
    return np.divide(below + (equal + 1) / 2, count, out=np.full(len(last), np.nan), where=known)
