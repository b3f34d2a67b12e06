"""How fresh each symbol's prices are, what it follows, and how it was last asked."""

from pathlib import Path

import pandas as pd

from core.market.calendar import weeks_behind
from core.market.follows import asked, followed
from core.market.store import BarStore


def freshness(data_dir: Path, market: str) -> pd.DataFrame:
    """One row for each symbol that is stored or follows a source.

    Parameters
    ----------
    data_dir : Path
    market : str

    Returns
    -------
    DataFrame
        ``symbol, name, kind, exchange, sector, source`` (of the stored bars),
        ``follows``, ``rows, first, last, behind`` (weeks that have ended since; NaN
        without bars), ``asked`` (UTC, ISO 8601), ``state`` (``ok``, ``refused``,
        ``failed`` or empty) and ``message``. The oldest first.
    """
    known = BarStore(data_dir).symbols(market, kind=None).set_index("symbol")
    follows, last = followed(data_dir, market), asked(data_dir, market)
    symbols = sorted({*known.index, *follows})
    table = known.reindex(symbols).rename_axis("symbol").reset_index()
    for name in ("name", "kind", "exchange", "sector", "source"):
        table[name] = table[name].astype(object).where(table[name].notna(), "")
    behind = {day: weeks_behind(market, day) for day in table["last"].dropna().unique()}
    table["behind"] = table["last"].map(behind).astype("Float64")
    table["follows"] = [follows.get(symbol, "") for symbol in symbols]
    for name, field in (("asked", "at"), ("state", "state"), ("message", "message")):
        table[name] = [getattr(last.get(symbol), field, "") for symbol in symbols]
    order = ["symbol", "name", "kind", "exchange", "sector", "source", "follows", "rows"]
    columns = [*order, "first", "last", "behind", "asked", "state", "message"]
    return table.sort_values(["last", "symbol"], na_position="first", ignore_index=True)[columns]
