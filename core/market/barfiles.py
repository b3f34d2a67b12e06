"""One symbol's bars as a Parquet file: written whole, read fast, known by a fingerprint."""

import errno
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandera.errors import SchemaError

from core.errors import UserError
from core.files import aside
from core.language import _
from core.market.schema import BAR_COLUMNS, BARS

ARROW_SCHEMA = pa.schema(
    [("date", pa.timestamp("ns"))] + [(name, pa.float64()) for name in BAR_COLUMNS[1:]]
)


REQUIRED = BAR_COLUMNS[:6]
"""Value and raw close may be absent."""


class UnreadableBars(UserError):
    """A bar file is gone or damaged; importing the symbol again mends it."""


def fingerprint(bars: pd.DataFrame) -> str:
    """A SHA-256 over the values of a frame of bars.

    Equal values give equal fingerprints, whatever their dtype, date unit or
    index; an absent ``value`` or ``raw_close`` counts as unknown.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    days = pd.DatetimeIndex(bars["date"]).as_unit("ns").normalize()
    digest.update(days.to_numpy().astype("datetime64[D]").astype("<i8").tobytes())
    for name in BAR_COLUMNS[1:]:
        if name in bars:
            values = bars[name].to_numpy(dtype="<f8", na_value=np.nan) + 0.0  # -0.0 becomes 0.0
            values = np.where(np.isnan(values), np.nan, values)
        else:
            values = np.full(len(bars), np.nan)
        digest.update(values.astype("<f8").tobytes())
    return digest.hexdigest()


def fingerprint_of_all(bars: dict[str, pd.DataFrame]) -> str:
    """One SHA-256 over the fingerprints of several symbols."""
    prints = {symbol: fingerprint(frame) for symbol, frame in sorted(bars.items())}
    return hashlib.sha256(json.dumps(prints).encode()).hexdigest()


def conform(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as the store writes it: the columns of `BAR_COLUMNS` in order, checked by `BARS`.

    Raises
    ------
    ValueError
        If it is empty, lacks a column or breaks the schema.
    """
    if frame.empty:
        raise ValueError("a frame of bars is empty")
    if missing := [name for name in REQUIRED if name not in frame]:
        raise ValueError(f"a frame of bars has no column {', '.join(missing)}")
    data = {"date": pd.DatetimeIndex(frame["date"]).as_unit("ns").to_numpy()}
    for name in BAR_COLUMNS[1:]:
        known = name in frame
        data[name] = (
            frame[name].to_numpy(dtype="float64", na_value=np.nan)
            if known
            else np.full(len(frame), np.nan)
        )
    try:
        return BARS.validate(pd.DataFrame(data))
    except SchemaError as error:
        raise ValueError(str(error).splitlines()[0]) from None


def write_file(path: Path, frame: pd.DataFrame) -> None:
    arrays = [
        pa.array(frame[name].to_numpy(), type=ARROW_SCHEMA.field(name).type) for name in frame
    ]
    part = aside(path)
    with part.open("wb") as handle:
        pq.write_table(
            pa.Table.from_arrays(arrays, schema=ARROW_SCHEMA),
            handle,
            compression="zstd",
            row_group_size=max(len(frame), 1),
        )
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(part, path)


def read_file(path: Path) -> pd.DataFrame:
    return pd.DataFrame(read_arrays(path))


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    return read_columns(path, list(BAR_COLUMNS))


def read_columns(path: Path, columns: list[str]) -> dict[str, np.ndarray]:
    try:
        with pq.ParquetFile(path) as file:
            table = file.read(columns=columns, use_threads=False)
        return {name: table.column(name).to_numpy() for name in columns}
    except FileNotFoundError:
        raise FileNotFoundError(errno.ENOENT, "no such file", str(path)) from None
    except (OSError, pa.ArrowException, KeyError):
        raise unreadable(path) from None


def unreadable(path: str | Path) -> UnreadableBars:
    symbol = Path(path).name.rsplit(".", 2)[0]
    return UnreadableBars(
        _(
            "The stored prices of {symbol} are lost or damaged; import them again, the rest is "
            "unharmed."
        ).format(symbol=symbol)
    )
