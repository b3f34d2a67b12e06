"""Tables out of Weeklens: CSV and XLSX that no spreadsheet runs, Parquet, bars of many symbols."""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from core.errors import UserError
from core.files import write_whole
from core.language import _
from core.market.formulas import neutral
from core.market.schema import BAR_COLUMNS, printable
from core.market.store import BarStore

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Tells Excel that the text is UTF-8."""
DECIMALS = 6
"""Of a number in a table such as a page shows it."""
MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
WRITTEN = ("csv", "parquet")
"""What a whole history is written as: a sheet holds no more than a million rows."""


def bars_table(store: BarStore, market: str, symbols: Iterable[str] | None = None) -> pd.DataFrame:
    """The bars of several symbols as one long table, such as an import reads.

    Parameters
    ----------
    store : BarStore
    market : str
    symbols : iterable of str, optional
        Stocks or indices; every stock by default.

    Returns
    -------
    DataFrame
        ``symbol`` and ``BAR_COLUMNS``, by symbol and date; ``value`` and
        ``raw_close`` only where some row knows them.

    Raises
    ------
    UserError
        If a symbol is unknown, or there is none at all.
    """
    if symbols is None:
        frames = store.panel(market)
    else:
        names = sorted({store.find(symbol, market)[1] for symbol in symbols})
        frames = {name: store.bars(market, name) for name in names}
    if not frames:
        raise UserError(_("There are no prices to export: choose a market that has some."))
    lengths = [len(frame) for frame in frames.values()]
    table = pd.concat(frames.values(), ignore_index=True)
    table.insert(0, "symbol", np.repeat(np.array(list(frames), dtype=object), lengths))
    unknown = [name for name in ("value", "raw_close") if table[name].isna().all()]
    return table.astype({"symbol": "str"})[["symbol", *BAR_COLUMNS]].drop(columns=unknown)


def to_csv(frame: pd.DataFrame) -> bytes:
    """A table as CSV that Excel reads with its Vietnamese letters and runs nothing of.

    Text that begins like a formula gets an apostrophe in front, in cells and in
    headers; numbers stand as they are, to the last digit. A list in a cell is
    written as its items with blanks between. UTF-8 with a byte-order mark.
    """
    table = _flat(frame)
    cells = {}
    for place in range(table.shape[1]):
        column = table.iloc[:, place]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(object)
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            cells[place] = _days(column)
        elif pd.api.types.is_numeric_dtype(column.dtype):
            cells[place] = column
        else:
            cells[place] = pd.Series([_cell(value) for value in column], dtype=object)
    written = pd.DataFrame(cells, index=range(len(table)))
    written.columns = [neutral(str(name)) for name in table.columns]
    # Windows line ends: with them the csv module quotes a lone carriage return on every Python.
    text = written.to_csv(index=False, lineterminator="\r\n")
    return (BOM + text).encode("utf-8", "replace")


def as_shown(frame: pd.DataFrame, headings: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A table such as a page shows it, for CSV: headings, and no digits nobody reads.

    Parameters
    ----------
    frame : DataFrame
    headings : mapping of str to str, optional
        The columns to keep, in this order, and what the page calls them; those
        the table lacks are passed over. All columns by default.

    Returns
    -------
    DataFrame
        Numbers with at most 6 decimals, whole ones without any; columns of
        lists, such as a sparkline's, are left out.
    """
    table = _flat(frame)
    kept = [name for name in headings or table.columns if name in table.columns]
    kept = [name for name in kept if not table[name].map(_is_list).any()]
    shown = {}
    for name in kept:
        column = table[name]
        if pd.api.types.is_float_dtype(column.dtype):
            numbers = [None if pd.isna(value) else _number(value) for value in column]
            column = pd.Series(numbers, table.index, dtype=object)
        shown[(headings or {}).get(name, name)] = column
    return pd.DataFrame(shown, index=table.index)


def to_parquet(frame: pd.DataFrame) -> bytes:
    """A table as Parquet, its types kept."""
    table = _flat(frame)
    table.columns = [str(name) for name in table.columns]
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def to_xlsx(frame: pd.DataFrame) -> bytes:
    """A table as one sheet: text is text whatever it looks like, dates are dates.

    The first row stands still when the sheet is scrolled. A list in a cell is
    written as its items with blanks between.
    """
    table = _flat(frame)
    buffer = io.BytesIO()
    # Without these options a text that begins with "=" or "http" would become a formula or link.
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, safe) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, name in enumerate(table.columns):
            sheet.write_string(0, place, str(name), bold)
            sheet.set_column(place, place, max(10, min(40, len(str(name)) + 2)))
            for row, value in enumerate(table.iloc[:, place], start=1):
                _write_cell(sheet, row, place, value, dated)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """Write a table to a file, whole or not at all, as its name's ending says.

    Raises
    ------
    UserError
        If the ending is neither .csv nor .parquet, or the file cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in WRITTEN:
        raise UserError(
            _(
                "The file {file} should end with .csv or .parquet, which says how it is written."
            ).format(file=repr(printable(path.name, 80)))
        )
    data = to_csv(frame) if kind == "csv" else to_parquet(frame)
    try:
        write_whole(path, data)
    except OSError as error:
        raise UserError(
            _(
                "{path} cannot be written ({error}): name a file in a folder that is there and "
                "that you may write to."
            ).format(path=path, error=error.strerror or error)
        ) from None


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with a named index as its first column, and its rows counted from zero."""
    return frame.reset_index(drop=frame.index.name in {None, *frame.columns})


def _days(column: pd.Series) -> pd.Series:
    """Dates as 2024-06-28, with the time of day only where one is not midnight."""
    known = column.dropna()
    if (known == known.dt.normalize()).all():
        return column.dt.strftime("%Y-%m-%d").reset_index(drop=True)
    return column.map(lambda moment: moment.isoformat(), na_action="ignore").reset_index(drop=True)


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    place: int,
    value: object,
    dated: xlsxwriter.format.Format,
) -> None:
    if _is_list(value):
        value = " ".join(str(item) for item in value)
    if value is None or value is pd.NA or value is pd.NaT:
        return
    if isinstance(value, (bool, np.bool_)):
        sheet.write_boolean(row, place, bool(value))
    elif isinstance(value, (int, float, np.number)):
        if np.isfinite(value):  # a sheet has no cell for infinity
            sheet.write_number(row, place, float(value))
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, value.replace(tzinfo=None), dated)
    else:
        sheet.write_string(row, place, str(value))


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple, np.ndarray))


def _number(value: float) -> int | float:
    rounded = round(float(value), DECIMALS)
    return int(rounded) if rounded.is_integer() else rounded


def _cell(value: object) -> object:
    if isinstance(value, str):
        return neutral(value)
    if _is_list(value):
        return neutral(" ".join(str(item) for item in value))
    if value is None or isinstance(value, (bool, int, float, np.number)):
        return value
    return None if pd.isna(value) else neutral(str(value))
