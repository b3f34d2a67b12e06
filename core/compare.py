"""Several symbols on one scale: 100 in the first week they all traded."""

from collections.abc import Mapping

import pandas as pd

BASE = 100.0


def rebased(closes: Mapping[str, pd.Series], weeks: int) -> pd.DataFrame:
    """Weekly closes, each divided by its own of one common first week, times 100.

    Parameters
    ----------
    closes : mapping of str to Series indexed by week
        NaN where a symbol did not trade.
    weeks : int
        How many of the last weeks are shown.

    Returns
    -------
    DataFrame indexed by week, one column a symbol
        From the first of these weeks in which all traded on; empty where there is none.
        A later week without trading stays missing.
    """
    table = pd.DataFrame(closes).sort_index().iloc[-weeks:]
    common = table.dropna().index
    if common.empty:
        return table.iloc[:0]
    table = table[table.index >= common[0]]
    return BASE * table / table.iloc[0]
