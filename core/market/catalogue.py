"""What the store knows of each symbol without opening a file of bars: rows of SQLite."""

import difflib
from collections.abc import Iterable

import pandas as pd

from core.db import connect, remembered
from core.errors import UserError
from core.language import _
from core.market import closures
from core.market.names import LISTING_COLUMNS, Names
from core.market.schema import MARKETS, check_symbol, find_market, printable


class Catalogue(Names):
    """The catalogue of bars in one data folder; ``data_dir`` names it."""

    def symbols(self, market: str | None = None, kind: str | None = "stock") -> pd.DataFrame:
        """The catalogue: one row a symbol, with names where a listing gave them.

        Parameters
        ----------
        market : str, optional
            All markets by default.
        kind : {"stock", "index"} or None
            None lists both.

        Returns
        -------
        DataFrame
            symbol, market, kind, source, rows, first, last, updated and
            ``LISTING_COLUMNS``; sorted by market and symbol.
        """
        market = None if market is None else find_market(market).code
        columns = [
            "symbol",
            "market",
            "kind",
            "source",
            "rows",
            "first",
            "last",
            "updated",
        ]
        chosen = ", ".join(
            [f"s.{name}" for name in columns] + [f"l.{name}" for name in LISTING_COLUMNS]
        )
        with connect(self.data_dir) as db:
            rows = db.execute(
                f"SELECT {chosen} FROM symbols s LEFT JOIN listing l USING (market, symbol) "  # noqa: S608
                "WHERE (?1 IS NULL OR s.market = ?1) AND (?2 IS NULL OR s.kind = ?2) "
                "ORDER BY s.market, s.symbol",
                (market, kind),
            ).fetchall()
        table = pd.DataFrame([tuple(row) for row in rows], columns=[*columns, *LISTING_COLUMNS])
        table = table.astype(dict.fromkeys(("symbol", "market", *LISTING_COLUMNS), "str"))
        table["rows"] = table["rows"].astype("int64")
        for name in ("first", "last", "listing_date"):
            table[name] = pd.to_datetime(table[name], errors="coerce").astype("datetime64[ns]")
        table["updated"] = pd.to_datetime(table["updated"], utc=True)
        return table

    def find(self, symbol: str, market: str | None = None) -> tuple[str, str]:
        """Market and symbol of what a reader typed, whatever its case.

        Raises
        ------
        UserError
            If it is unknown (close matches are named), or in several markets.
        """
        wanted = check_symbol(symbol)
        codes = list(MARKETS) if market is None else [find_market(market).code]
        with connect(self.data_dir) as db:
            rows = db.execute("SELECT market, symbol FROM symbols").fetchall()
        known = [(row["market"], row["symbol"]) for row in rows if row["market"] in codes]
        hits = [pair for pair in known if pair[1] == wanted]
        if len(hits) == 1:
            return hits[0]
        if hits:
            names = _(" and ").join(sorted(pair[0] for pair in hits))
            raise UserError(
                _("{symbol} is in the markets {names}: say which with --market.").format(
                    symbol=wanted, names=names
                )
            )
        close = difflib.get_close_matches(wanted, sorted({pair[1] for pair in known}), 3, 0.5)
        place = printable(wanted)
        if market is not None:
            place = _("{symbol} in the market {market}").format(symbol=place, market=codes[0])
        if close:
            said = _("There are no prices of {place}; did you mean {names}?")
        else:
            said = _(
                "There are no prices of {place}; the Market page and `python -m core symbols` list "
                "what is there."
            )
        raise UserError(said.format(place=place, names=_(" or ").join(close)))

    def states(
        self, market: str, symbols: Iterable[str] | None = None
    ) -> list[tuple[str, str, str, str]]:
        """What is stored of each symbol: (symbol, first day, last day, fingerprint of its bars).

        Parameters
        ----------
        market : str
        symbols : iterable of str, optional
            Stocks or indices; all stocks by default.

        Raises
        ------
        UserError
            If a symbol is unknown.
        """
        market = find_market(market).code
        with connect(self.data_dir) as db:
            rows = db.execute(
                "SELECT symbol, kind, first, last, sha256 FROM symbols WHERE market = ? "
                "ORDER BY symbol",
                (market,),
            ).fetchall()
        if symbols is None:
            wanted = [row for row in rows if row["kind"] == "stock"]
        else:
            chosen = set(symbols)
            if missing := sorted(chosen - {row["symbol"] for row in rows}):
                raise UserError(
                    _("There are no prices of {names} in {market}.").format(
                        names=", ".join(missing), market=market
                    )
                )
            wanted = [row for row in rows if row["symbol"] in chosen]
        return [(row["symbol"], row["first"], row["last"], row["sha256"]) for row in wanted]

    def source_of(self, market: str, symbol: str) -> str:
        """Where a symbol's stored bars came from; empty where there are none."""
        with connect(self.data_dir) as db:
            row = db.execute(
                "SELECT source FROM symbols WHERE market = ? AND symbol = ?", (market, symbol)
            ).fetchone()
        return row["source"] if row else ""

    def revision(self) -> str:
        """A token that changes with every write of bars, names, groups or closures."""
        return remembered(self.data_dir, "revision", self._revision) + closures.state(self.data_dir)

    def _revision(self) -> str:
        with connect(self.data_dir) as db:
            row = db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
        return row["value"] if row else "empty"
