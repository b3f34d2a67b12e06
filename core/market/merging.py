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
    old = stored.set_index("date")
    new = reply.set_index("date")
    both = new.index.intersection(old.index)
    # Traded value and the close as traded do not change when a history is adjusted anew.
    for name in ("value", "raw_close"):
        new[name] = new[name].fillna(old[name].reindex(new.index))
    kept = old[~old.index.isin(new.index)].copy()
    rescaled = 0
    if whole and len(both):
        ratio = new["close"][both] / old["close"][both]
        factor = ratio.reindex(old.index).bfill().ffill()[kept.index].to_numpy()
        kept[list(PRICES)] = kept[list(PRICES)].mul(factor, axis=0)
        rescaled = int((np.abs(factor - 1) > 1e-9).sum())
    columns = list(BAR_COLUMNS[1:])
    before, after = old.loc[both, columns].to_numpy(), new.loc[both, columns].to_numpy()
    same = ((before == after) | (np.isnan(before) & np.isnan(after))).all(axis=1)
    bars = pd.concat([kept, new]).sort_index().rename_axis("date").reset_index()
    return Merged(bars[list(BAR_COLUMNS)], len(new) - len(both), int((~same).sum()), rescaled)
