"""The store of daily bars: Parquet files, and a catalogue in SQLite that names them.

A bar file is never changed. A write puts new files beside the old ones and then
points the catalogue at all of them in one transaction, so a reader, or a machine
that lost power, sees either the old state or the new one.
"""

import difflib
import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from core.db import connect, remembered
from core.errors import UserError
from core.files import sync_folder
from core.language import _
from core.market import closures, latebars
from core.market.barfiles import (
    conform,
    fingerprint,
    read_arrays,
    read_columns,
    read_file,
    unreadable,
    write_file,
)
from core.market.names import LISTING_COLUMNS, Names, bump
from core.market.schema import MARKETS, check_symbol, find_market, printable

THREADS = 2
ATTEMPTS = 5
"""How often a read starts over when a write took the file from under it."""
WAIT_SECONDS = 120.0
"""How long one writer waits for another."""

Stored = TypeVar("Stored")


class BarStore(Names):
    """The daily bars of all markets in one data folder.

    Parameters
    ----------
    data_dir : Path
        The data folder; made on the first use.
    """

    def __init__(self, data_dir: Path):
        self.data_dir = Path(data_dir)
        self._sessions: dict[str, tuple[str, pd.DatetimeIndex]] = {}
        self._holding = threading.local()

    # Writing

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep other writers, also of other processes, out while merging and writing.

        Raises
        ------
        UserError
            If another writer does not finish within two minutes.
        """
        if getattr(self._holding, "depth", 0):
            yield
            return
        folder = self._folder()
        # SQLite's own file lock works on every system and ends with its process.
        lock = sqlite3.connect(folder / "write.lock", timeout=WAIT_SECONDS, isolation_level=None)
        try:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                raise UserError(
                    _(
                        "Another import into this data folder is still running; try again when it "
                        "has finished."
                    )
                ) from None
            self._holding.depth = 1
            yield
        finally:
            self._holding.depth = 0
            lock.close()

    def write(
        self,
        market: str,
        frames: dict[str, pd.DataFrame],
        *,
        source: str,
        kind: str = "stock",
    ) -> None:
        """Put the whole histories of some symbols in place of the stored ones, all or none.

        Parameters
        ----------
        market : str
        frames : dict of str to DataFrame
            For each symbol the frame as it shall stand; columns ``BAR_COLUMNS``
            (``value`` and ``raw_close`` may be absent).
        source : str
            Where the bars come from, shown to readers.
        kind : {"stock", "index"}

        Raises
        ------
        UserError
            For an unknown market, a bad symbol or a data folder that cannot be written.
        ValueError
            If a frame is empty, or its dates are not ascending unique midnights.
        """
        if not frames:
            return
        market = find_market(market).code
        clean = {check_symbol(name): conform(frame) for name, frame in frames.items()}
        updated = datetime.now(UTC).isoformat(timespec="seconds")
        with self.exclusive():
            folder = self._folder(market)

            def save(item: tuple[str, pd.DataFrame]) -> tuple:
                symbol, frame = item
                digest = fingerprint(frame)
                name = f"{symbol}.{digest[:12]}.parquet"
                write_file(folder / name, frame)
                first, last = (str(day.date()) for day in frame["date"].iloc[[0, -1]])
                return (
                    *(market, symbol, kind, source, name, digest),
                    *(len(frame), first, last, updated),
                )

            with ThreadPoolExecutor(THREADS) as pool:
                rows = list(pool.map(save, clean.items()))
            sync_folder(folder)
            if kind == "stock":
                late = {row[1]: (row[5], latebars.late_of(clean[row[1]])) for row in rows}
                latebars.write(self._late_folder(market), late)
            with connect(self.data_dir) as db:
                bump(db)
                db.executemany(
                    f"INSERT OR REPLACE INTO symbols VALUES ({','.join('?' * 10)})",
                    rows,
                )
            self._sweep(market)
            states = {symbol: digest for symbol, _, _, digest in self.states(market)}
            latebars.tidy(self._late_folder(market), states)

    # Reading

    def bars(self, market: str, symbol: str) -> pd.DataFrame:
        """All bars of one symbol, stock or index; columns ``BAR_COLUMNS``.

        Raises
        ------
        UserError
            If the symbol is unknown, or its file is lost or damaged.
        """
        market, symbol = self.find(symbol, market)
        return self._read(market, [symbol], None)[symbol]

    def panel(
        self, market: str, symbols: Iterable[str] | None = None, kind: str = "stock"
    ) -> dict[str, pd.DataFrame]:
        """The bars of several symbols, of one state of the store, in order of symbol.

        Parameters
        ----------
        market : str
        symbols : iterable of str, optional
            All symbols of the kind by default.
        kind : {"stock", "index"}

        Raises
        ------
        UserError
            If a symbol is unknown or not of the kind, or a file is lost or damaged.
        """
        market = find_market(market).code
        if symbols is not None:
            symbols = sorted({self.find(symbol, market)[1] for symbol in symbols})
        return self._read(market, symbols, kind)

    def arrays(self, market: str, symbols: list[str]) -> dict[str, dict[str, np.ndarray]]:
        """The bars of several symbols, stocks or indices, as plain arrays by column.

        For work on all stocks: a frame each would take as long as the work.

        Raises
        ------
        UserError
            If a symbol is unknown, or a file is lost or damaged.
        """
        return self._read(find_market(market).code, symbols, None, read_arrays)

    def late(self, market: str, symbols: Iterable[str]) -> latebars.Laid:
        """The last bars of those stocks of which they are kept; the others are left out."""
        market = find_market(market).code
        wanted = {symbol: digest for symbol, _, _, digest in self.states(market, symbols)}
        return latebars.read(self._late_folder(market), wanted)

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
                f"SELECT {chosen} FROM symbols s LEFT JOIN listing l USING (market, symbol) "
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

    def sessions(self, market: str) -> pd.DatetimeIndex:
        """The market's sessions, ascending.

        Within the span of the market's own index (VNINDEX, ^GSPC) they are the
        days on which that has a bar, so a lone stock's bar on another day makes
        none; outside it, and without an index, every day on which a stock has one.
        """
        market = find_market(market).code
        for attempt in range(ATTEMPTS):
            with connect(self.data_dir) as db:
                rows = db.execute(
                    "SELECT symbol, kind, file, first, last FROM symbols WHERE market = ? "
                    "ORDER BY symbol",
                    (market,),
                ).fetchall()
                cached = db.execute(
                    "SELECT value FROM meta WHERE key = ?", (f"sessions {market}",)
                ).fetchone()
            own = find_market(market).index
            index = next((r for r in rows if r["symbol"] == own and r["kind"] == "index"), None)
            # A stock within the index's span adds nothing: its file need not be read.
            stocks = [
                r["file"]
                for r in rows
                if r["kind"] == "stock"
                and not (index and index["first"] <= r["first"] and r["last"] <= index["last"])
            ]
            named = [index["file"] if index else "", *stocks]
            state = hashlib.sha256("\n".join(named).encode()).hexdigest()
            if self._sessions.get(market, ("",))[0] == state:
                return self._sessions[market][1]
            if cached and (stored := json.loads(cached["value"]))["state"] == state:
                days = _sessions_index(np.array(stored["days"], dtype="int64"))
                break
            try:
                days = self._collect_sessions(market, named[0], stocks, state)
                break
            except FileNotFoundError as error:
                if attempt == ATTEMPTS - 1:
                    raise unreadable(error.filename) from None
        self._sessions[market] = (state, days)
        return days

    def revision(self) -> str:
        """A token that changes with every write of bars, names, groups or closures."""
        return remembered(self.data_dir, "revision", self._revision) + closures.state(self.data_dir)

    # Inside

    def _revision(self) -> str:
        with connect(self.data_dir) as db:
            row = db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
        return row["value"] if row else "empty"

    def _folder(self, market: str = "") -> Path:
        folder = self.data_dir / "bars" / market
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                _(
                    "The data folder {folder} cannot be used ({error}). "
                    "Set WEEKLENS_DATA_DIR to a folder you may write to."
                ).format(folder=self.data_dir, error=error)
            ) from None
        return folder

    def _late_folder(self, market: str) -> Path:
        return self.data_dir / "late" / market

    def _read(
        self,
        market: str,
        symbols: list[str] | None,
        kind: str | None,
        read: Callable[[Path], Stored] = read_file,
    ) -> dict[str, Stored]:
        folder = self.data_dir / "bars" / market
        for attempt in range(ATTEMPTS):
            with connect(self.data_dir) as db:
                rows = db.execute(
                    "SELECT symbol, kind, file FROM symbols WHERE market = ? ORDER BY symbol",
                    (market,),
                ).fetchall()
            files = {r["symbol"]: r["file"] for r in rows if kind is None or r["kind"] == kind}
            if symbols is not None:
                if missing := [symbol for symbol in symbols if symbol not in files]:
                    raise UserError(
                        (
                            _("{names} is not an index of the market {market}.")
                            if kind == "index"
                            else _("{names} is not a stock of the market {market}.")
                        ).format(names=", ".join(missing), market=market)
                    )
                files = {symbol: files[symbol] for symbol in symbols}
            paths = [folder / name for name in files.values()]
            try:
                if len(paths) < 8:
                    frames = [read(path) for path in paths]
                else:
                    with ThreadPoolExecutor(THREADS) as pool:
                        frames = list(pool.map(read, paths))
                return dict(zip(files, frames, strict=True))
            except FileNotFoundError as error:
                if attempt == ATTEMPTS - 1:
                    raise unreadable(error.filename) from None
        raise AssertionError("unreachable")

    def _collect_sessions(
        self, market: str, index: str, stocks: list[str], state: str
    ) -> pd.DatetimeIndex:
        folder = self.data_dir / "bars" / market
        none = np.array([], dtype="datetime64[ns]")
        own = read_columns(folder / index, ["date"])["date"] if index else none
        dates = [read_columns(folder / name, ["date"])["date"] for name in stocks]
        days = np.unique(np.concatenate([none, *dates]))
        if len(own):
            days = np.unique(np.concatenate([own, days[(days < own[0]) | (days > own[-1])]]))
        numbers = days.astype("datetime64[D]").astype("int64")
        value = json.dumps({"state": state, "days": numbers.tolist()})
        with connect(self.data_dir) as db:
            db.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                (f"sessions {market}", value),
            )
        return _sessions_index(numbers)

    def _sweep(self, market: str) -> None:
        """Remove files the catalogue no longer names: replaced ones, and a crash's remains."""
        folder = self._folder(market)
        with connect(self.data_dir) as db:
            kept = set(_files(db, market))
        for path in folder.iterdir():
            if path.name not in kept and path.suffix in (".parquet", ".part"):
                # Where a reader still holds a file open and the system minds, the next write does.
                try:
                    path.unlink(missing_ok=True)
                except OSError:
                    continue


def _files(db: sqlite3.Connection, market: str) -> list[str]:
    rows = db.execute("SELECT file FROM symbols WHERE market = ? ORDER BY symbol", (market,))
    return [row["file"] for row in rows]


def _sessions_index(days: np.ndarray) -> pd.DatetimeIndex:
    values = days.astype("datetime64[D]").astype("datetime64[ns]")
    return pd.DatetimeIndex(values, name="date")
