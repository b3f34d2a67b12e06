"""A data folder as it stands after a first Friday: prices, versions in production, forecasts."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd

from core import forecasts
from core.market.sample import ensure_sample
from core.market.store import BarStore
from core.settings import PROJECT

REASON = "A quick training, made only to look at the pages."
BEFORE = pd.Timedelta(weeks=6)
"""How long before the last week the older forecasts are made: their outcome is known."""


def command(data_dir: Path, *words: str) -> int:
    """Run a command of Weeklens on a data folder; returns its exit code."""
    print(f"python -m core {' '.join(words)}", flush=True)
    own = {"WEEKLENS_DATA_DIR": str(data_dir), "MLFLOW_TRACKING_URI": ""}
    called = [sys.executable, "-m", "core", *words]
    return subprocess.run(called, cwd=PROJECT, env=os.environ | own, check=False).returncode


def prepare(
    data_dir: Path,
    market: str,
    *,
    data: Path | None = None,
    listing: Path | None = None,
    index: Path | None = None,
) -> None:
    """Prices, one training in production, the forecasts of the last week and of one before.

    Parameters
    ----------
    data_dir : Path
        An empty folder, which ``WEEKLENS_DATA_DIR`` names.
    market : str
    data : Path, optional
        Daily bars; the sample by default.
    listing, index : Path, optional
        Names of the stocks, and daily bars of the market's indices.

    Raises
    ------
    SystemExit
        If a step fails.
    """

    def must(*words: str) -> None:
        if command(data_dir, *words):
            sys.exit(f"The data folder could not be prepared: `{words[0]}` failed, see above.")

    if data is None:
        ensure_sample(BarStore(data_dir))
    else:
        names = ["--listing", str(listing)] if listing else []
        must("import", str(data), *names, "--market", market)
    if index:
        must("import", str(index), "--index", "--market", market)
    must("train", "--all", "--market", market, "--preset", "quick", "--epochs", "3")
    promotion = ("promote", "both", "1", "--to", "production")
    if command(data_dir, *promotion):
        must(*promotion, "--override", "--reason", REASON)
    last = forecasts.last_complete_week(data_dir, market)
    must("forecast", "--all", "--as-of", f"{last - BEFORE:%Y-%m-%d}")
    must("forecast", "--all")
