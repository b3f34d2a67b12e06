"""Whether a file's prices stand on the basis of the stored ones, day by day."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.market.schema import PRICES

DRIFT = 0.005
"""Prices that differ by a larger share, and by more than rounding, are not the same."""
LAST_PLACE = 0.01
"""Room for rounding, in the market's unit: the last place most sources keep."""
FEW = 5
"""Up to so many differing days are corrections, where they do not differ by one factor."""
MOST = 0.9
"""Share of the stored days a file must have, with the first and the last, to be whole."""
VOLUME_FACTOR = 10.0
"""A volume that became ten times as large, or a tenth, is a correction worth a look."""


@dataclass(frozen=True)
class Comparison:
    """A file's bars of one stock held against the stored ones.

    Attributes
    ----------
    state : {"same", "corrected", "rewritten", "other"}
        ``corrected``: single days differ and are taken. ``rewritten``: the file brings the
        whole history on another basis, and is taken. ``other``: it stands on another basis
        and brings only a part, so that joining the two would make a jump.
    common : int
        Days both have.
    factor : float
        Middle ratio of the file's closes to the stored ones where they differ; 1 where not.
    stored : ndarray of int64, shape (n_new,)
        For each of the file's bars the place of its day among the stored ones, or -1.
    replaced : ndarray of bool, shape (n_new,)
        The file's bars whose prices or volume differ from the stored day's.
    """

    state: str
    common: int
    factor: float
    stored: NDArray[np.int64]
    replaced: NDArray[np.bool_]


def compare(stored: pd.DataFrame, new: pd.DataFrame) -> Comparison:
    """Tell corrections from another basis.

    Parameters
    ----------
    stored, new : DataFrame
        Bars (``core.market.schema.BAR_COLUMNS``) of one stock, neither of them empty.

    Notes
    -----
    A seam is a stored day beside another one that the file lacks. Where the
    closes agree at every seam, the joined history has no jump. Where they do
    not, the file stands on another basis if its closes differ by one factor on
    two days or more, if they differ on more than five days, or if they agree on
    no day at all and the file has new days too.
    """
    days, new_days = stored["date"].to_numpy(), new["date"].to_numpy()
    place = np.searchsorted(days, new_days).clip(max=len(days) - 1)
    known = days[place] == new_days
    where = np.where(known, place, -1)
    here = place[known]
    before, after = stored.iloc[here], new[known]
    unlike = np.zeros(len(here), dtype=bool)
    for name in PRICES:
        unlike |= _unlike(before[name].to_numpy(), after[name].to_numpy())
    traded = np.stack([before["volume"].to_numpy(), after["volume"].to_numpy()])
    unlike |= traded.max(axis=0) > VOLUME_FACTOR * traded.min(axis=0)
    replaced = np.zeros(len(new), dtype=bool)
    replaced[known] = unlike
    old_close, new_close = before["close"].to_numpy(), after["close"].to_numpy()
    differs = _unlike(old_close, new_close)
    count, common = int(differs.sum()), len(here)
    if not count:
        return Comparison("corrected" if unlike.any() else "same", common, 1.0, where, replaced)
    factors = new_close[differs] / old_close[differs]
    factor = float(np.median(factors))
    one_factor = count > 1 and not _unlike(old_close[differs] * factor, new_close[differs]).any()
    has = np.zeros(len(days) + 2, dtype=bool)
    has[[0, -1]] = True
    has[here + 1] = True
    at_seam = ~has[here] | ~has[here + 2]
    whole = has[1] and has[-2] and common >= MOST * len(days)
    if whole and differs.mean() > 0.5:
        state = "rewritten"
    elif not (differs & at_seam).any() or whole:
        state = "corrected"
    elif one_factor or count > FEW or (count == common and not known.all()):
        state = "other"
    else:
        state = "corrected"
    return Comparison(state, common, factor, where, replaced)


def _unlike(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.abs(b - a) > np.maximum(DRIFT * a, LAST_PLACE)
