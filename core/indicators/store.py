"""Weekly indicators kept beside the bars: computed once for each state of a stock's prices.

Two layouts for the two reads that matter: a file a stock, whole history, for its page;
and all stocks' last weeks (`core.indicators.lastweeks`) for tables, screens and forecasts.
Both are plain Parquet. A new week is computed from the last weeks and the last bars alone
(`core.indicators.carry`); a stock's own file then follows when its page asks for it, from what
is kept of the new weeks.
Nothing here is a source: a file that is lost or damaged is computed again.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from core.indicators import (
    carry,
    daily,
    formulas,
    lastweeks,
    past,
    stack,
    table,
    weekly,
    windows,
)
from core.indicators.lastweeks import NEWS, PAST, RECENT, LastWeeks, Told
from core.indicators.past import Closes
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
MOST_WEEKS_OF_NEWS = 8
"""After as many new weeks the large file is written again."""
MOST_NEWS = 0.2
"""Or when the small one has this share of its rows."""
LATE_FILES = (RECENT, NEWS, PAST)
STOCKS_AT_ONCE = 128
"""Stocks whose bars are in memory together."""
THREADS = 2
CODE = hashlib.sha256(
    b"".join(
        Path(module.__file__).read_bytes()
        for module in (carry, daily, formulas, past, stack, table, weekly, windows)
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
        folder = self._folder(market)
        kept = lastweeks.read(folder / f"{symbol}.{keys[symbol]}.parquet")
        if kept is None and (late := self._before(market)) is not None:
            kept = late.whole_of(symbol, keys[symbol])
        if kept is None:
            made = self._compute(market, keys, weeks)
            for path in folder.glob(f"{symbol}.*.parquet"):
                if path.name != f"{symbol}.{keys[symbol]}.parquet":
                    path.unlink(missing_ok=True)
            return made.frame(symbol)
        frame = kept.to_pandas()
        frame["week"] = frame["week"].astype("datetime64[ns]")
        return frame.set_index("week")

    def histories(self, market: str, symbols: list[str]) -> Iterator[tuple[str, pd.DataFrame]]:
        """The whole history of some stocks one by one, as `weekly` with ``week`` as a column.

        A stock that is not stored is left out.
        """
        market = find_market(market).code
        stored = set(self.bars.symbols(market)["symbol"])
        keys, weeks = self._keys(market, [symbol for symbol in symbols if symbol in stored])
        for start in range(0, len(keys), STOCKS_AT_ONCE):
            some = dict(list(keys.items())[start : start + STOCKS_AT_ONCE])
            kept = {
                symbol: lastweeks.read(self._folder(market) / f"{symbol}.{key}.parquet")
                for symbol, key in some.items()
            }
            lost = {symbol: some[symbol] for symbol, own in kept.items() if own is None}
            made = self._compute(market, lost, weeks) if lost else None
            for symbol, own in kept.items():
                yield symbol, (made.frame(symbol).reset_index() if own is None else own.to_pandas())

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
        found = self._late(find_market(market).code, RECENT_WEEKS, [0])
        if not found:
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
        found = self._late(market, LATE_WEEKS)
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
        market = find_market(market).code
        self._state(market, *self._keys(market, None))

    def _late(self, market: str, count: int, groups: list[int] | None = None) -> pa.Table | None:
        """The last weeks of all stocks; None where there are none."""
        keys, weeks = self._keys(market, None)
        found = self._state(market, keys, weeks)
        if found is None:
            return None
        since = weeks[-count:][0].to_datetime64()
        rows = found.rows(since, groups)
        if rows is None:  # damaged
            rows = self._whole(market, keys, weeks).rows(since, groups)
        return rows

    def _state(
        self, market: str, keys: dict[str, str], weeks: pd.DatetimeIndex
    ) -> LastWeeks | None:
        """The last weeks of this state of the prices, computed where they are not kept."""
        if not keys or not len(weeks):
            return None
        found = lastweeks.find(self._folder(market), _state_of(keys, weeks))
        if found is not None and found.base.exists():
            return found
        before = self._before(market)
        if before is not None:
            found = self._renewed(market, before, keys, weeks)
            if found is not None:
                return found
        return self._whole(market, keys, weeks)

    def _before(self, market: str) -> LastWeeks | None:
        """The state of the last weeks that was written last, if today's formulas made it."""
        found = lastweeks.newest(self._folder(market))
        return found if found is not None and found.told.code == CODE else None

    def _whole(
        self, market: str, keys: dict[str, str], weeks: pd.DatetimeIndex
    ) -> LastWeeks | None:
        """All stocks computed from their first week on."""
        since = weeks[-LATE_WEEKS:][0].to_datetime64()
        parts, closes, marks = self._computed(market, keys, weeks, since)
        return self._write_base(market, keys, weeks, join(parts, sorted(keys)), closes, marks)

    def _renewed(
        self, market: str, before: LastWeeks, keys: dict[str, str], weeks: pd.DatetimeIndex
    ) -> LastWeeks | None:
        """An earlier state brought up to date; None where one of its files is lost."""
        told, since = before.told, weeks[-LATE_WEEKS:][0].to_datetime64()
        kept = before.past()
        if kept is None or np.datetime64(told.since) > since:
            return None
        weeks_before, known = kept
        changed = [symbol for symbol, key in keys.items() if told.keys.get(symbol) != key]
        rewritten = weeks[-MOST_WEEKS_OF_NEWS - 1 :][0] > pd.Timestamp(told.last)
        known |= self._closes(market, told, changed)
        closes = past.lengthened({s: known[s] for s in changed if s in known}, weeks_before)
        new, marks = carry.carried(
            *(weeks_before, closes, told.marks, self.bars.late(market, changed)),
            *(weeks.to_numpy(), changed),
        )
        anew = {symbol: keys[symbol] for symbol in changed if symbol not in marks}
        parts, more, own = self._computed(market, anew, weeks, since)
        marks = {s: m for s, m in told.marks.items() if s in keys and s not in anew} | marks | own
        gone = set(told.keys) - set(keys) | set(anew)
        news = [] if before.news is None else [before.news]
        news = [carry.without(rows, gone) for rows in news]
        news += [part.to_arrow(slice(None), named=True) for part in (*parts, new) if len(part.week)]
        late = pa.concat_tables([rows.replace_schema_metadata() for rows in news]) if news else None
        told = replace(told, replaced=sorted(set(told.replaced) | gone))
        if rewritten or (late is not None and len(late) > MOST_NEWS * told.rows):
            now = LastWeeks(before.folder, told, late)
            rows, kept = now.rows(since), now.past()
            if rows is None or kept is None:
                return None
            known |= self._closes(market, told, set(keys) - set(anew))
            still = {s: own for s, own in known.items() if s in keys and s not in anew}
            closes = past.lengthened(still, kept[0]) | more
            made = from_arrow(rows).since(since)
            return self._write_base(market, keys, weeks, made, closes, marks)
        whole = {symbol: told.whole.get(symbol, key) for symbol, key in keys.items()} | anew
        told = replace(told, keys=keys, marks=marks, whole=whole)
        if late is None:
            late = join([], []).to_arrow(slice(None), named=True)
        path = before.folder / f"{NEWS}.{_state_of(keys, weeks)}.parquet"
        lastweeks.write([late], path, told)
        found = LastWeeks(before.folder, told, late)
        self._sweep(market, keys, found.names | {path.name})
        return found

    def _closes(self, market: str, told: Told, symbols: Iterable[str]) -> Closes:
        """Of some stocks those computed anew since the large file was written."""
        wanted = sorted(set(symbols) & set(told.replaced))
        files = {s: self._folder(market) / f"{s}.{told.whole.get(s)}.parquet" for s in wanted}
        found = {symbol: past.closes_in(path) for symbol, path in files.items()}
        return {symbol: own for symbol, own in found.items() if own is not None}

    def _write_base(
        self,
        market: str,
        keys: dict[str, str],
        weeks: pd.DatetimeIndex,
        made: Indicators,
        closes: Closes,
        marks: dict[str, int],
    ) -> LastWeeks | None:
        late = made.week >= weeks[-RECENT_WEEKS:][0].to_datetime64()
        if not late.any():
            return None
        folder, state = self._folder(market), _state_of(keys, weeks)
        parts = [made.to_arrow(rows, named=True) for rows in (late, ~late) if rows.any()]
        name = lastweeks.write_past(folder, past.past_of(made), closes)
        since, last = str(weeks[-LATE_WEEKS:][0]), str(weeks[-1])
        told = Told(state, since, last, len(made.week), CODE, keys, marks, keys, name, [])
        found = LastWeeks(folder, told, None, parts)
        lastweeks.write(parts, found.base, told)
        self._sweep(market, keys, found.names)
        return found

    def _computed(
        self, market: str, keys: dict[str, str], weeks: pd.DatetimeIndex, since: np.datetime64
    ) -> tuple[list[Indicators], Closes, dict[str, int]]:
        """The last weeks of some stocks computed whole, all their closes, and their marks."""
        if not keys:
            return [], {}, {}
        states = self.bars.states(market, keys)
        late = self.bars.late(market, keys)
        parts, closes, marks, symbols = [], {}, {}, list(keys)
        for start in range(0, len(symbols), STOCKS_AT_ONCE):
            some = {symbol: keys[symbol] for symbol in symbols[start : start + STOCKS_AT_ONCE]}
            made = self._compute(market, some, weeks)
            closes |= past.closes_of(made)
            parts.append(made.since(since))
            marks |= carry.marks_of(parts[-1], late)
        # Bars that changed meanwhile are not those that were read: such a stock has no mark.
        same = {state[0] for state in set(states) & set(self.bars.states(market, keys))}
        return parts, closes, {symbol: mark for symbol, mark in marks.items() if symbol in same}

    def _compute(self, market: str, keys: dict[str, str], weeks: pd.DatetimeIndex) -> Indicators:
        """The whole histories of some stocks, computed and kept."""
        made = WeeklyIndicatorCalculator().compute_all(self.bars.arrays(market, list(keys)), weeks)
        folder = self._folder(market)

        def keep(symbol: str) -> None:
            path = folder / f"{symbol}.{keys[symbol]}.parquet"
            lastweeks.write([made.to_arrow(made.rows(symbol), named=False)], path)

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

    def _sweep(self, market: str, keys: dict[str, str], late: set[str]) -> None:
        """Remove what no stock has any more; a stock's older file stays until its next is there."""
        names = {path.name for path in self._folder(market).iterdir()}
        spare = set()
        for name in names - late:
            symbol = name.split(".")[0]
            own = f"{symbol}.{keys.get(symbol)}.parquet"
            if name != own and not (symbol in keys and own not in names):
                spare.add(name)
        if any(name.split(".")[0] not in LATE_FILES for name in spare):
            indices = set(self.bars.symbols(market, kind="index")["symbol"])
            spare = {name for name in spare if name.split(".")[0] not in indices}
        for name in spare:
            (self._folder(market) / name).unlink(missing_ok=True)


def _state_of(keys: dict[str, str], weeks: pd.DatetimeIndex) -> str:
    told = [sorted(keys.items()), str(weeks[-LATE_WEEKS:][0]), str(weeks[-1])]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
