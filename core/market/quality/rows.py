"""What makes a row of prices unusable, checked for a whole file or reply at once.

Reasons are made in English, whoever reads, as the record keeps them; `retold` tells them
again in the reader's language.
"""

import numpy as np
import pandas as pd

from core.errors import UserError
from core.language import DEFAULT, _, using
from core.market.calendar import today
from core.market.parsing import read_dates, read_numbers
from core.market.quality.catalogue import SLIGHT, SMALL_MEDIAN, VND_MEDIAN, Finding
from core.market.quality.verdicts import CAP, Checked, Judge, by_symbol
from core.market.schema import PRICES, check_symbol, find_market, printable
from core.market.tables import Table

TOLERANCE = 1e-6
"""Relative room for float noise when open and close are held against low and high."""
LARGEST = 1e12
MAX_CELL = 100
"""No number or date is written in more characters."""
FIELDS = (*PRICES, "volume", "adj_close", "value", "raw_close")


@using(DEFAULT)
def check(table: Table, market: str, kind: str, file_symbol: str | None, mark: str = "") -> Checked:
    """Read and check every row of a table of prices.

    Parameters
    ----------
    table : Table
    market : str
    kind : {"stock", "index"}
        An index may have no volume; a stock's closes must be in the market's unit.
    file_symbol : str or None
        The symbol of all rows where the table has no column for it.
    mark : str
        The decimal mark of numbers in text, where it is known.
    """
    judge = Judge(table.lines)
    symbols = _symbols(table, judge, file_symbol)
    dates, notes = _dates(table, judge, market)
    numbers = _numbers(table, judge, kind, mark)
    _check_prices(numbers, judge)
    rows = pd.DataFrame({"symbol": symbols, "date": dates, **numbers, "line": table.lines})
    order, repeated = _unique(rows, judge)
    if kind == "stock" and market == "VN":
        order = _check_unit(rows, order, judge)
    kept = rows.iloc[order].reset_index(drop=True)
    total = len(table.broken) + len(table.lines) - len(kept) - repeated
    findings, spans, verdicts = by_symbol(rows, kept, judge)
    return Checked(
        kept,
        sorted(table.broken + judge.refused)[:CAP],
        total,
        repeated,
        notes,
        sorted(judge.repaired)[:CAP],
        judge.repaired_total,
        findings,
        spans,
        verdicts,
    )


@using(DEFAULT)
def check_frame(frame: pd.DataFrame, market: str, kind: str, symbol: str) -> Checked:
    """Check the reply of a live source about one symbol.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        Columns date, open, high, low, close, volume, optional value and
        adj_close, as numbers or as text with a decimal point; anything else in a
        cell drops the row, other columns are left out.
    market : str
    kind : {"stock", "index"}
    symbol : str

    Returns
    -------
    Checked
        Without usable rows where the reply as a whole is none.

    Raises
    ------
    UserError
        If the market or the symbol is none.
    """
    market, symbol = find_market(market).code, check_symbol(symbol)
    names = [name for name in frame.columns if isinstance(name, str)]
    required = ["date", *PRICES] + (["volume"] if kind == "stock" else [])
    missing = [name for name in required if name not in names]
    twice = sorted({name for name in ("date", *FIELDS) if names.count(name) > 1})
    fault = ""
    if missing:
        fault = _("the reply has no column {names}").format(names=", ".join(missing))
    elif twice:
        fault = _("the reply has the column {names} twice").format(names=", ".join(twice))
    present = [name for name in ("date", *FIELDS) if name in names and not fault]
    columns = {name: _plain(frame[name].reset_index(drop=True)) for name in present}
    lines = np.arange(1, len(frame) + 1, dtype="int64")
    if not fault:
        return check(Table(columns, lines), market, kind, symbol, mark=".")
    none = {name: pd.Series(dtype="float64") for name in required}
    nothing = check(Table(none, lines[:0]), market, kind, symbol, mark=".")
    nothing.refused = [(0, fault)]
    nothing.refused_total = max(len(frame), 1)
    finding = Finding("schema", "dropped", "", "", nothing.refused_total, f"{fault.capitalize()}.")
    nothing.findings = {symbol: [finding]}
    nothing.spans = {symbol: ("", "")}
    return nothing


def _symbols(table: Table, judge: Judge, file_symbol: str | None) -> np.ndarray:
    if "symbol" not in table.columns:
        return np.full(len(table.lines), file_symbol, dtype=object)
    column = table.columns["symbol"]
    codes, unique = pd.factorize(column.to_numpy(dtype=object, na_value=""))
    names, reasons = [], []
    for text in unique:
        try:
            names.append(check_symbol(text))
            reasons.append("")
        except UserError:
            names.append("")
            reasons.append(_no_symbol(str(text)))
    names_array = np.array(names, dtype=object)
    judge.refuse(
        (names_array == "")[codes] if len(names) else np.zeros(0, bool),
        "cells",
        lambda place: reasons[codes[place]],
    )
    return names_array[codes] if len(names) else np.empty(0, dtype=object)


