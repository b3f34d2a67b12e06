"""The last bars of many symbols together in few files, for work on what is new in a market.

Beside each bar stands a fingerprint of the history up to it, so that whoever knows that
of an earlier day can tell that nothing before has changed, without reading the history.
A copy, no source: what is lost, damaged or of another state is left out, and the reader
turns to the whole bars.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.files import aside
from core.market.schema import BAR_COLUMNS

SESSIONS = 45
"""Bars kept of each symbol: four new weeks and the month that a day's measures reach back."""
MOST_FILES = 8
"""Beyond as many they become one."""
ATTEMPTS = 3


@dataclass(frozen=True)
class LateBars:
    """The last bars of one symbol.

    Attributes
    ----------
    bars : dict of array, each of shape (n,)
        ``BAR_COLUMNS`` by name, n up to ``SESSIONS``.
    until : array of int64, shape (n,)
        Fingerprint of all bars of the symbol up to and including each.
    """

    bars: dict[str, np.ndarray]
    until: NDArray[np.int64]


def late_of(frame: pd.DataFrame) -> LateBars:
    """The last bars of a frame as `core.market.barfiles.conform` gives it."""
    table = np.empty((len(frame), len(BAR_COLUMNS)))
    table[:, 0] = frame["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    for place, name in enumerate(BAR_COLUMNS[1:], 1):
        table[:, place] = frame[name].to_numpy(np.float64)
    table += 0.0  # -0.0 becomes 0.0
    table[np.isnan(table)] = np.nan
    begin = max(0, len(table) - SESSIONS)
    digest = hashlib.sha256(table[:begin])
    until = np.empty(len(table) - begin, np.int64)
    for place, row in enumerate(table[begin:]):
        digest.update(row)
        until[place] = int.from_bytes(digest.digest()[:8], "little", signed=True)
    return LateBars({name: frame[name].to_numpy()[begin:] for name in BAR_COLUMNS}, until)


def write(folder: Path, late: Mapping[str, tuple[str, LateBars]]) -> None:
    """Keep the last bars of some symbols, each with the fingerprint of its whole bars.

    Nobody needs them: where there is no room they are not there.
    """
    told = [[symbol, state, len(one.until)] for symbol, (state, one) in late.items()]
    parts = [one for _, one in late.values()]
    arrays = {
        "symbol": pa.array(np.repeat([row[0] for row in told], [row[2] for row in told])),
        **{name: pa.array(np.concatenate([p.bars[name] for p in parts])) for name in BAR_COLUMNS},
        "until": pa.array(np.concatenate([one.until for one in parts])),
    }
    table = pa.table(arrays).replace_schema_metadata({"symbols": json.dumps(told)})
    path = folder / f"{uuid.uuid4().hex}.parquet"
    part = aside(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as handle:
            pq.write_table(table, handle, compression="lz4", use_dictionary=["symbol"])
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)


def read(folder: Path, states: Mapping[str, str]) -> dict[str, LateBars]:
    """The last bars of the symbols of which those of the given state are there."""
    for _ in range(ATTEMPTS):
        found: dict[str, LateBars] = {}
        try:
            for path in sorted(folder.glob("*.parquet")):
                found |= _read(path, states)
        except FileNotFoundError:
            continue  # another process made many files one
        return found
    return {}


def tidy(folder: Path, states: Mapping[str, str]) -> None:
    """Make many files one, without what is of no use; only for who keeps other writers out."""
    paths = list(folder.glob("*.parquet"))
    if len(paths) <= MOST_FILES:
        return
    if found := read(folder, states):
        write(folder, {symbol: (states[symbol], one) for symbol, one in found.items()})
    for path in paths:
        path.unlink(missing_ok=True)


def _read(path: Path, states: Mapping[str, str]) -> dict[str, LateBars]:
    columns = [*BAR_COLUMNS, "until"]
    try:
        with pq.ParquetFile(path) as file:
            told = json.loads((file.schema_arrow.metadata or {}).get(b"symbols", b"[]"))
            if not any(states.get(symbol) == state for symbol, state, _ in told):
                return {}
            table = file.read(columns=columns, use_threads=False)
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowException, ValueError):
        return {}
    values = {name: table.column(name).to_numpy() for name in columns}
    found, start = {}, 0
    for symbol, state, count in told:
        stop = start + count
        if states.get(symbol) == state:
            bars = {name: values[name][start:stop] for name in BAR_COLUMNS}
            found[symbol] = LateBars(bars, values["until"][start:stop])
        start = stop
    return found
