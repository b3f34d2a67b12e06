"""A folder of price files as a source: what another program puts there is taken in."""

from datetime import date
from pathlib import Path
from typing import ClassVar

import pandas as pd

from core.errors import UserError
from core.language import N_, _
from core.market.importer import read_rows
from core.market.sources.base import Listing, Promise, SourceError
from core.settings import settings

ENDINGS = (".csv", ".txt", ".parquet")


class FileSource:
    """Files of prices in the folder VN or US of ``settings().files_dir``, as the import reads them.

    The files are read at the first question; a later file wins over an earlier
    one (by name) for the same symbol.
    """

    name = "file"
    title = N_("Files in a folder")
    markets = ("VN", "US")
    indices: ClassVar[dict[str, tuple[str, ...]]] = {}
    promise = Promise(
        unit=N_("as in the files: thousand VND, or US dollars"),
        adjusted=N_("as in the files; with an adjusted close the bars are adjusted by it"),
    )

    def __init__(self, data_dir: Path):
        self.folder = settings().files_folder(data_dir)
        self._rows: dict[tuple[str, str], dict[str, pd.DataFrame]] = {}

    def listing(self, market: str) -> Listing | None:
        """The symbols found in the files; None without any."""
        rows = self._read(market, "stock")
        return Listing(pd.DataFrame({"symbol": sorted(rows)})) if rows else None

    def bars(self, market: str, symbol: str, kind: str, start: date, end: date) -> pd.DataFrame:
        """The bars of one symbol that stand in the files."""
        rows = self._read(market, kind)
        if symbol not in rows:
            raise SourceError(
                _("No file in {folder} has prices of {symbol}.").format(
                    folder=self.folder / market, symbol=symbol
                ),
                "empty",
            )
        bars = rows[symbol]
        return bars[bars["date"].between(pd.Timestamp(start), pd.Timestamp(end))]

    def _read(self, market: str, kind: str) -> dict[str, pd.DataFrame]:
        if (market, kind) in self._rows:
            return self._rows[market, kind]
        folder = self.folder / market
        if not folder.is_dir():
            raise SourceError(
                _(
                    "There is no folder {folder}: make it and put price files there, or set "
                    "WEEKLENS_FILES_DIR to the folder that holds {market}."
                ).format(folder=folder, market=market),
                "missing",
            )
        found: dict[str, pd.DataFrame] = {}
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() not in ENDINGS:
                continue
            try:
                rows = read_rows(path, market, kind).rows
            except UserError:
                continue  # a file that is no table of prices here says so when it is imported
            for symbol, part in rows.groupby("symbol"):
                found[str(symbol)] = part.drop(columns=["symbol", "line"]).dropna(axis=1, how="all")
        self._rows[market, kind] = found
        return found

    def close(self) -> None:
        """Nothing to let go of."""
