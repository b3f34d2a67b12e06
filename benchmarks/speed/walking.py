"""Walking forward on one process, on two, and on a Dask cluster of two workers."""

import os
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.speed.engine import panel_from
from benchmarks.speed.prices import Arrays
from benchmarks.speed.race import Row
from core.evaluation import runner
from core.evaluation.candidates import CANDIDATES
from core.evaluation.folds import walk_forward
from core.evaluation.inputs import build_inputs
from core.settings import settings
from tests.core.cluster import cluster

STOCKS = 150
NAMES = ("ridge", "ridge_scaled", "ridge_apart", "logistic_context", "momentum", "boosting")


def measure(bars: dict[str, Arrays]) -> list[Row]:
    """Seconds of some candidates in every fold, a slow one among them as in an evaluation."""
    inputs = build_inputs(panel_from(dict(list(bars.items())[:STOCKS])))
    years = inputs.week[inputs.judged].astype("datetime64[Y]").astype(int) + 1970
    folds = walk_forward(inputs, int(years.min()), int(years.max()))
    some = [CANDIDATES[name] for name in NAMES]
    seconds, told = {}, {}

    def walk(name: str, workers: int, folder: Path) -> None:
        began = time.perf_counter()
        told[name] = runner.run(inputs, folds, some, folder, workers=workers).told
        seconds[name] = time.perf_counter() - began

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        walk("one", 1, folder / "one")
        walk("two", 2, folder / "two")
        with cluster(folder) as found:
            os.environ["WEEKLENS_DASK"] = found.address
            settings.cache_clear()
            walk("dask", 2, folder / "dask")
        del os.environ["WEEKLENS_DASK"]
        settings.cache_clear()
    same = all(
        np.allclose(told[other][name], told["one"][name], rtol=0, atol=1e-12)
        for other in ("two", "dask")
        for name in NAMES
    )
    note = f"{len(folds)} folds x {len(NAMES)} candidates; the same forecasts: {same}"
    name = f"walking forward, {STOCKS} stocks, s"
    return [
        Row(f"{name}, 2 processes", seconds["two"], "1 process", seconds["one"], 1.7, note),
        Row(f"{name}, Dask, 2 workers", seconds["dask"], "1 process", seconds["one"], 1.7),
    ]
