"""What a run says about its data, and what both exported files carry."""

import numpy as np
import pandas as pd

from core.dataset import Panel
from core.indicators.catalogue import NAMES
from core.market.barfiles import fingerprint_of_all
from core.training.recipe import Recipe


def data_facts(
    bars: dict[str, pd.DataFrame],
    panel: Panel,
    labelled: np.ndarray,
    ends: np.ndarray,
    split: dict[str, np.ndarray],
) -> dict:
    """Stocks, weeks, rows and the hash of the prices.

    Parameters
    ----------
    bars : dict of DataFrame
    panel : Panel
    labelled, ends : ndarray of int
        Rows learned from, and those that end a labelled sequence.
    split : dict of ndarray
        Weeks of each part.
    """
    weeks = panel.frame["week"].to_numpy("datetime64[D]")[labelled]
    return {
        "symbols": sorted(set(panel.frame["symbol"].iloc[labelled])),
        "given": sorted(bars),
        "first_week": str(weeks.min()),
        "last_week": str(weeks.max()),
        "as_of": str(panel.weeks[-1].date()),
        "rows": len(labelled),
        "sequences": len(ends),
        "split": {
            name: [str(part[0])[:10], str(part[-1])[:10], len(part)] for name, part in split.items()
        },
        "sha256": fingerprint_of_all(bars),
    }


def bundle_facts(recipe: Recipe, data: dict) -> dict:
    """What every exported file says about itself."""
    return {
        "format": 1 if recipe.family == "single" else 2,
        "market": recipe.market,
        "indicators": list(NAMES),
        "horizon_weeks": recipe.horizon_weeks,
        "band": recipe.band,
        "symbols": recipe.symbols,
        "last_week": data["last_week"],
    }
