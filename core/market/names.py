"""What a market's symbols are called, and which groups such as VN30 hold them."""

import re
import sqlite3
import uuid
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from core.db import connect
from core.errors import UserError
from core.language import _
from core.market.parsing import clean_text
from core.market.schema import check_symbol, find_market

LISTING_COLUMNS = (
    "name",
    "name_vi",
    "sector",
    "industry_group",
    "industry",
    "exchange",
    "listing_date",
)
GROUP_NAME = 60
"""Characters of a group's name."""
GROUPS_OF_ONE = 20


class Names:
    """The names of one data folder; a part of ``core.market.store.BarStore``.

    Attributes
    ----------
    data_dir : Path
    """

    data_dir: Path

    def set_listing(self, market: str, listing: pd.DataFrame) -> None:
        """Store names, industries and memberships; what a listing does not say stays as it was.

        Parameters
        ----------
        market : str
        listing : DataFrame
            Column ``symbol`` and any of ``LISTING_COLUMNS``; missing text is None. With a
            column ``indices`` ("VN30;VN100") each listed symbol is a member of those alone.
        """
        market = find_market(market).code
        if listing.empty:
            return
        groups = None
        if "indices" in listing:
            groups = {
                check_symbol(symbol): member_names(text)
                for symbol, text in zip(listing["symbol"], listing["indices"], strict=True)
            }
        table = listing.reindex(columns=["symbol", *LISTING_COLUMNS]).astype(object)
        table = table.where(table.notna(), None)
        table["symbol"] = [check_symbol(symbol) for symbol in table["symbol"]]
        with connect(self.data_dir) as db:
            bump(db)
            kept = ", ".join(
                f"{name}=COALESCE(excluded.{name}, {name})" for name in LISTING_COLUMNS
            )
            db.executemany(
                f"INSERT INTO listing VALUES (?,{','.join('?' * table.shape[1])}) "  # noqa: S608
                f"ON CONFLICT (market, symbol) DO UPDATE SET {kept}",
                [(market, *row) for row in table.itertuples(index=False)],
            )
            if groups is not None:
                db.executemany(
                    "DELETE FROM members WHERE market = ? AND symbol = ?",
                    [(market, symbol) for symbol in groups],
                )
                db.executemany(
                    "INSERT OR IGNORE INTO members VALUES (?, ?, ?)",
                    [(market, name, symbol) for symbol, of in groups.items() for name in of],
                )

    def set_members(self, market: str, name: str, symbols: Iterable[str]) -> None:
        """Say which symbols a group such as VN30 holds, in place of all it held before.

        Parameters
        ----------
        market : str
        name : str
            Cleaned and cut at 60 characters.
        symbols : iterable of str
            Whether or not there are prices of them; none removes the group.

        Raises
        ------
        UserError
            If the name is empty, or a symbol is none.
        """
        market = find_market(market).code
        clean = clean_text(name, GROUP_NAME)
        if clean is None:
            raise UserError(_("A group needs a name, such as VN30."))
        rows = [(market, clean, check_symbol(symbol)) for symbol in symbols]
        with connect(self.data_dir) as db:
            bump(db)
            db.execute("DELETE FROM members WHERE market = ? AND name = ?", (market, clean))
            db.executemany("INSERT OR IGNORE INTO members VALUES (?, ?, ?)", rows)

    def members(self, market: str) -> dict[str, list[str]]:
        """The groups of a market and the symbols each holds, both in alphabetical order.

        Symbols are named whether or not there are prices of them.
        """
        market = find_market(market).code
        groups: dict[str, list[str]] = {}
        with connect(self.data_dir) as db:
            rows = db.execute(
                "SELECT name, symbol FROM members WHERE market = ? ORDER BY name, symbol", (market,)
            )
            for row in rows:
                groups.setdefault(row["name"], []).append(row["symbol"])
        return groups


def member_names(text: object) -> list[str]:
    """The names in a cell of memberships: "VN30; VN100" is VN30 and VN100."""
    if not isinstance(text, str):
        return []
    names = [clean_text(part, GROUP_NAME) for part in re.split("[;,|]", text)]
    return list(dict.fromkeys(name for name in names if name))[:GROUPS_OF_ONE]


def bump(db: sqlite3.Connection) -> None:
    """Note that bars or names have changed."""
    db.execute("INSERT OR REPLACE INTO meta VALUES ('revision', ?)", (uuid.uuid4().hex,))
