"""Statistics over sliding windows that depend on nothing but the window.

pandas keeps running sums: quick, but what a large value once left behind stays
in the last bits, so that a flat window gets a spread of 1e-9. numpy's own
reductions change their order of summation with the shape. Here every sum adds
its terms one after the other, oldest first, so the same window gives the same
bits wherever the history begins or ends, and whichever stocks lie beside it.

All functions take ``rows`` of shape (size, n): column j is window j, row 0 its
oldest value, row -1 the value the window ends with. A window that reaches back
before the first value holds NaN there. No window has more than 255 values.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.intp] | None
"""Positions at which windows end; None for all."""


def trailing(values: Floats, size: int, at: Rows = None) -> Floats:
    """The last ``size`` values up to and including each.

    Parameters
    ----------
    values : array of shape (n,)
    size : int
    at : array of int, optional
        Only the windows that end at these positions.

    Returns
    -------
    array of shape (size, n) or (size, len(at))
        Without ``at`` a view that must not be written to.
    """
    padded = np.concatenate([np.full(size - 1, np.nan), values])
    if at is not None:
        return padded[np.arange(size)[:, None] + at]
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


def present(rows: Floats) -> NDArray[np.uint8]:
    """How many values of each window are there."""
    return _count(rows == rows)


def median(rows: Floats, least: int) -> Floats:
    """Median of the values that are there; NaN where they are fewer than ``least``."""
    ordered = np.sort(rows, axis=0)  # missing values go last
    count = present(rows).astype(np.intp)
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
    below, equal = _count(rows < last), _count(rows == last)
    known = (count >= least) & ~np.isnan(last)
    share = below + (equal + 1.0) / 2
    return np.divide(share, count, out=np.full(len(last), np.nan), where=known)


def _count(marks: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Marks in each column, in bytes: eight times less to move than in words."""
    return np.add.reduce(marks.view(np.uint8), axis=0, dtype=np.uint8)
