"""How a score went from version to version: as each run recorded it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.registry import Version
from core.version_tables import PATTERN_ROWS, PRICE_ROWS

BASELINES = ("no_change", "prior")
FIRST = ("test_MAPE", "test_MAE_ratio", "test_log_loss", "test_accuracy")
"""Those a reader asks for first."""
WORDS = dict((*PRICE_ROWS, *PATTERN_ROWS))


def recorded(versions: Sequence[Version]) -> list[str]:
    """Scores on test weeks that some of the versions recorded, those asked for first in front."""
    names = {
        name
        for version in versions
        for name in version.metrics
        if name.startswith("test_") and not name.endswith((*BASELINES, "_low", "_high"))
    }
    first = [name for name in FIRST if name in names]
    return first + sorted(names - set(first))


def title(name: str) -> str:
    """What a reader calls a recorded score."""
    bare = name.removeprefix("test_")
    if bare.endswith("_ratio") and bare != "IC_ratio":
        return f"{WORDS.get(bare.removesuffix('_ratio'), bare.removesuffix('_ratio'))} / baseline"
    return WORDS.get(bare, bare.replace("_", " "))


def over_versions(versions: Sequence[Version], name: str) -> pd.DataFrame:
    """One recorded score of every version that has it, oldest first.

    Each is on the test weeks of its own training, so that a step may be the
    weeks' doing and not the version's.

    Returns
    -------
    DataFrame
        ``version, created, stage, value, low, high, baseline, test_period``; NaN where a run
        recorded none.
    """
    found = []
    for version in sorted(versions, key=lambda v: v.version):
        own = version.metrics
        if name not in own:
            continue
        naive = next((own[f"{name}_{end}"] for end in BASELINES if f"{name}_{end}" in own), np.nan)
        if name.endswith("_ratio") and name != "test_IC_ratio":
            naive = 1.0
        found.append(
            {
                "version": version.version,
                "created": version.created,
                "stage": version.stage,
                "value": own[name],
                "low": own.get(f"{name}_low", np.nan),
                "high": own.get(f"{name}_high", np.nan),
                "baseline": naive,
                "test_period": version.params.get("test_period", ""),
            }
        )
    columns = ["version", "created", "stage", "value", "low", "high", "baseline", "test_period"]
    return pd.DataFrame(found, columns=columns)
