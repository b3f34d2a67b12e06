"""Stocks with their forecasts as rows of an answer."""

import math
from collections.abc import Iterable

import pandas as pd

from core.answers.result import Column, Table
from core.formats import day
from core.language import _
from core.market.schema import MARKETS
from core.screener import FIELDS
from core.watch import call_name


def stock_rows(table: pd.DataFrame, market: str, more: Iterable[str]) -> Table:
    """The forecast of each stock beside no change, its call and some fields.

    Parameters
    ----------
    table : DataFrame indexed by symbol
        From `core.answers.market_table.market_table`.
    market : str
    more : iterable of str
        Keys of ``FIELDS`` to show besides; what is shown anyway is not shown twice.
    """
    place = MARKETS[market]
    money = (_(place.unit), place.price_digits)
    columns = [
        Column("symbol", _("Symbol")),
        Column("call", _("Call")),
        Column("p_up", FIELDS["p_up"].title, "%", 0),
        Column("prior_up", _("UP usually"), "%", 0),
        Column("change", FIELDS["change"].title, "%", 1, sign=True),
        Column("low_change", _("80 % from"), "%", 1, sign=True),
        Column("high_change", _("80 % to"), "%", 1, sign=True),
        Column("close", _("Close"), *money),
        Column("price", _("Forecast price"), *money),
    ]
    shown = {column.name for column in columns}
    besides = [name for name in dict.fromkeys(more) if name not in shown]
    for name in besides:
        field = FIELDS[name]
        unit = "%" if field.unit_en.startswith("%") else field.unit
        columns.append(Column(name, field.title, unit, field.digits))
    rows = []
    for symbol, row in table.iterrows():
        cells: dict = {"symbol": symbol, "call": call_name(row["call"]) if row["call"] else ""}
        for column in columns:
            if column.digits is not None:
                scale = FIELDS[column.name].scale if column.name in besides else 1.0
                value = float(row[column.name]) * scale
                cells[column.name] = value if math.isfinite(value) else None
        rows.append(cells)
    return Table(tuple(columns), tuple(rows))


def origin(records: pd.DataFrame) -> tuple[str, tuple[str, ...]]:
    """Whence the forecasts of a market are, and the ISO dates in that sentence."""
    if records.empty:
        return _("No model for this market yet."), ()
    first = records.iloc[0]
    said = _(
        "Forecasts as of {as_of} for {day}, against no change; price_target_model v{price}, "
        "pattern_lstm_classifier v{pattern}."
    ).format(
        as_of=day(first["as_of"]),
        day=day(first["target_date"]),
        price=first["price_version"],
        pattern=first["pattern_version"],
    )
    return said, tuple(f"{first[name]:%Y-%m-%d}" for name in ("as_of", "target_date"))


def calls_in(table: pd.DataFrame) -> tuple[str, ...]:
    """The calls that stand in some rows."""
    return tuple(call for call in dict.fromkeys(table["call"]) if call)
