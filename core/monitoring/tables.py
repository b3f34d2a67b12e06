"""Scored forecasts in tables: by version, by stock, by sector, by how sure they said to be."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.evaluation.pattern_scores import reliability_bins
from core.monitoring.scores import PROBA
from core.monitoring.scoring import Pair

COLUMNS = (
    *("group", "weeks", "forecasts", "calls", "hits", "usual"),
    *("error", "error_no_change", "coverage", "log_loss"),
)
"""``hits`` and ``usual`` shares of the calls, ``error`` and ``error_no_change`` mean misses as
shares of the price that came, ``log_loss`` less that of the usual shares."""


def last_weeks(rows: pd.DataFrame, weeks: int | None) -> pd.DataFrame:
    """The rows of the newest weeks; all where None."""
    if weeks is None or rows.empty:
        return rows
    kept = np.sort(rows["week"].unique())[-weeks:]
    return rows[rows["week"] >= kept[0]]


def by_stock(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a stock, those with the most error over "no change" first; ``COLUMNS``."""
    table = _summed(rows, rows["symbol"])
    worst = (table["error"] - table["error_no_change"]).sort_values(ascending=False, kind="stable")
    return table.loc[worst.index].reset_index(drop=True)


def by_sector(rows: pd.DataFrame, sectors: Mapping[str, str]) -> pd.DataFrame:
    """One row a sector, by name; stocks without one come last as the empty name; ``COLUMNS``."""
    table = _summed(rows, rows["symbol"].map(sectors).fillna(""))
    return pd.concat([table[table["group"] != ""], table[table["group"] == ""]], ignore_index=True)


def by_version(scored: Mapping[Pair, pd.DataFrame]) -> pd.DataFrame:
    """One row a pair of versions, in the order given: ``COLUMNS``, ``first`` and ``last`` week.

    ``group`` is the pair.
    """
    found = []
    for pair, rows in scored.items():
        if rows.empty:
            continue
        row = _summed(rows, pd.Series(0, index=rows.index)).iloc[0].to_dict()
        found.append(
            {**row, "group": pair, "first": rows["week"].min(), "last": rows["week"].max()}
        )
    return pd.DataFrame(found, columns=[*COLUMNS, "first", "last"])


def reliability(rows: pd.DataFrame) -> pd.DataFrame:
    """How often the most probable class came, by how probable it was said to be.

    Returns
    -------
    DataFrame
        ``said, came, count``, a row a bin of ten that has forecasts.
    """
    if rows.empty:
        return pd.DataFrame(columns=["said", "came", "count"])
    bins = reliability_bins(rows["label"].to_numpy(int), rows[list(PROBA)].to_numpy(float))
    return pd.DataFrame(bins, columns=["said", "came", "count"])


def _summed(rows: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    called = rows["hit"].notna()
    told = pd.DataFrame(
        {
            "hits": rows["hit"],
            "usual": rows["usual"].where(called),
            "error": rows["error"],
            "error_no_change": rows["error_no_change"],
            "coverage": rows["inside"],
            "log_loss": rows["log_loss"] - rows["usual_loss"],
        }
    ).astype(float)
    by = told.groupby(group.to_numpy())
    table = by.mean()
    table["forecasts"], table["calls"] = by.size(), by["hits"].count()
    table["weeks"] = rows.groupby(group.to_numpy())["week"].nunique()
    return table.rename_axis("group").reset_index()[list(COLUMNS)]
