"""What a version was trained on: how its indicators, and its own forecasts, were spread.

Made once for a version from the weeks it had learned from and kept beside the data; later
weeks have no part in it, so they cannot change it. Nothing here is a source: a file that is
lost or damaged is made again.
"""

import contextlib
import hashlib
import io
import json
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from numpy.typing import NDArray

from core.dataset import MOST_MISSING
from core.errors import UserError
from core.files import write_whole
from core.indicators.catalogue import NAMES, WARMUP_WEEKS
from core.indicators.store import CODE, IndicatorStore
from core.language import _
from core.market.store import BarStore
from core.monitoring.stability import CELLS, PERCENTS, Counts, Floats, counts_of, edges_of
from core.registry import Version
from core.tracking import client, reaching
from core.training import out_of_sample

FORMAT = 1
FOLDER, DATA = "drift", "data.json"
MOST_KEPT = 24
FORECASTS = ("forecast", "p_up", "width")
"""Expected return, P(UP), and the width of the 80 % interval, both in log return."""


@dataclass(frozen=True)
class Reference:
    """Some quantities in the weeks of one period.

    Attributes
    ----------
    names : tuple of str
    weeks : array of datetime64[ns], shape (w,)
        Those with at least one value, ascending.
    edges : list of array
        Of each name, as `core.monitoring.stability.edges_of` gives them.
    counts : array of int, shape (w, names, cells)
    percentiles : array of shape (names, 101)
        Of all values of the period.
    symbols : tuple of str
        Stocks the period's rows are of.
    horizon_weeks : int
    """

    names: tuple[str, ...]
    weeks: NDArray[np.datetime64]
    edges: list[Floats]
    counts: Counts
    percentiles: Floats
    symbols: tuple[str, ...]
    horizon_weeks: int

    def of(self, week: NDArray[np.datetime64], values: Floats) -> tuple[NDArray, Counts]:
        """Other weeks counted in the same bins.

        Parameters
        ----------
        week : array of shape (n,)
        values : array of shape (n, names)

        Returns
        -------
        tuple of (array of datetime64, shape (w,), array of int, shape (w, names, cells))
        """
        return _counted(week, values, self.edges)


def make(
    names: tuple[str, ...],
    week: NDArray[np.datetime64],
    values: Floats,
    symbols: NDArray[np.str_],
    horizon_weeks: int,
) -> Reference:
    """Bins and counts of a period.

    Parameters
    ----------
    names : tuple of str
    week : array of shape (n,)
        Of each row.
    values : array of shape (n, names)
    symbols : array of str, shape (n,)
    horizon_weeks : int
    """
    edges = [edges_of(values[:, at]) for at in range(len(names))]
    percentiles = np.full((len(names), len(PERCENTS)), np.nan)
    for at in range(len(names)):
        known = values[~np.isnan(values[:, at]), at]
        if len(known):
            percentiles[at] = np.percentile(known, PERCENTS)
    weeks, counts = _counted(week, values, edges)
    stocks = tuple(map(str, np.unique(symbols)))
    return Reference(names, weeks, edges, counts, percentiles, stocks, horizon_weeks)


def _counted(week: NDArray, values: Floats, edges: list[Floats]) -> tuple[NDArray, Counts]:
    weeks, place = np.unique(week.astype("datetime64[ns]"), return_inverse=True)
    counts = np.zeros((len(weeks), len(edges), CELLS), np.int64)
    for at, own in enumerate(edges):
        counts[:, at] = counts_of(values[:, at], place, len(weeks), own)
    return weeks, counts


