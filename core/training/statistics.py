"""What the indicators looked like to a run: missing, mean, spread, clipped, by split."""

import numpy as np

from core.indicators.catalogue import NAMES
from models.price import PriceTargetModel


def indicator_statistics(
    model: PriceTargetModel, X: np.ndarray, parts: dict[str, np.ndarray]
) -> list[dict]:
    """One record for each indicator and split.

    Parameters
    ----------
    model : PriceTargetModel
        Fitted on the training rows; its limits and scales are applied.
    X : ndarray of shape (n, 20)
    parts : dict of ndarray
        Row numbers of each split.

    Returns
    -------
    list of dict
        ``indicator, split, rows, missing`` (share), ``mean, spread`` (standard
        deviation) as computed, ``clipped`` (share outside the training limits),
        ``scaled_mean, scaled_spread`` as the model sees them.
    """
    impute, winsor, scale = (step for _, step in model.pipeline_["features"].steps[:3])
    found = []
    for split, rows in parts.items():
        raw = X[rows]
        filled = impute.transform(raw)
        clipped = winsor.transform(filled)
        scaled = scale.transform(clipped)
        for column, name in enumerate(NAMES):
            present = raw[:, column][np.isfinite(raw[:, column])]
            found.append(
                {
                    "indicator": name,
                    "split": split,
                    "rows": len(rows),
                    "missing": float(1 - len(present) / len(rows)),
                    "mean": float(present.mean()) if len(present) else None,
                    "spread": float(present.std()) if len(present) else None,
                    "clipped": float((filled[:, column] != clipped[:, column]).mean()),
                    "scaled_mean": float(scaled[:, column].mean()),
                    "scaled_spread": float(scaled[:, column].std()),
                }
            )
    return found
