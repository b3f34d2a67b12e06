"""Putting a believed reply into a stored history."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.market.schema import BAR_COLUMNS, PRICES


@dataclass(frozen=True)
class Merged:
    """A history with a reply in it.

    Attributes
    ----------
    bars : DataFrame
        As it shall stand.
    added, changed : int
        Days that are new, and days whose stored values differ now.
    rescaled : int
        Days the reply lacks that were brought to its basis.
    """

    bars: pd.DataFrame
    added: int
    changed: int
    rescaled: int = 0


def merge(stored: pd.DataFrame | None, reply: pd.DataFrame, *, whole: bool = False) -> Merged:
    """Join by date; the reply wins, and what only the stored bars know is kept.

    Parameters
    ----------
    stored : DataFrame or None
        Bars (``core.market.schema.BAR_COLUMNS``).
    reply : DataFrame
        The same, not empty.
    whole : bool
        The reply is a rewritten history: stored bars of days it lacks are multiplied
        by the ratio of the closes on the next day both have (else the last).
    """
    if stored is None:
        return Merged(reply, len(reply), 0)
    old_days, new_days = stored["date"].to_numpy(), reply["date"].to_numpy()
    place = np.searchsorted(old_days, new_days).clip(max=len(old_days) - 1)
    known = old_days[place] == new_days
    columns = list(BAR_COLUMNS[1:])
    before, after = stored[columns].to_numpy()[place], reply[columns].to_numpy(copy=True)
    # Traded value and the close as traded do not change when a history is adjusted anew.
    for name in ("value", "raw_close"):
        column = columns.index(name)
        lacking = known & np.isnan(after[:, column])
        after[lacking, column] = before[lacking, column]
    same = known & ((before == after) | (np.isnan(before) & np.isnan(after))).all(axis=1)
    kept = stored.loc[~np.isin(old_days, new_days), list(BAR_COLUMNS)]
    rescaled = 0
    if whole and known.any():
        close = columns.index("close")
        ratio = pd.Series(after[known, close] / before[known, close], index=new_days[known])
        ratio = ratio.reindex(old_days).bfill().ffill().to_numpy()[kept.index]
        kept = kept.assign(**{name: kept[name] * ratio for name in PRICES})
        rescaled = int((np.abs(ratio - 1) > 1e-9).sum())
    new = pd.DataFrame(after, columns=columns)
    new.insert(0, "date", new_days)
    bars = pd.concat([kept, new]).sort_values("date", ignore_index=True)
    return Merged(bars, int((~known).sum()), int((known & ~same).sum()), rescaled)