def ready(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows of kept indicators a model reads: traded, warm-up over, few missing."""
    missing = frame[list(NAMES)].isna().sum(axis=1)
    told = frame["close"].notna() & (frame["n_weeks"] >= WARMUP_WEEKS) & (missing <= MOST_MISSING)
    return told.to_numpy()


def of_indicators(data_dir: Path, version: Version) -> Reference:
    """The 20 indicators of the stocks and weeks a version had learned from.

    Raises
    ------
    UserError
        If its run does not say what that was, or none of its stocks is stored any more.
    """

    def read() -> Reference:
        facts = _facts(version)
        since, until = (np.datetime64(facts[name], "ns") for name in ("first_week", "last_week"))
        found = IndicatorStore(BarStore(data_dir)).histories(version.market, facts["symbols"])
        values, weeks, symbols = [], [], []
        for symbol, frame in found:
            week = frame["week"].to_numpy("datetime64[ns]")
            own = frame[(week >= since) & (week <= until)]
            own = own[ready(own)]
            values.append(own[list(NAMES)].to_numpy(float))
            weeks.append(own["week"].to_numpy("datetime64[ns]"))
            symbols.append(np.full(len(own), symbol))
        if not sum(map(len, weeks)):
            raise UserError(
                _(
                    "None of the stocks that {version} was trained on is stored any more: import "
                    "their prices, or train again."
                ).format(version=version.name)
            )
        joined = [np.concatenate(part) for part in (weeks, values, symbols)]
        return make(NAMES, *joined, int(version.tags["horizon_weeks"]))

    return _kept(data_dir, version, f"indicators {CODE}", read)


def of_forecasts(data_dir: Path, version: Version, name: str) -> Reference:
    """One of ``FORECASTS`` as a version's recipe made it for weeks it had not learned from.

    Raises
    ------
    UserError
        If its run kept no such forecasts.
    """

    def read() -> Reference:
        rows = out_of_sample.read(version).assign(width=lambda found: 2 * found["half_80"])
        rows = rows[rows[name].notna()]
        return make(
            (name,),
            rows["week"].to_numpy("datetime64[ns]"),
            rows[[name]].to_numpy(float),
            rows["symbol"].to_numpy(str),
            int(version.tags["horizon_weeks"]),
        )

    return _kept(data_dir, version, name, read)


def _facts(version: Version) -> dict:
    """What its run recorded of its data: ``symbols``, ``first_week``, ``last_week``."""
    client()
    try:
        with tempfile.TemporaryDirectory() as aside, reaching():
            path = mlflow.artifacts.download_artifacts(
                run_id=version.run_id, artifact_path=DATA, dst_path=aside
            )
            facts = json.loads(Path(path).read_text("utf-8"))
        return {name: facts[name] for name in ("symbols", "first_week", "last_week")}
    except (MlflowException, OSError, ValueError, KeyError):
        raise UserError(
            _(
                "The run of {version} does not say what it was trained on (it was deleted, or "
                "made by hand or by an older Weeklens): train again to watch for drift."
            ).format(version=version.name)
        ) from None


def _kept(data_dir: Path, version: Version, what: str, read: Callable[[], Reference]) -> Reference:
    key = hashlib.sha256(f"{FORMAT} {version.name} {version.run_id} {what}".encode()).hexdigest()
    path = data_dir / FOLDER / f"{key[:16]}.npz"
    if (found := _load(path)) is not None:
        return found
    made = read()
    held = io.BytesIO()
    np.savez_compressed(
        held,
        names=np.array(made.names),
        weeks=made.weeks.astype(np.int64),
        edges=np.concatenate(made.edges),
        sizes=np.array([len(own) for own in made.edges]),
        counts=made.counts,
        percentiles=made.percentiles,
        symbols=np.array(made.symbols),
        horizon_weeks=np.array(made.horizon_weeks),
    )
    # A folder that cannot be written costs time, no answer.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, held.getvalue())
        older = sorted(path.parent.glob("*.npz"), key=lambda file: file.stat().st_mtime)
        for spare in older[:-MOST_KEPT]:
            spare.unlink(missing_ok=True)
    return made


def _load(path: Path) -> Reference | None:
    """A kept reference; None where it is not there or damaged."""
    try:
        # Read whole first: numpy leaves a damaged file open.
        with np.load(io.BytesIO(path.read_bytes())) as kept:
            return Reference(
                tuple(map(str, kept["names"])),
                kept["weeks"].astype("datetime64[ns]"),
                np.split(kept["edges"], np.cumsum(kept["sizes"])[:-1]),
                kept["counts"],
                kept["percentiles"],
                tuple(map(str, kept["symbols"])),
                int(kept["horizon_weeks"]),
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
