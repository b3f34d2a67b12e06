"""Backtests that have run: each a folder with its request, result, equity and trades."""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import UserError
from core.files import write_whole

FOLDER, REQUEST, RESULT = "backtests", "request.json", "result.json"
TABLES = ("equity", "trades", "skipped")


def keep(data_dir: Path, request: dict, result: dict, tables: dict[str, pd.DataFrame]) -> str:
    """Write a backtest aside and give it its folder, whole or not at all; returns its id."""
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    whole = data_dir / FOLDER
    aside = whole / f".{name}"
    aside.mkdir(parents=True)
    write_whole(aside / REQUEST, json.dumps(request).encode())
    write_whole(aside / RESULT, json.dumps(result).encode())
    for table in TABLES:
        tables[table].reset_index().to_parquet(aside / f"{table}.parquet", index=False)
    aside.rename(whole / name)
    return name


def all_results(data_dir: Path) -> list[dict]:
    """Every backtest's result with its ``id`` and ``request``, the newest first."""
    found = sorted((data_dir / FOLDER).glob(f"*/{RESULT}"), reverse=True)
    return [get(data_dir, f.parent.name) for f in found if not f.parent.name.startswith(".")]


def get(data_dir: Path, name: str) -> dict:
    """One backtest.

    Raises
    ------
    UserError
        If there is none of this name.
    """
    folder = data_dir / FOLDER / name
    if Path(name).name != name or not (folder / RESULT).exists():
        raise UserError(
            f"There is no backtest {name[:40]!r}: `python -m core backtest --list` lists them."
        )
    request, result = (json.loads((folder / f).read_text("utf-8")) for f in (REQUEST, RESULT))
    return {**result, "id": name, "request": request}


def tried(data_dir: Path, source: str, request: dict) -> tuple[int, float]:
    """Different settings tried on a source with this one, and the spread of their Sharpe ratios.

    Returns
    -------
    tuple of (int, float)
        Spread: standard deviation of weekly Sharpe ratios; 0 below two earlier ones.
    """
    seen = {}
    for past in all_results(data_dir):
        if past["source"] == source:
            seen[json.dumps(past["request"], sort_keys=True)] = past["weekly_sharpe"]
    count = len(seen | {json.dumps(request, sort_keys=True): 0.0})
    return count, float(np.std(list(seen.values()), ddof=1)) if len(seen) > 1 else 0.0
