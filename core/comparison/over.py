"""How a score went from version to version: as each run recorded it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.comparison.metrics import METRICS, Metric
from core.language import _
from core.registry import MODELS, PATTERN, PRICE, Version
from core.version_tables import PATTERN_ROWS, PRICE_ROWS

BASELINES = ("no_change", "prior")
WORDS = {PRICE: dict(PRICE_ROWS), PATTERN: dict(PATTERN_ROWS)}
COUNTS = ("rows", "sequences")
"""Recorded among the scores, but none."""
NUMBERS = ("log_loss", "brier", "error", "_ratio", "IC", "MAE", "RMSE")
"""Scores that are no shares, by how their names end."""


def recorded(model: str, versions: Sequence[Version]) -> list[str]:
    """Scores of a model on test weeks that some of its versions recorded.

    Those of the comparison come first; a run records the scores of both its models, and
    those of the other are left out.
    """
    bare = {
        name.removeprefix("test_")
        for version in versions
        for name in version.metrics
        if name.startswith("test_") and not name.endswith((*BASELINES, "_low", "_high"))
    }
    others = next(other for other in MODELS if other != model)
    known = {of: {m.own.removeprefix("test_") for m in METRICS[of]} | set(WORDS[of])
             for of in MODELS}  # fmt: skip
    prefixes = tuple(name for name in known[others] if len(name) > 1)
    first = [m.own.removeprefix("test_") for m in METRICS[model]]
    first = [name for name in dict.fromkeys(first) if name in bare]
    rest = sorted(
        name
        for name in bare - set(first)
        if name in known[model] or not (name.startswith(prefixes) or name in COUNTS)
    )
    return [f"test_{name}" for name in (*first, *rest)]


def title(model: str, name: str) -> str:
    """What a reader calls a recorded score."""
    metric = _metric(model, name)
    bare = name.removeprefix("test_")
    if metric:
        return _(metric.title)
    return _(WORDS[model][bare]) if bare in WORDS[model] else bare.replace("_", " ")


def is_share(model: str, name: str) -> bool:
    """Whether a recorded score is a fraction that is shown as per cent."""
    metric = _metric(model, name)
    return metric.percent if metric else not name.endswith(NUMBERS)


def _metric(model: str, name: str) -> Metric | None:
    return next((metric for metric in METRICS[model] if metric.own == name), None)


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
