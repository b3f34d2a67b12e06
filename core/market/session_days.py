"""On which days a market was open, as far as its stored bars say."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd

from core.db import connect
from core.market.barfiles import read_columns, unreadable
from core.market.schema import find_market

ATTEMPTS = 5
"""How often a read starts over when a write took the file from under it."""


def of_market(
    data_dir: Path, market: str, known: dict[str, tuple[str, pd.DatetimeIndex]]
) -> pd.DatetimeIndex:
    """The market's sessions, ascending; see `core.market.store.BarStore.sessions`.

    Parameters
    ----------
    data_dir : Path
    market : str
        Its code.
    known : dict
        By market, the state of the store and its sessions, as last found; brought up to date.
    """
    own = find_market(market).index
    for attempt in range(ATTEMPTS):
        with connect(data_dir) as db:
            rows = db.execute(
                "SELECT symbol, kind, file, first, last FROM symbols WHERE market = ? "
                "ORDER BY symbol",
                (market,),
            ).fetchall()
            cached = db.execute(
                "SELECT value FROM meta WHERE key = ?", (f"sessions {market}",)
            ).fetchone()
        index = next((r for r in rows if r["symbol"] == own and r["kind"] == "index"), None)
        # A stock within the index's span adds nothing: its file need not be read.
        stocks = [
            r["file"]
            for r in rows
            if r["kind"] == "stock"
            and not (index and index["first"] <= r["first"] and r["last"] <= index["last"])
        ]
        named = [index["file"] if index else "", *stocks]
        state = hashlib.sha256("\n".join(named).encode()).hexdigest()
        if known.get(market, ("",))[0] == state:
            return known[market][1]
        if cached and (stored := json.loads(cached["value"]))["state"] == state:
            days = np.array(stored["days"], dtype="int64")
            break
        try:
            days = _collected(data_dir / "bars" / market, named[0], stocks)
        except FileNotFoundError as error:
            if attempt == ATTEMPTS - 1:
                raise unreadable(error.filename) from None
            continue
        value = json.dumps({"state": state, "days": days.tolist()})
        with connect(data_dir) as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"sessions {market}", value))
        break
    dates = pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[ns]"), name="date")
    known[market] = (state, dates)
    return dates


def _collected(folder: Path, index: str, stocks: list[str]) -> np.ndarray:
    """Days since 1970, ascending, out of the files of bars."""
    none = np.array([], dtype="datetime64[ns]")
    own = read_columns(folder / index, ["date"])["date"] if index else none
    dates = [read_columns(folder / name, ["date"])["date"] for name in stocks]
    days = np.unique(np.concatenate([none, *dates]))
    if len(own):
        days = np.unique(np.concatenate([own, days[(days < own[0]) | (days > own[-1])]]))
    return days.astype("datetime64[D]").astype("int64")
