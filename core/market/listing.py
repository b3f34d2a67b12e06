"""Names, industries, exchanges and memberships of a market's symbols, from a file."""

from pathlib import Path

import pandas as pd

from core.errors import UserError
from core.language import _
from core.market.names import LISTING_COLUMNS
from core.market.parsing import ALIASES, clean_text, read_dates
from core.market.schema import check_symbol, find_market
from core.market.tables import read_table

LISTING_ALIASES: dict[str, tuple[str, ...]] = {
    "symbol": ALIASES["symbol"],
    "name": (
        "name",
        "companyname",
        "company",
        "nameen",
        "organname",
        "tencongty",
        "ten",
    ),
    "name_vi": ("namevi", "tentiengviet", "tencongtytiengviet"),
    "sector": ("sector", "linhvuc"),
    "industry_group": ("industrygroup", "nhomnganh"),
    "industry": ("industry", "nganh", "nganhnghe"),
    "exchange": ("exchange", "san", "sangiaodich"),
    "listing_date": ("listingdate", "ngayniemyet"),
    "indices": ("indices", "memberships", "indexmembership", "rochiso", "chiso"),
}
"""``indices`` holds memberships of groups in one cell, such as "VN30;VN100"."""


def read_listing(path: Path, market: str) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """Read a file of names; CSV or Parquet.

    Text is cleaned of control characters and cut at 200 characters; columns not
    known are left out; the first row of a symbol counts.

    Parameters
    ----------
    path : Path
    market : str

    Returns
    -------
    listing : DataFrame
        symbol and `LISTING_COLUMNS`, and ``indices`` where the file has that
        column; None where a file has no text.
    refused : list of (int, str)
        Lines without a usable symbol, and why.

    Raises
    ------
    UserError
        If the file as a whole cannot be used.
    """
    try:
        table = read_table(path, LISTING_ALIASES, {"symbol"})
    except UserError as error:
        raise UserError(
            _("The listing {file} was not read: {error}.").format(
                file=clean_text(path.name), error=error
            )
        ) from None
    refused = list(table.broken)
    rows: dict[str, dict[str, str | None]] = {}
    columns = {name: column.astype(object).tolist() for name, column in table.columns.items()}
    present = [name for name in LISTING_ALIASES if name in columns and name != "symbol"]
    if "listing_date" in columns:
        texts = table.columns["listing_date"].astype("str")
        days, __ = read_dates(texts, find_market(market).timezone)
        listed = pd.Series(days).dt.strftime("%Y-%m-%d").astype(object)
        columns["listing_date"] = listed.where(listed.notna(), None).tolist()
    for place, line in enumerate(table.lines):
        try:
            symbol = check_symbol(columns["symbol"][place])
        except UserError as error:
            refused.append((int(line), str(error).rstrip(".")))
            continue
        if symbol in rows:
            reason = _("{symbol} is already listed further up").format(symbol=symbol)
            refused.append((int(line), reason))
            continue
        rows[symbol] = {name: clean_text(columns[name][place]) for name in present}
    listing = pd.DataFrame(
        [{"symbol": symbol, **row} for symbol, row in rows.items()],
        columns=["symbol", *LISTING_COLUMNS, *(["indices"] if "indices" in columns else [])],
        dtype=object,
    )
    return listing, refused