def _no_symbol(text: str) -> str:
    if not text.strip():
        return _("the symbol is missing")
    return _("{text} is not a symbol: use 1 to 16 letters and digits, such as VNM").format(
        text=repr(printable(text))
    )


def _dates(table: Table, judge: Judge, market: str) -> tuple[np.ndarray, list[str]]:
    column = table.columns["date"]
    notes = []
    zone = find_market(market).timezone
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        index = pd.DatetimeIndex(column)
        index = index.where((index.year > 1700) & (index.year < 2200))  # what nanoseconds can hold
        if index.tz is not None:
            # A midnight is a way to write the day itself, in whatever zone.
            own = index.tz_localize(None)
            own = own.where(own == own.normalize(), index.tz_convert(zone).tz_localize(None))
            index = own
        days = index.normalize().as_unit("ns").to_numpy()
    else:
        days, month_first = read_dates(_as_text(column), zone)
        if month_first:
            notes.append(_("its dates were read month first, as some of its rows can only be so"))
    judge.refuse(
        np.isnat(days),
        "cells",
        lambda place: _("the date {text} is unreadable").format(
            text=repr(printable(column.iat[place]))
        ),
    )
    judge.refuse(
        days > today(market).to_datetime64(),
        "cells",
        lambda place: _("the date {day} is in the future").format(day=str(days[place])[:10]),
    )
    judge.refuse(
        days < np.datetime64("1900-01-01"),
        "cells",
        lambda place: _("the date {day} is before 1900").format(day=str(days[place])[:10]),
    )
    # A day that cannot be is none: its row must not count as today's.
    return np.where(judge.usable, days, np.datetime64("NaT", "ns")), notes


def _numbers(table: Table, judge: Judge, kind: str, mark: str) -> dict[str, np.ndarray]:
    names = [name for name in FIELDS if name in table.columns]
    texts = {
        name: _as_text(table.columns[name])
        for name in names
        if not pd.api.types.is_numeric_dtype(table.columns[name].dtype)
    }
    parsed = read_numbers(texts, table.semicolons, mark)
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
            "cells",
            lambda place, name=name, column=column: _(
                "{name} {text} is not a usable number"
            ).format(name=name, text=repr(printable(column.iat[place]))),
        )
        if name not in ("value", "volume", "raw_close") or (name == "volume" and kind == "stock"):
            judge.refuse(
                np.isnan(values),
                "cells",
                lambda __, name=name: _("{name} is missing").format(name=name),
            )
        numbers[name] = values
    for name in ("volume", "adj_close", "value", "raw_close"):
        numbers.setdefault(name, np.full(len(table.lines), np.nan))
    return numbers


def _check_prices(numbers: dict[str, np.ndarray], judge: Judge) -> None:
    for name in (*PRICES, "adj_close", "raw_close"):
        values = numbers[name]
        judge.refuse(
            values <= 0,
            "positive",
            lambda place, name=name, values=values: _(
                "{name} is {value}, a price must be positive"
            ).format(name=name, value=f"{values[place]:g}"),
        )
    _check_contradictions(numbers, judge)
    for name in ("volume", "value"):
        values = numbers[name]
        judge.refuse(
            values < 0,
            "positive",
            lambda place, name=name, values=values: _("{name} is negative ({value})").format(
                name=name, value=f"{values[place]:g}"
            ),
        )


def _check_contradictions(numbers: dict[str, np.ndarray], judge: Judge) -> None:
    """Widen low and high where little is lacking, refuse the row where much is."""
    low, high = numbers["low"], numbers["high"]
    prices = np.vstack([numbers[name] for name in PRICES])
    lowest, highest = prices.min(axis=0), prices.max(axis=0)
    with np.errstate(all="ignore"):  # rows already out may hold anything
        lacking = np.maximum(low - lowest, highest - high) / numbers["close"]
    beyond = lacking > SLIGHT + TOLERANCE
    judge.refuse(
        beyond & (low > high),
        "contradiction",
        lambda place: _("low {low} is above high {high}").format(
            low=f"{low[place]:g}", high=f"{high[place]:g}"
        ),
    )
    for name in ("open", "close"):
        values = numbers[name]
        judge.refuse(
            beyond & ((values > high) | (values < low)),
            "contradiction",
            lambda place, name=name, values=values: _(
                "{name} {value} is outside low {low} to high {high}"
            ).format(
                name=name,
                value=f"{values[place]:g}",
                low=f"{low[place]:g}",
                high=f"{high[place]:g}",
            ),
        )
    judge.repair(
        lacking > TOLERANCE,
        "contradiction",
        lambda place: _(
            "low {low} to high {high} was widened to {lowest} to {highest}, to hold open "
            "{open} and close {close}"
        ).format(
            low=f"{low[place]:g}",
            high=f"{high[place]:g}",
            lowest=f"{lowest[place]:g}",
            highest=f"{highest[place]:g}",
            open=f"{numbers['open'][place]:g}",
            close=f"{numbers['close'][place]:g}",
        ),
    )
    # Below the tolerance it is float noise, and no news.
    numbers["low"], numbers["high"] = lowest, highest


