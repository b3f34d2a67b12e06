"""The store of daily bars: Parquet files, and a catalogue in SQLite that names them.

A bar file is never changed. A write puts new files beside the old ones and then
points the catalogue at all of them in one transaction, so a reader, or a machine
that lost power, sees either the old state or the new one.
"""

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

from core.db import connect
from core.errors import UserError
from core.files import sync_folder
from core.language import _
from core.market import latebars, session_days
from core.market.barfiles import (
    conform,
    fingerprint,
    read_arrays,
    read_file,
    unreadable,
    write_file,
)
from core.market.catalogue import Catalogue
from core.market.names import bump
from core.market.schema import check_symbol, find_market

THREADS = 2
WAIT_SECONDS = 120.0
"""How long one writer waits for another."""

Stored = TypeVar("Stored")


class BarStore(Catalogue):
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
                    f"INSERT OR REPLACE INTO symbols VALUES ({','.join('?' * 10)})",  # noqa: S608
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

    def sessions(self, market: str) -> pd.DatetimeIndex:
        """The market's sessions, ascending.

        Within the span of the market's own index (VNINDEX, ^GSPC) they are the
        days on which that has a bar, so a lone stock's bar on another day makes
        none; outside it, and without an index, every day on which a stock has one.
        """
        return session_days.of_market(self.data_dir, find_market(market).code, self._sessions)

    # Inside

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
        for attempt in range(session_days.ATTEMPTS):
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
                if attempt == session_days.ATTEMPTS - 1:
                    raise unreadable(error.filename) from None
        raise AssertionError("unreachable")

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
