"""What makes a row of prices unusable, checked for a whole file at once."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.errors import UserError
from core.market.calendar import today
from core.market.parsing import read_dates, read_numbers
from core.market.schema import check_symbol, find_market, printable
from core.market.tables import Table

PRICES = ("open", "high", "low", "close")
CAP = 1000
"""Reasons written out per check; all refused rows are counted."""
TOLERANCE = 1e-6
"""Relative room for float noise when open and close are held against low and high."""
LARGEST = 1e12
VND_MEDIAN = 5000.0
"""No Vietnamese stock closes at 5,000 thousand VND; a median above it is in VND."""


@dataclass
class Checked:
    """The usable rows of one file, and what was wrong with the others.

    Attributes
    ----------
    rows : DataFrame
        symbol, date, the prices as in the file, volume, adj_close, value and
        line; sorted by symbol and date, unique.
    refused : list of (int, str)
        Lines and reasons, in order of line; capped.
    refused_total : int
    repeated : int
        Rows that say again what an earlier row of the file said.
    notes : list of str
    """

    rows: pd.DataFrame
    refused: list[tuple[int, str]] = field(default_factory=list)
    refused_total: int = 0
    repeated: int = 0
    notes: list[str] = field(default_factory=list)


class _Judge:
    """Collects which rows are out; the first reason of a row counts."""

    def __init__(self, lines: np.ndarray):
        self.lines = lines
        self.usable = np.ones(len(lines), dtype=bool)
        self.refused: list[tuple[int, str]] = []

    def refuse(self, wrong: np.ndarray, reason: Callable[[int], str]) -> None:
        places = np.flatnonzero(wrong & self.usable)
        self.refused.extend((int(self.lines[place]), reason(place)) for place in places[:CAP])
        self.usable[places] = False


def check(table: Table, market: str, kind: str, file_symbol: str | None) -> Checked:
    """Read and check every row of a table of prices.

    Parameters
    ----------
    table : Table
    market : str
    kind : {"stock", "index"}
        An index may have no volume; a stock's closes must be in the market's unit.
    file_symbol : str or None
        The symbol of all rows where the table has no column for it.
    """
    judge = _Judge(table.lines)
    symbols = _symbols(table, judge, file_symbol)
    dates, notes = _dates(table, judge, market)
    numbers = _numbers(table, judge, kind)
    _check_prices(numbers, judge)
    rows = pd.DataFrame({"symbol": symbols, "date": dates, **numbers, "line": table.lines})
    kept, repeated = _unique(rows[judge.usable], judge)
    if kind == "stock" and market == "VN":
        kept = _check_unit(kept, judge)
    refused = sorted(table.broken + judge.refused)[:CAP]
    total = len(table.broken) + len(table.lines) - len(kept) - repeated
    return Checked(kept, refused, total, repeated, notes)


def _symbols(table: Table, judge: _Judge, file_symbol: str | None) -> np.ndarray:
    if "symbol" not in table.columns:
        return np.full(len(table.lines), file_symbol, dtype=object)
    column = table.columns["symbol"]
    codes, unique = pd.factorize(column.to_numpy(dtype=object, na_value=""))
    names, reasons = [], []
    for text in unique:
        try:
            names.append(check_symbol(text))
            reasons.append("")
        except UserError as error:
            names.append("")
            reasons.append(str(error).rstrip(".") if str(text).strip() else "the symbol is missing")
    names_array = np.array(names, dtype=object)
    judge.refuse(
        (names_array == "")[codes] if len(names) else np.zeros(0, bool),
        lambda place: reasons[codes[place]],
    )
    return names_array[codes] if len(names) else np.empty(0, dtype=object)


def _dates(table: Table, judge: _Judge, market: str) -> tuple[np.ndarray, list[str]]:
    column = table.columns["date"]
    notes = []
    zone = find_market(market).timezone
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        index = pd.DatetimeIndex(column)
        if index.tz is not None:
            # A midnight is a way to write the day itself, in whatever zone.
            own = index.tz_localize(None)
            own = own.where(own == own.normalize(), index.tz_convert(zone).tz_localize(None))
            index = own
        days = index.normalize().as_unit("ns").to_numpy()
    else:
        days, month_first = read_dates(_as_text(column), zone)
        if month_first:
            notes.append("its dates were read month first, as some of its rows can only be so")
    judge.refuse(
        np.isnat(days), lambda place: f"the date {printable(column.iat[place])!r} is unreadable"
    )
    judge.refuse(
        days > today(market).to_datetime64(),
        lambda place: f"the date {str(days[place])[:10]} is in the future",
    )
    judge.refuse(
        days < np.datetime64("1900-01-01"),
        lambda place: f"the date {str(days[place])[:10]} is before 1900",
    )
    return days, notes


def _numbers(table: Table, judge: _Judge, kind: str) -> dict[str, np.ndarray]:
    names = [name for name in (*PRICES, "volume", "adj_close", "value") if name in table.columns]
    texts = {
        name: _as_text(table.columns[name])
        for name in names
        if not pd.api.types.is_numeric_dtype(table.columns[name].dtype)
    }
    parsed = read_numbers(texts, table.semicolons)
    numbers = {}
    for name in names:
        column = table.columns[name]
        if name in parsed:
            values, readable = parsed[name]
        else:
            values = column.to_numpy(dtype="float64", na_value=np.nan)
            readable = ~np.isinf(values)
        judge.refuse(
            ~readable | (np.abs(np.nan_to_num(values)) > LARGEST * (1e6 if name == "value" else 1)),
            lambda place, name=name, column=column: (
                f"{name} {printable(column.iat[place])!r} is not a usable number"
            ),
        )
        if name not in ("value", "volume") or (name == "volume" and kind == "stock"):
            judge.refuse(np.isnan(values), lambda _, name=name: f"{name} is missing")
        numbers[name] = values
    for name in ("volume", "adj_close", "value"):
        numbers.setdefault(name, np.full(len(table.lines), np.nan))
    return numbers


def _check_prices(numbers: dict[str, np.ndarray], judge: _Judge) -> None:
    for name in (*PRICES, "adj_close"):
        values = numbers[name]
        judge.refuse(
            values <= 0,
            lambda place, name=name, values=values: (
                f"{name} is {values[place]:g}, a price must be positive"
            ),
        )
    low, high = numbers["low"], numbers["high"]
    judge.refuse(
        low > high * (1 + TOLERANCE),
        lambda place: f"low {low[place]:g} is above high {high[place]:g}",
    )
    for name in ("open", "close"):
        values = numbers[name]
        judge.refuse(
            (values > high * (1 + TOLERANCE)) | (values < low * (1 - TOLERANCE)),
            lambda place, name=name, values=values: (
                f"{name} {values[place]:g} is outside low {low[place]:g} to high {high[place]:g}"
            ),
        )
    for name in ("volume", "value"):
        values = numbers[name]
        judge.refuse(
            values < 0,
            lambda place, name=name, values=values: f"{name} is negative ({values[place]:g})",
        )


def _unique(rows: pd.DataFrame, judge: _Judge) -> tuple[pd.DataFrame, int]:
    """Keep the first of rows with the same symbol and date; refuse those that contradict it."""
    codes, _ = pd.factorize(rows["symbol"], sort=True)
    days = rows["date"].to_numpy().astype("int64")
    order = np.lexsort((rows["line"].to_numpy(), days, codes))
    rows, codes, days = rows.iloc[order], codes[order], days[order]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (codes[1:] != codes[:-1]) | (days[1:] != days[:-1])
    if new.all():
        return rows.reset_index(drop=True), 0
    first = np.maximum.accumulate(np.where(new, np.arange(len(rows)), 0))
    values = rows[[*PRICES, "volume", "adj_close", "value"]].to_numpy()
    same = ((values == values[first]) | (np.isnan(values) & np.isnan(values[first]))).all(axis=1)
    lines = rows["line"].to_numpy()
    for place in np.flatnonzero(~new & ~same)[:CAP]:
        row = rows.iloc[place]
        reason = (
            f"{row['symbol']} on {row['date']:%Y-%m-%d} is already on line {lines[first[place]]} "
            "with other values"
        )
        judge.refused.append((int(lines[place]), reason))
    return rows[new].reset_index(drop=True), int((~new & same).sum())


def _check_unit(rows: pd.DataFrame, judge: _Judge) -> pd.DataFrame:
    medians = rows.groupby("symbol")["close"].median()
    wrong = medians[medians > VND_MEDIAN]
    if wrong.empty:
        return rows
    for symbol, median in wrong.items():
        part = rows[rows["symbol"] == symbol]
        reason = (
            f"{symbol} closes at {median:,.0f} in the middle, which looks like VND: all its "
            f"{len(part):,} rows are refused; divide open, high, low and close by 1,000, as "
            "Vietnamese prices are kept in thousand VND"
        )
        judge.refused.append((int(part["line"].min()), reason))
    return rows[~rows["symbol"].isin(wrong.index)].reset_index(drop=True)


def _as_text(column: pd.Series) -> pd.Series:
    """Text of a typed column; whole numbers without a decimal point."""
    if pd.api.types.is_float_dtype(column.dtype):
        whole = column.where(column % 1 == 0)
        return whole.astype("Int64").astype("str").where(whole.notna(), "")
    return column.astype("str").where(column.notna(), "")
