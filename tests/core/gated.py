"""Versions that pass the gate, or do not, by the out-of-sample rows their runs keep."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from core import registry
from core.registry import PRICE
from core.tracking import client
from core.training import out_of_sample
from core.training.out_of_sample import PROBA


def give_rows(number: int, rows: pd.DataFrame) -> None:
    """Replace the rows that the run of a version keeps; both models share them."""
    run_id = registry.get(PRICE, number).run_id
    with tempfile.TemporaryDirectory() as folder:
        file, place = out_of_sample.write(rows, Path(folder))
        client().log_artifact(run_id, f"{folder}/{file}", place)


def good_rows(skill: float = 0.1) -> pd.DataFrame:
    """The weeks and stocks of versions 1, forecast with some knowledge of what came.

    Parameters
    ----------
    skill : float
        Share of each return that is known; below 0 worse than no change.
    """
    rows = out_of_sample.read(registry.get(PRICE, 1))
    rows["forecast"] = skill * rows["ret"]
    miss = (rows["ret"] - rows["forecast"]).abs()
    rows["half_80"], rows["half_95"] = miss.quantile(0.8), miss.quantile(0.95)
    shares = np.bincount(rows["label"], minlength=3) / len(rows)
    rows[list(PROBA)] = np.broadcast_to(shares, (len(rows), 3))
    return rows


def make_good(number: int = 2, skill: float = 0.1) -> None:
    """Let versions of both models pass the gate."""
    give_rows(number, good_rows(skill))