def _unique(rows: pd.DataFrame, judge: Judge) -> tuple[np.ndarray, int]:
    """Places of the rows to keep, by symbol and day, and how many others repeat them.

    The first of rows with the same symbol and date is kept; those that contradict
    it are refused.
    """
    usable = np.flatnonzero(judge.usable)
    codes, __ = pd.factorize(rows["symbol"].iloc[usable], sort=True)
    days = rows["date"].to_numpy()[usable].astype("int64")
    sorting = np.lexsort((rows["line"].to_numpy()[usable], days, codes))
    order, codes, days = usable[sorting], codes[sorting], days[sorting]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (codes[1:] != codes[:-1]) | (days[1:] != days[:-1])
    if new.all():
        return order, 0
    first = order[np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))]
    later, kept = order[~new], first[~new]
    values = rows[list(FIELDS)].to_numpy()
    a, b = values[later], values[kept]
    same = ((a == b) | (np.isnan(a) & np.isnan(b))).all(axis=1)
    original = dict(zip(later.tolist(), kept.tolist(), strict=True))
    contradicting = np.zeros(len(rows), dtype=bool)
    contradicting[later[~same]] = True
    judge.refuse(
        contradicting,
        "duplicates",
        lambda place: _("{symbol} on {day} is already on line {line} with other values").format(
            symbol=rows["symbol"].iat[place],
            day=f"{rows['date'].iat[place]:%Y-%m-%d}",
            line=judge.lines[original[int(place)]],
        ),
    )
    return order[new], int(same.sum())


def _check_unit(rows: pd.DataFrame, order: np.ndarray, judge: Judge) -> np.ndarray:
    kept = rows.iloc[order]
    medians = kept.groupby("symbol")["close"].median()
    wrong = medians[(medians > VND_MEDIAN) | (medians < SMALL_MEDIAN)]
    if wrong.empty:
        return order
    out = kept["symbol"].isin(wrong.index).to_numpy(dtype=bool)
    for symbol, median in wrong.items():
        places = order[(kept["symbol"] == symbol).to_numpy(dtype=bool)]
        if median > VND_MEDIAN:
            told = _(
                "{symbol} closes at {close} in the middle, which looks like VND: all its {count} "
                "rows are refused; divide open, high, low and close by 1,000, as Vietnamese prices "
                "are kept in thousand VND"
            )
        else:
            told = _(
                "{symbol} closes at {close} in the middle, which looks like millions of VND: all "
                "its {count} rows are refused; multiply open, high, low and close by 1,000, as "
                "Vietnamese prices are kept in thousand VND"
            )
        reason = told.format(symbol=symbol, close=f"{median:,.6g}", count=f"{len(places):,}")
        judge.refused.append((int(judge.lines[places].min()), reason))
        judge.verdicts.append(("unit", "dropped", places, [reason]))
    return order[~out]


def _plain(column: pd.Series) -> pd.Series:
    """A column of a reply as numbers, dates or text; nothing in a cell can break what follows."""
    dtype = column.dtype
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return column
    numeric = pd.api.types.is_integer_dtype(dtype) or pd.api.types.is_float_dtype(dtype)
    if numeric and not isinstance(dtype, pd.SparseDtype):
        return column
    return pd.Series([_cell(cell) for cell in column.astype(object)], dtype="str")


def _cell(cell: object) -> str:
    if (
        cell is None
        or cell is pd.NA
        or cell is pd.NaT
        or (isinstance(cell, float) and cell != cell)
    ):
        return ""
    text = cell if isinstance(cell, str) else repr(cell) if isinstance(cell, bytes) else str(cell)
    if len(text) > MAX_CELL:
        return f"{text[:40]}…"  # unreadable, as a number cut short must be
    return text.encode("utf-8", "replace").decode()


def _as_text(column: pd.Series) -> pd.Series:
    """Text of a typed column; whole numbers without a decimal point."""
    if pd.api.types.is_float_dtype(column.dtype):
        whole = column.where((column % 1 == 0) & (column.abs() < LARGEST))
        return whole.astype("Int64").astype("str").where(whole.notna(), "")
    return column.astype("str").where(column.notna(), "")
