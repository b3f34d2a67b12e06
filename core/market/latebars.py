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


@dataclass(frozen=True)
class Laid:
    """The last bars of many symbols laid end to end.

    Attributes
    ----------
    symbols : list of str
    first : array of int, shape (symbols + 1,)
        Where each symbol's bars begin; the last is n.
    bars : dict of array, each of shape (n,)
        ``BAR_COLUMNS`` by name.
    until : array of int64, shape (n,)
        As in `LateBars`.
    """

    symbols: list[str]
    first: NDArray[np.intp]
    bars: dict[str, np.ndarray]
    until: NDArray[np.int64]

    def one(self, place: int) -> LateBars:
        """The last bars of one symbol, by its place among them."""
        rows = slice(self.first[place], self.first[place + 1])
        return LateBars({name: own[rows] for name, own in self.bars.items()}, self.until[rows])


def read(folder: Path, states: Mapping[str, str]) -> Laid:
    """The last bars of the symbols of which those of the given state are there."""
    for _ in range(ATTEMPTS):
        try:
            # The newest first: most of what the large one has may be of older states.
            paths = sorted(folder.glob("*.parquet"), key=_written, reverse=True)
            parts = [part for path in paths if (part := _read(path, states)) is not None]
        except FileNotFoundError:
            continue  # another process made many files one
        return _joined(parts)
    return _joined([])


def tidy(folder: Path, states: Mapping[str, str]) -> None:
    """Make many files fewer, without what is of no use; only for who keeps other writers out.

    A file that is larger than all newer ones together stays, so that a market refreshed
    symbol by symbol does not write all of itself again with every few of them.
    """
    paths = sorted(folder.glob("*.parquet"), key=_written, reverse=True)
    if len(paths) <= MOST_FILES:
        return
    sizes = np.array([path.stat().st_size for path in paths])
    newer = np.cumsum(sizes) - sizes
    large = np.flatnonzero((sizes > newer) & (np.arange(len(paths)) >= max(2, MOST_FILES // 2)))
    some = paths[: large[0]] if len(large) else paths
    found = _joined([part for path in some if (part := _read(path, states)) is not None])
    if found.symbols:
        late = {name: (states[name], found.one(at)) for at, name in enumerate(found.symbols)}
        write(folder, late)
    for path in some:
        path.unlink(missing_ok=True)


def _written(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name


def _read(path: Path, states: Mapping[str, str]) -> Laid | None:
    columns = [*BAR_COLUMNS, "until"]
    try:
        with pq.ParquetFile(path) as file:
            told = json.loads((file.schema_arrow.metadata or {}).get(b"symbols", b"[]"))
            if not any(states.get(symbol) == state for symbol, state, _ in told):
                return None
            table = file.read(columns=columns, use_threads=False)
        counts = np.array([count for _, _, count in told], np.intp)
        if counts.sum() != len(table):
            return None
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowException, ValueError):
        return None
    values = {name: table.column(name).to_numpy() for name in columns}
    whole = Laid([row[0] for row in told], _offsets(counts), values, values.pop("until"))
    return _only(whole, [states.get(symbol) == state for symbol, state, _ in told])


def _only(whole: Laid, there: list[bool]) -> Laid:
    if all(there):
        return whole
    kept = np.array(there, bool)
    counts = np.diff(whole.first)
    rows = np.repeat(kept, counts)
    symbols = [name for name, stays in zip(whole.symbols, there, strict=True) if stays]
    bars = {name: values[rows] for name, values in whole.bars.items()}
    return Laid(symbols, _offsets(counts[kept]), bars, whole.until[rows])


def _joined(parts: list[Laid]) -> Laid:
    """All of them; a symbol that is in several counts once."""
    known: set[str] = set()
    some = []
    for part in parts:
        some.append(_only(part, [name not in known for name in part.symbols]))
        known.update(part.symbols)
    if len(some) == 1:
        return some[0]
    empty = {name: np.empty(0) for name in BAR_COLUMNS} | {"date": np.empty(0, "datetime64[ns]")}
    every = [Laid([], np.zeros(1, np.intp), empty, np.empty(0, np.int64)), *some]
    return Laid(
        [name for part in every for name in part.symbols],
        _offsets(np.concatenate([np.diff(part.first) for part in every])),
        {name: np.concatenate([part.bars[name] for part in every]) for name in BAR_COLUMNS},
        np.concatenate([part.until for part in every]),
    )


def _offsets(counts: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
