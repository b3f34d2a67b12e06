"""Weekly indicators kept beside the bars: computed once for each state of a stock's prices.

Two layouts for the two reads that matter: a file a stock, whole history, for its page;
and one file a market, all stocks' last weeks, for tables, screens and forecasts. Both are
plain Parquet. Nothing here is a source: a file that is lost or damaged is computed again.
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

from core.indicators import daily, formulas, stack, table, weekly, windows
from core.indicators.table import Indicators, from_arrow, join
from core.indicators.weekly import WeeklyIndicatorCalculator
from core.market.calendar import complete_weeks
from core.market.schema import find_market
from core.market.store import BarStore

RECENT_WEEKS = 60
"""Weeks of every stock for tables and screens: a year and the horizon. They are the first row
group of the market's one file."""
LATE_WEEKS = 120
"""Weeks of every stock in that file: a forecast reads a year back from each week that has come
since its version was trained."""
RECENT = "recent"
STOCKS_AT_ONCE = 128
"""Stocks whose bars are in memory together."""
THREADS = 2
CODE = hashlib.sha256(
    b"".join(
        Path(module.__file__).read_bytes()
        for module in (daily, formulas, stack, table, weekly, windows)
    )
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
        keys, weeks = self._keys(market, [symbol])
        kept = _read(self._folder(market) / f"{symbol}.{keys[symbol]}.parquet")
        if kept is None:
            return self._compute(market, keys, weeks).frame(symbol)
        frame = kept.to_pandas()
        frame["week"] = frame["week"].astype("datetime64[ns]")
        return frame.set_index("week")

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
        found = self._late(find_market(market).code, [0])
        if found is None:
            return pd.DataFrame()
        frame = found.to_pandas()
        frame["week"] = frame["week"].astype("datetime64[ns]")
        return frame

    def lately(self, market: str) -> tuple[Indicators, pd.DatetimeIndex]:
        """The last ``LATE_WEEKS`` of all stocks in order of symbol, and the complete weeks.

        Raises
        ------
        UserError
            As `weekly`.
        """
        market = find_market(market).code
        weeks = complete_weeks(market, self.bars.sessions(market))
        found = self._late(market, None)
        return (join([], []) if found is None else from_arrow(found)), weeks

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
        self._late(find_market(market).code, [])

    def _late(self, market: str, groups: list[int] | None) -> pa.Table | None:
        """Row groups of the market's one file, all by default; None where it would be empty."""
        keys, weeks = self._keys(market, None)
        if not keys or not len(weeks):
            return None
        since = weeks[-LATE_WEEKS:][0].to_datetime64()
        state = _hash([sorted(keys.items()), str(since), str(weeks[-1])])
        path = self._folder(market) / f"{RECENT}.{state}.parquet"
        kept = _read(path, groups)
        if kept is not None:
            return kept
        made = self._renew(market, keys, weeks, since)
        late = made.week >= weeks[-RECENT_WEEKS:][0].to_datetime64()
        if not late.any():
            return None
        told = {"keys": json.dumps(keys), "since": str(since)}
        parts = [made.to_arrow(rows, named=True) for rows in (late, ~late) if rows.any()]
        parts = [part.replace_schema_metadata(told) for part in parts]
        _write(parts, path)
        self._sweep(market, keys, path.name)
        chosen = parts if groups is None else [parts[group] for group in groups]
        return pa.concat_tables(chosen) if chosen else parts[0][:0]

    def _renew(
        self, market: str, keys: dict[str, str], weeks: pd.DatetimeIndex, since: np.datetime64
    ) -> Indicators:
        """The last weeks of all stocks: kept ones where a stock's bars are the same, else new."""
        parts, known = [], {}
        for path in self._folder(market).glob(f"{RECENT}.*.parquet"):
            kept = _read(path)
            told = {} if kept is None else kept.schema.metadata or {}
            if b"since" in told and np.datetime64(told[b"since"].decode()) <= since:
                known = json.loads(told[b"keys"])
                parts.append(from_arrow(kept).since(since))
                break
        changed = [symbol for symbol, key in keys.items() if known.get(symbol) != key]
        for start in range(0, len(changed), STOCKS_AT_ONCE):
            some = {symbol: keys[symbol] for symbol in changed[start : start + STOCKS_AT_ONCE]}
            parts.append(self._compute(market, some, weeks).since(since))
        return join(parts, sorted(keys))

    def _compute(self, market: str, keys: dict[str, str], weeks: pd.DatetimeIndex) -> Indicators:
        """The whole histories of some stocks, computed and kept."""
        made = WeeklyIndicatorCalculator().compute_all(self.bars.arrays(market, list(keys)), weeks)
        folder = self._folder(market)

        def keep(symbol: str) -> None:
            path = folder / f"{symbol}.{keys[symbol]}.parquet"
            _write([made.to_arrow(made.rows(symbol), named=False)], path)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(keep, keys))
        return made

    def _keys(
        self, market: str, symbols: list[str] | None
    ) -> tuple[dict[str, str], pd.DatetimeIndex]:
        """What each stock's indicators depend on, as one short hash; and the complete weeks."""
        weeks = complete_weeks(market, self.bars.sessions(market))
        grid = weeks.to_numpy("datetime64[D]")
        states = self.bars.states(market, symbols)
        days = np.array([state[1:3] for state in states], "datetime64[D]").reshape(-1, 2)
        # A week more or less outside the stock's life changes nothing.
        begin = np.searchsorted(grid, days[:, 0])
        end = np.searchsorted(grid, days[:, 1] + 6, side="right")
        keys = {}
        for (symbol, _, _, digest), start, stop in zip(states, begin, end, strict=True):
            told = f"{digest} {CODE} ".encode() + grid[start:stop].tobytes()
            keys[symbol] = hashlib.sha256(told).hexdigest()[:16]
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


def _read(path: Path, groups: list[int] | None = None) -> pa.Table | None:
    """Row groups of a kept file; None where there is none, or it cannot be read."""
    try:
        with pq.ParquetFile(path) as file:
            if groups is None:
                return file.read(use_threads=False)
            return file.read_row_groups(groups, use_threads=False)
    except (OSError, pa.ArrowException):
        return None


def _write(groups: list[pa.Table], path: Path) -> None:
    """Written aside and renamed; a full disk costs the file, never the page."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        # Indicators hardly repeat: looking for repetitions costs more than it saves.
        with pq.ParquetWriter(
            aside, groups[0].schema, compression="lz4", use_dictionary=["symbol"]
        ) as file:
            for group in groups:
                file.write_table(group, row_group_size=max(len(group), 1))
        os.replace(aside, path)
    except OSError:
        aside.unlink(missing_ok=True)
