"""Backtests that have run: each a folder with its request, result, equity, trades, orders."""

import contextlib
import json
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import UserError
from core.language import _

FOLDER, REQUEST, RESULT = "backtests", "request.json", "result.json"
MADE = "backtest"
"""Folder in the job's own."""
TABLES = ("equity", "trades", "skipped")
"""A Parquet file each."""


def place(data_dir: Path) -> Path:
    """Where the backtests of a data folder lie."""
    return data_dir / FOLDER


def write(folder: Path, request: dict, result: dict, tables: dict[str, pd.DataFrame]) -> None:
    """Leave a backtest's files in a job's folder, in one of their own."""
    made = folder / MADE
    made.mkdir(exist_ok=True)
    (made / REQUEST).write_text(json.dumps(request), encoding="utf-8")
    for table in TABLES:
        tables[table].to_parquet(made / f"{table}.parquet", index=False)
    (made / RESULT).write_text(json.dumps(result), encoding="utf-8")


def keep(data_dir: Path, name: str, folder: Path) -> None:
    """Give a finished backtest its place, whole or not at all; done twice it is done once."""
    whole = place(data_dir)
    whole.mkdir(parents=True, exist_ok=True)
    if not (whole / name).exists():
        (folder / MADE).rename(whole / name)


def names(data_dir: Path) -> tuple[str, ...]:
    """The backtests there are, the newest first."""
    there = (file.parent.name for file in place(data_dir).glob(f"*/{RESULT}"))
    return tuple(sorted(there, reverse=True))


def all_results(data_dir: Path, market: str | None = None) -> list[dict]:
    """Every backtest's result with its ``id`` and ``request``, the newest first.

    One whose files are damaged is left out, so that it stands in nobody's way; `get` says so.
    """
    found = []
    for name in names(data_dir):
        with contextlib.suppress(UserError):
            found.append(get(data_dir, name))
    return [one for one in found if market is None or one["market"] == market]


def get(data_dir: Path, name: str) -> dict:
    """One backtest.

    Raises
    ------
    UserError
        If there is none of this name, or it cannot be read.
    """
    folder = place(data_dir) / name
    if name not in names(data_dir):
        raise UserError(
            _("There is no backtest {name}: `python -m core backtest --list` lists them.").format(
                name=repr(name[:40])
            )
        )
    try:
        request, result = (
            json.loads((folder / file).read_text("utf-8")) for file in (REQUEST, RESULT)
        )
    except (OSError, ValueError) as error:
        raise UserError(
            _("The backtest in {folder} cannot be read ({error}): delete that folder.").format(
                folder=folder, error=error
            )
        ) from None
    return {**result, "id": name, "request": request}


def table(data_dir: Path, name: str, which: str) -> pd.DataFrame:
    """One of the tables ``TABLES`` of a backtest.

    Raises
    ------
    UserError
        If there is no such backtest.
    """
    get(data_dir, name)
    return pd.read_parquet(place(data_dir) / name / f"{which}.parquet")


def tried(data_dir: Path, request: dict) -> tuple[int, float]:
    """Different settings tried on the same forecasts, and the spread of their Sharpe ratios.

    Returns
    -------
    tuple of (int, float)
        This one is counted. Spread: standard deviation of weekly Sharpe ratios of the
        earlier ones; 0 below two of them.
    """
    source = ("market", "source", "of")
    seen = {}
    for past in all_results(data_dir):
        if all(past["request"][name] == request[name] for name in source):
            seen[json.dumps(past["request"], sort_keys=True)] = past["weekly_sharpe"]
    count = len({*seen, json.dumps(request, sort_keys=True)})
    return count, float(np.std(list(seen.values()), ddof=1)) if len(seen) > 1 else 0.0
