"""Read stored records."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from core.db import connect, remembered
from core.errors import UserError
from core.forecasts.record import NUMBERS, PRIORS
from core.language import _
from core.market.schema import printable

CURRENT = "current_forecasts"
"""Key in ``meta``: which records the pages show (market, as_of, versions, data revision)."""


def current(data_dir: Path) -> dict:
    """Which records the pages show: market, as_of, versions, revision; empty before the first."""
    return json.loads(remembered(data_dir, CURRENT, partial(_current, data_dir)))


def latest(data_dir: Path, market: str, symbol: str | None = None) -> pd.DataFrame:
    """The records on show for a market, one a stock; empty where no model is made for it.

    Parameters
    ----------
    data_dir : Path
    market : str
    symbol : str, optional
        Only that of this stock.

    Returns
    -------
    DataFrame
        Columns of the table ``forecasts``, with ``price``, ``price_low``,
        ``price_high`` and those of the 95 % interval in the market's price unit and
        dates as timestamps; ``call`` is empty where there is no forecast, and
        "no clear direction" where there is one and its call is withheld.
    """
    shown = current(data_dir)
    if shown.get("market") != market:
        shown = {"as_of": "", "price_version": 0, "pattern_version": 0}
    versions = (shown["price_version"], shown["pattern_version"])
    found = of_week(data_dir, market, shown["as_of"], versions, symbol)
    # Records made before the prior was kept with each.
    for name, usual in zip(PRIORS, shown.get("usual", ()), strict=False):
        found[name] = found[name].fillna(usual)
    return found


def of_week(
    data_dir: Path,
    market: str,
    as_of: str,
    versions: tuple[int, int],
    symbol: str | None = None,
) -> pd.DataFrame:
    """The records of one week by one pair of versions (price, pattern), one a stock."""
    where, asked = "market=? AND as_of=? AND price_version=? AND pattern_version=?", ()
    if symbol is not None:
        where, asked = f"symbol=? AND {where}", (symbol,)
    found = _read(data_dir, f"{where} ORDER BY rowid", (*asked, market, as_of, *versions))
    return found.drop_duplicates("symbol", keep="last").reset_index(drop=True)


def history(data_dir: Path, market: str, symbol: str) -> pd.DataFrame:
    """Every record of one stock, the oldest as-of week first."""
    return _read(data_dir, "market=? AND symbol=? ORDER BY as_of, rowid", (market, symbol))


def out_of_sample_of(data_dir: Path, model: str, version: int) -> pd.DataFrame:
    """Every record a version had a part in whose week it had not learned from, oldest first.

    Parameters
    ----------
    data_dir : Path
    model : str
        "price_target_model" or "pattern_lstm_classifier".
    version : int
    """
    column = "price_version" if model.startswith("price") else "pattern_version"
    return _read(data_dir, f"{column}=? AND in_sample=0 ORDER BY as_of, rowid", (version,))


def count(data_dir: Path) -> int:
    """How many records there are; they are only ever added."""
    return remembered(data_dir, "forecasts", partial(_count, data_dir))


def find(data_dir: Path, record: str) -> dict:
    """One record by its id, as a row of ``latest``.

    Raises
    ------
    UserError
        If there is none.
    """
    found = _read(data_dir, "id=?", (record,))
    if found.empty:
        raise UserError(
            _(
                "There is no forecast {record} in this data folder: the Market page lists those "
                "of the versions in production."
            ).format(record=repr(printable(record, 20)))
        )
    return found.iloc[0].to_dict()


def of_market(data_dir: Path, market: str) -> pd.DataFrame:
    """Every record of a market, by symbol and as-of week."""
    return _read(data_dir, "market=? ORDER BY symbol, as_of, rowid", (market,))


def _current(data_dir: Path) -> str:
    with connect(data_dir) as db:
        row = db.execute("SELECT value FROM meta WHERE key=?", (CURRENT,)).fetchone()
    return row["value"] if row else "{}"


def _count(data_dir: Path) -> int:
    with connect(data_dir) as db:
        return db.execute("SELECT count(*) FROM forecasts").fetchone()[0]


def _read(data_dir: Path, where: str, values: tuple) -> pd.DataFrame:
    # Column by column from plain rows: pandas' own reading and three passes over its frame take
    # five times as long, for a single record as for many.
    with connect(data_dir) as db:
        asked = db.execute(f"SELECT * FROM forecasts WHERE {where}", values)  # noqa: S608
        names = [told[0] for told in asked.description]
        rows = asked.fetchall()
    empty = [np.array([], dtype=object)] * len(names)
    columns: dict = dict(zip(names, zip(*rows, strict=True) if rows else empty, strict=True))
    for name in ("as_of", "target_date"):
        columns[name] = np.array(columns[name], dtype="datetime64[ns]")
    columns["call"] = pd.Series([call or "" for call in columns["call"]], dtype=object)
    for name in NUMBERS:
        columns[name] = np.array(columns[name], dtype=float)
    for end in ("", "_low", "_high", "_low_95", "_high_95"):
        columns[f"price{end}"] = columns["close"] * np.exp(columns[f"ret{end}"])
    return pd.DataFrame(columns)
