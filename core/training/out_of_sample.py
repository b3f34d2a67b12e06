"""What a recipe forecast for weeks that had fitted nothing: kept with each run, row by row.

Versions are compared, and promoted, by these rows alone: the file that serves has
learned from the same weeks.
"""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.errors import UserError

if TYPE_CHECKING:
    from core.registry import Version

FILE, PLACE = "rows.parquet", "out_of_sample"
PROBA = ("p_down", "p_sideways", "p_up")
PRIOR = ("prior_down", "prior_sideways", "prior_up")
COLUMNS = (
    *("symbol", "week", "target_date", "close", "ret", "label"),
    *("forecast", "half_80", "half_95", "move"),
    *PROBA,
    *PRIOR,
    "call",
)


def table(
    frame: pd.DataFrame,
    *,
    forecast: np.ndarray,
    half: np.ndarray,
    move: np.ndarray,
    proba: np.ndarray,
    prior: np.ndarray,
    call: np.ndarray,
) -> pd.DataFrame:
    """The rows of a run, sorted by week and symbol.

    Parameters
    ----------
    frame : DataFrame of n rows
        ``symbol, week, target_date, close, ret, label`` (0 DOWN, 1 SIDEWAYS, 2 UP).
    forecast : ndarray of shape (n,)
        Log return to the target date as it would have been shown.
    half : ndarray of shape (n, 2)
        Half-widths of the 80 and 95 % intervals in log return; NaN where none was made.
    move : ndarray of shape (n,)
        Expected move to the target date, log return: orders stocks by volatility.
    proba : ndarray of shape (n, 3)
        Calibrated, as shown.
    prior : ndarray of shape (3,) or (n, 3)
        Class shares known when each row was forecast.
    call : ndarray of shape (n,)
        0 DOWN, 1 SIDEWAYS, 2 UP, -1 withheld.

    Returns
    -------
    DataFrame
        ``COLUMNS``.
    """
    made = frame[["symbol", "week", "target_date", "close", "ret", "label"]].copy()
    made["forecast"], made["half_80"], made["half_95"] = forecast, half[:, 0], half[:, 1]
    made["move"] = move
    made[list(PROBA)] = proba
    made[list(PRIOR)] = np.broadcast_to(prior, proba.shape)
    made["call"] = np.asarray(call, dtype=np.int8)
    made["label"] = made["label"].astype(np.int8)
    made["symbol"] = made["symbol"].astype(str)
    for name in ("week", "target_date"):
        made[name] = made[name].astype("datetime64[ns]")
    return made.sort_values(["week", "symbol"], ignore_index=True)[list(COLUMNS)]


def write(rows: pd.DataFrame, folder: Path) -> list[str]:
    """Leave the rows in a job's folder; returns [file, place] for the run's artifacts."""
    rows.to_parquet(folder / FILE, index=False, compression="zstd")
    return [FILE, PLACE]


def read(version: "Version") -> pd.DataFrame:
    """The rows of the recipe of a version.

    Returns
    -------
    DataFrame
        ``COLUMNS``, sorted by week and symbol.

    Raises
    ------
    UserError
        If its run kept none: made by hand, deleted, or by an older Weeklens.
    """
    # Here, not above: MLflow takes a second to load, and a training only writes its rows.
    import mlflow
    from mlflow.exceptions import MlflowException

    from core.tracking import client, reaching

    said = (
        f"{version.name} has no out-of-sample forecasts on record (its run was deleted, or made "
        "by hand or by an older Weeklens): train again to compare or promote it by its scores."
    )
    if not version.run_id:
        raise UserError(said)
    client()
    with tempfile.TemporaryDirectory() as aside:
        try:
            with reaching():
                path = mlflow.artifacts.download_artifacts(
                    run_id=version.run_id, artifact_path=f"{PLACE}/{FILE}", dst_path=aside
                )
            rows = pd.read_parquet(path)
        except (MlflowException, OSError, ValueError):
            raise UserError(said) from None
    if missing := [name for name in COLUMNS if name not in rows]:
        raise UserError(f"{said} ({', '.join(missing)} is missing.)")
    return rows[list(COLUMNS)]
