"""Weekly indicators kept beside the bars: computed once for each state of a stock's prices.

Two layouts for the two reads that matter: a file a stock, whole history, for its page;
and one file a market, all stocks' last weeks, for tables and screens. Both are plain
Parquet. Nothing here is a source: a file that is lost or damaged is computed again.
"""

import hashlib
import json
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.indicators import daily, weekly, windows
from core.indicators.weekly import WeeklyIndicatorCalculator
from core.market.calendar import complete_weeks
from core.market.schema import find_market
from core.market.store import BarStore

RECENT_WEEKS = 60
"""Weeks of every stock in the market's one file: a year and the horizon."""
RECENT = "recent"
THREADS = 2
CODE = hashlib.sha256(
    b"".join(Path(module.__file__).read_bytes() for module in (daily, weekly, windows))
).hexdigest()
"""Changes with the formulas, so that what older code computed is not taken for today's."""


class IndicatorStore:
    """The indicators of one data folder's stocks, of complete weeks only.

    Parameters
    ----------
    bars : BarStore
    """

    def __init__(self, bars: BarStore):
        self.bars = bars

    def weekly(self, market: str, symbol: str) -> pd.DataFrame:
        """Weekly bars, helper levels and the 20 indicators of one stock, its whole history.

        Returns
        -------
        DataFrame indexed by ``week``
            As `WeeklyIndicatorCalculator.compute` gives it.

        Raises
        ------
        UserError
            If the symbol is unknown, or its bars are lost or damaged.
        """
        market, symbol = self.bars.find(symbol, market)
        return self.panel(market, [symbol])[symbol]

    def panel(self, market: str, symbols: list[str] | None = None) -> dict[str, pd.DataFrame]:
        """The same for several stocks, all by default; what is not kept yet is computed.

        Raises
        ------
        UserError
            As `weekly`.
        """
        market = find_market(market).code
        keys, weeks = self._keys(market, symbols)
        folder = self._folder(market)
        with ThreadPoolExecutor(THREADS) as pool:
            names = [f"{symbol}.{key}.parquet" for symbol, key in keys.items()]
            found = dict(zip(keys, pool.map(lambda name: _read(folder / name), names), strict=True))
        lacking = [symbol for symbol, frame in found.items() if frame is None]
        if lacking:
            calculator = WeeklyIndicatorCalculator()
            for symbol, frame in self.bars.panel(market, lacking, kind=None).items():
                found[symbol] = calculator.compute(frame, weeks)
                _write(found[symbol], folder / f"{symbol}.{keys[symbol]}.parquet")
        return found

    def recent(self, market: str) -> pd.DataFrame:
        """The last weeks of every stock that traded in them.

        Returns
        -------
        DataFrame
            ``symbol``, ``week`` and the columns of `weekly`, sorted by both; up to
            ``RECENT_WEEKS`` of the market's complete weeks.

        Raises
        ------
        UserError
            As `weekly`.
        """
        market = find_market(market).code
        keys, weeks = self._keys(market, None)
        shown = weeks[-RECENT_WEEKS:]
        state = _hash([sorted(keys.items()), [str(week) for week in shown]])
        path = self._folder(market) / f"{RECENT}.{state}.parquet"
        kept = _read(path)
        if kept is not None:
            return kept.reset_index(drop=True)
        parts = []
        for symbol, frame in self.panel(market).items():
            late = frame[frame.index >= shown[0]].reset_index() if len(shown) else frame[:0]
            late.insert(0, "symbol", symbol)
            parts.append(late)
        made = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        if len(made):
            _write(made, path)
            self._sweep(market, keys, path.name)
        return made

    def latest(self, market: str) -> pd.DataFrame:
        """The market's last complete week, one row a stock that traded in it.

        Returns
        -------
        DataFrame indexed by ``symbol``
            ``week`` and the columns of `weekly`.
        """
        found = self.recent(market)
        if found.empty:
            return found
        last = found[found["week"] == found["week"].max()]
        return last[last["sessions"] > 0].set_index("symbol")

    def update(self, market: str) -> None:
        """Compute what is not kept yet, and sweep what no state of the prices needs any more."""
        self.recent(market)

    def _keys(
        self, market: str, symbols: list[str] | None
    ) -> tuple[dict[str, str], pd.DatetimeIndex]:
        """What each stock's indicators depend on, as one short hash; and the complete weeks."""
        weeks = complete_weeks(market, self.bars.sessions(market))
        grid = weeks.to_numpy("datetime64[D]")
        keys = {}
        for symbol, first, last, digest in self.bars.states(market, symbols):
            # A week more or less outside the stock's life changes nothing.
            life = grid[(grid >= np.datetime64(first)) & (grid <= np.datetime64(last, "D") + 6)]
            keys[symbol] = _hash([digest, life.astype("int64").tolist(), CODE])
        return keys, weeks

    def _folder(self, market: str) -> Path:
        folder = self.bars.data_dir / "indicators" / market
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _sweep(self, market: str, keys: dict[str, str], recent: str) -> None:
        kept = {f"{symbol}.{key}.parquet" for symbol, key in keys.items()} | {recent}
        indices = set(self.bars.symbols(market, kind="index")["symbol"])
        for path in self._folder(market).iterdir():
            if path.name not in kept and path.name.split(".")[0] not in indices:
                path.unlink(missing_ok=True)


def _hash(payload: list) -> str:
    return hashlib.sha256(json.dumps(payload).encode()).hexdigest()[:16]


def _read(path: Path) -> pd.DataFrame | None:
    """The kept frame; None where there is none, or it cannot be read."""
    try:
        with pq.ParquetFile(path) as file:
            frame = file.read(use_threads=False).to_pandas()
    except (OSError, pa.ArrowException):
        return None
    frame["week"] = frame["week"].astype("datetime64[ns]")
    return frame.set_index("week") if "symbol" not in frame else frame


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Written aside and renamed; a full disk costs the file, never the page."""
    plain = frame if "symbol" in frame else frame.reset_index()
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        pq.write_table(pa.Table.from_pandas(plain, preserve_index=False), aside, compression="zstd")
        os.replace(aside, path)
    except OSError:
        aside.unlink(missing_ok=True)
