"""What new weeks need of those before: the last weeks of each stock, and all its closes.

Kept in one Arrow file, a row a stock, which is taken into memory as it lies. A copy of
what the other files say: where it is lost, all is computed anew.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.files import aside
from core.indicators.formulas import LONGEST
from core.indicators.stack import Places, offsets, ranges
from core.indicators.table import COUNTS, Indicators, ordered
from core.indicators.windows import Floats

PAST_COLUMNS = ("high", "low", "close", "volume", "value", "amihud_w")
"""Columns of the kept weeks over which a new week's windows reach."""
READ_COLUMNS = ("symbol", "week", *PAST_COLUMNS, *COUNTS)
Closes = dict[str, Floats]
"""By symbol, the closes of its traded weeks from the first on."""


@dataclass(frozen=True)
class Past:
    """The kept last weeks of stocks, one stock after the other.

    Attributes
    ----------
    symbols : list of str
    first : array of int, shape (stocks + 1,)
        Where each stock's weeks begin; the last is n. No stock has none.
    week : array of int64, shape (n,)
        Days since 1970.
    bars : dict of array, each of shape (n,)
        ``PAST_COLUMNS``.
    sessions, n_weeks : array of int, shape (n,)
    """

    symbols: list[str]
    first: Places
    week: NDArray[np.int64]
    bars: dict[str, Floats]
    sessions: NDArray[np.int64]
    n_weeks: NDArray[np.int64]

    def with_news(self, gone: Iterable[str], news: pa.Table | None) -> "Past":
        """Without the rows of some stocks, and with named rows that came since."""
        gone = set(gone)
        if not gone and news is None:
            return self
        rows = None if news is None or not len(news) else ordered(news.select(READ_COLUMNS))
        symbols, first, order = ([], np.zeros(1, np.intp), None) if rows is None else rows
        both = sorted((set(self.symbols) - gone) | set(symbols))
        rank = {symbol: place for place, symbol in enumerate(both)}
        mine = np.array([-1 if s in gone else rank[s] for s in self.symbols], np.intp)
        theirs = np.array([rank[symbol] for symbol in symbols], np.intp)
        stock = np.concatenate(
            [np.repeat(mine, np.diff(self.first)), np.repeat(theirs, np.diff(first))]
        )

        def column(name: str, own: np.ndarray) -> np.ndarray:
            if order is None:
                return own
            new = news.column(name).to_numpy()
            return np.concatenate([own, (days_of(new) if name == "week" else new)[order]])

        # Both are in order of their stocks, and a stock's new weeks are after its old ones.
        place = np.argsort(stock, kind="stable")
        place = place[np.count_nonzero(stock < 0) :]
        return Past(
            both,
            offsets(np.bincount(stock[place], minlength=len(both))),
            column("week", self.week)[place],
            {name: column(name, self.bars[name])[place] for name in PAST_COLUMNS},
            *(column(name, getattr(self, name))[place] for name in COUNTS),
        )


def days_of(values: np.ndarray) -> NDArray[np.int64]:
    """Dates as whole days since 1970."""
    return np.asarray(values).astype("datetime64[D]").view(np.int64)


def past_of(made: Indicators) -> Past:
    """As few of the last weeks as fill the longest window, of each stock that has any."""
    traded = offsets((made.column("sessions") > 0).astype(np.intp))
    start, stop = made.first[:-1], made.first[1:]
    # The longest window's first traded week, and as many market weeks for the returns.
    filled = np.searchsorted(traded, traded[stop] - LONGEST, side="right") - 1
    start = np.maximum(start, np.minimum(filled, stop - LONGEST))
    rows = ranges(start, stop)
    there = stop > start
    return Past(
        [symbol for symbol, own in zip(made.symbols, there, strict=True) if own],
        offsets((stop - start)[there]),
        days_of(made.week[rows]),
        {name: made.column(name)[rows] for name in PAST_COLUMNS},
        *(made.column(name)[rows] for name in COUNTS),
    )


def closes_of(made: Indicators) -> Closes:
    """The closes of whole histories; none of a stock that traded in a week the market lacks."""
    close, sessions, n_weeks = (made.column(name) for name in ("close", *COUNTS))
    found = {}
    for symbol in made.symbols:
        rows = made.rows(symbol)
        own = _traded(close[rows], sessions[rows], n_weeks[rows])
        if own is not None:
            found[symbol] = own
    return found


def closes_in(path: Path) -> Floats | None:
    """The same of one stock's own file; None where it cannot be read."""
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            table = file.read(columns=["close", *COUNTS], use_threads=False)
    except (OSError, pa.ArrowException):
        return None
    return _traded(*(table.column(name).to_numpy() for name in ("close", *COUNTS)))


def _traded(close: Floats, sessions: NDArray, n_weeks: NDArray) -> Floats | None:
    own = close[sessions > 0]
    return own if len(own) and len(own) == n_weeks[-1] else None


def lengthened(closes: Closes, past: Past) -> Closes:
    """The closes with those of the kept weeks that came after them."""
    traded = offsets((past.sessions > 0).astype(np.intp))[past.first].tolist()
    close = past.bars["close"][past.sessions > 0]
    total = past.n_weeks[past.first[1:] - 1].tolist()
    found = {}
    for place, symbol in enumerate(past.symbols):
        if (own := closes.get(symbol)) is not None:
            more = total[place] - len(own)
            if more == 0:
                found[symbol] = own
            elif 0 < more <= traded[place + 1] - traded[place]:
                found[symbol] = np.concatenate(
                    [own, close[traded[place + 1] - more : traded[place + 1]]]
                )
    return found


def write(path: Path, past: Past, closes: Closes) -> None:
    """Written aside and renamed; a full disk costs the file, nothing else."""
    own = [closes.get(symbol, np.empty(0)) for symbol in past.symbols]
    ends = pa.array(past.first, pa.int32())
    every = {"week": past.week, **past.bars, "sessions": past.sessions, "n_weeks": past.n_weeks}
    lists = {name: pa.ListArray.from_arrays(ends, pa.array(all_)) for name, all_ in every.items()}
    lists["closes"] = pa.ListArray.from_arrays(
        pa.array(offsets([len(one) for one in own]), pa.int32()),
        pa.array(np.concatenate([np.empty(0), *own])),
    )
    rows = pa.record_batch({"symbol": pa.array(past.symbols, pa.string()), **lists})
    part = aside(path)
    try:
        with pa.OSFile(str(part), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as file:
            file.write_batch(rows)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)


def read(path: Path) -> tuple[Past, Closes] | None:
    """None where there is none, or it cannot be read."""
    try:
        # Not mapped: where the system minds, a file in use could not be removed.
        rows = pa.ipc.open_file(pa.py_buffer(path.read_bytes())).get_batch(0)
        symbols = rows.column("symbol").to_pylist()
        first = rows.column("week").offsets.to_numpy().astype(np.intp)
        own = {
            name: rows.column(name).values.to_numpy() for name in ("week", *PAST_COLUMNS, *COUNTS)
        }
        closes = rows.column("closes")
        begin, every = closes.offsets.to_numpy().tolist(), closes.values.to_numpy()
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return None
    week, sessions, n_weeks = (own.pop(name) for name in ("week", *COUNTS))
    past = Past(symbols, first, week, own, sessions, n_weeks)
    found = {
        symbol: every[begin[at] : begin[at + 1]]
        for at, symbol in enumerate(symbols)
        if begin[at + 1] > begin[at]
    }
    return past, found
