"""A file of prices or names as a table of cells, each row with its line number."""

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.errors import UserError
from core.language import _, ngettext
from core.market.parsing import decode, match_columns
from core.settings import settings

SEPARATORS = ",;\t|"
HEADER_LINES = 20
"""A title may stand above the header, but not a letter."""
CHUNK = 50_000
MAX_ROWS = 10_000_000
MAX_CELL = 10_000
MAX_UNPACKED = 4 * 2**30
"""Bytes a Parquet file may claim to unpack to, for the columns that are read."""


@dataclass
class Table:
    """What a file holds, before anything is judged.

    Attributes
    ----------
    columns : dict of str to Series, each of shape (n,)
        The wanted fields found; text from CSV, typed from Parquet.
    lines : ndarray of int64, shape (n,)
        Line in the file (CSV, the header included) or row (Parquet), from 1.
    broken : list of (int, str)
        Lines that are no row of the table, and why.
    semicolons : bool
        Whether the columns were separated by semicolons.
    """

    columns: dict[str, pd.Series]
    lines: np.ndarray
    broken: list[tuple[int, str]] = field(default_factory=list)
    semicolons: bool = False


def read_table(path: Path, aliases: dict[str, tuple[str, ...]], required: set[str]) -> Table:
    """Read the wanted columns of a CSV or Parquet file, told apart by content.

    Parameters
    ----------
    path : Path
    aliases : dict
        Fields and their spellings, see `core.market.parsing.ALIASES`.
    required : set of str
        Fields without which the file is refused.

    Raises
    ------
    UserError
        If the file as a whole cannot be used; the text is half a sentence that
        reads on after the file's name and a colon.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UserError(_("it is a folder; name the files in it"))
        limit = settings().max_upload_mb
        if size > limit * 2**20:
            raise UserError(
                _(
                    "it has {size} MB and the limit is {limit}; split it, or raise "
                    "WEEKLENS_MAX_UPLOAD_MB"
                ).format(size=math.ceil(size / 2**20), limit=limit)
            )
        with path.open("rb") as handle:
            is_parquet = handle.read(4) == b"PAR1"
        if size == 0:
            raise UserError(_("it is empty"))
        if is_parquet:
            return _read_parquet(path, aliases, required)
        return _read_csv(decode(path.read_bytes()), aliases, required)
    except FileNotFoundError:
        raise UserError(_("there is no such file; check the name")) from None
    except OSError as error:
        raise UserError(
            _("it cannot be read ({error})").format(error=error.strerror or error)
        ) from None


def _read_csv(text: str, aliases: dict[str, tuple[str, ...]], required: set[str]) -> Table:
    separator, places, width, skipped = _find_header(text, aliases, required)
    stream = io.StringIO(text, newline="")
    for __ in range(skipped):
        stream.readline()
    table = Table({}, np.empty(0, dtype="int64"), semicolons=separator == ";")
    parts: dict[str, list[pa.Array]] = {name: [] for name in places}
    lines: list[np.ndarray] = []
    for numbers, rows in _chunks(stream, separator, skipped, width, table.broken):
        cells = list(zip(*rows, strict=True))
        for name, place in places.items():
            parts[name].append(pa.array(cells[place], type=pa.string()))
        lines.append(np.array(numbers, dtype="int64"))
    for name, arrays in parts.items():
        table.columns[name] = pd.Series(pa.chunked_array(arrays, pa.string()), dtype="str")
    table.lines = np.concatenate(lines) if lines else table.lines
    return table


def _find_header(
    text: str, aliases: dict[str, tuple[str, ...]], required: set[str]
) -> tuple[str, dict[str, int], int, int]:
    """The separator, the wanted columns, the width, and how many lines come before the rows."""
    stream = io.StringIO(text, newline="")
    best: dict[str, int] = {}
    header = ("", {}, 0, 0)
    for count in range(1, HEADER_LINES + 1):
        line = stream.readline(100_000)
        if not line:
            break
        for separator in SEPARATORS:
            try:
                cells = next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])
            except csv.Error:
                continue
            found = match_columns(cells, aliases)
            if len(found) > len(best):
                best, header = found, (separator, found, len(cells), count)
        if len(best) > len(required) // 2:
            break
    if not best:
        names = ", ".join(aliases)
        raise UserError(
            _("it is no table of the columns {names}; the first line should name them").format(
                names=names
            )
        )
    _check_required(best, required)
    return header


def _check_required(found: dict[str, int], required: set[str]) -> None:
    if missing := [name for name in sorted(required) if name not in found]:
        raise UserError(
            ngettext(
                "the column {names} cannot be found in it",
                "the columns {names} cannot be found in it",
                len(missing),
            ).format(names=", ".join(missing))
        )


def _chunks(
    stream: io.StringIO,
    separator: str,
    skipped: int,
    width: int,
    broken: list[tuple[int, str]],
) -> Iterator[tuple[list[int], list[list[str]]]]:
    reader = csv.reader(stream, delimiter=separator)
    numbers: list[int] = []
    rows: list[list[str]] = []
    total = 0
    before = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            raise UserError(
                _(
                    "line {line} cannot be read as cells; it is too long, or a quotation mark is "
                    "not closed"
                ).format(line=skipped + before + 1)
            ) from None
        first, last = skipped + before + 1, skipped + reader.line_num
        before = reader.line_num
        if last > first or "\n" in (joined := "".join(row)):
            reason = _("a quotation mark is not closed")
            if last > first:
                reason = _(
                    "a quotation mark on line {first} is not closed before line {last}"
                ).format(first=first, last=last)
            broken.extend((line, reason) for line in range(first, last + 1))
            continue
        if not joined.strip():
            continue
        if len(row) != width:
            while len(row) > width and not row[-1].strip():
                row.pop()
            if len(row) != width:
                reason = _("it has {count} cells and the header has {width}")
                broken.append((first, reason.format(count=len(row), width=width)))
                continue
        numbers.append(first)
        rows.append(row)
        if len(rows) == CHUNK:
            total += CHUNK
            if total > MAX_ROWS:
                raise UserError(
                    _("it has more than {most} rows; split it").format(most=f"{MAX_ROWS:,}")
                )
            yield numbers, rows
            numbers, rows = [], []
    if rows:
        yield numbers, rows


def _read_parquet(path: Path, aliases: dict[str, tuple[str, ...]], required: set[str]) -> Table:
    try:
        with pq.ParquetFile(path) as file:
            flat = list(file.schema_arrow.names)
            places = match_columns(flat, aliases)
            _check_required(places, required)
            wanted = {flat[place] for place in places.values()}
            _check_size(file.metadata, wanted)
            kinds = {name: file.schema_arrow.field(name).type for name in sorted(wanted)}
        texts = [
            n for n, k in kinds.items() if pa.types.is_string(k) or pa.types.is_large_string(k)
        ]
        # Read as dictionaries, a long text repeated in every row costs its length once.
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            table = file.read(columns=sorted(wanted))
    except (pa.ArrowException, OSError):
        raise UserError(_("it begins like a Parquet file but is damaged")) from None
    columns = {}
    for name, place in places.items():
        column = table.column(flat[place])
        kind = column.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
            if not pa.types.is_binary(kind):
                _check_cells(column)
                column = column.cast(kind)
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            raise UserError(
                _("its column {name} holds {kind}, not text, numbers or dates").format(
                    name=flat[place], kind=kind
                )
            )
        if pa.types.is_decimal(kind):
            column = column.cast(pa.float64())
        columns[name] = column.to_pandas()
    return Table(columns, np.arange(1, table.num_rows + 1, dtype="int64"))


def _check_cells(column: pa.ChunkedArray) -> None:
    for chunk in column.chunks:
        lengths = pc.binary_length(chunk.dictionary.cast(pa.large_string()))
        if (pc.max(lengths).as_py() or 0) > MAX_CELL:
            raise UserError(
                _("it has cells of more than {most} characters").format(most=f"{MAX_CELL:,}")
            )


def _check_size(metadata: pq.FileMetaData, wanted: set[str]) -> None:
    """Refuse a file that unpacks to far more than it weighs, before unpacking it."""
    unpacked = 0
    for group in range(metadata.num_row_groups):
        part = metadata.row_group(group)
        for place in range(part.num_columns):
            column = part.column(place)
            if column.path_in_schema.split(".")[0] in wanted:
                unpacked += column.total_uncompressed_size
    if metadata.num_rows > MAX_ROWS or unpacked > MAX_UNPACKED:
        raise UserError(
            _("it unpacks to more than {most} rows or 4 GB; split it").format(most=f"{MAX_ROWS:,}")
        )
