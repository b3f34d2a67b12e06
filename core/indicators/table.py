"""The weekly indicators of many stocks in one block of memory."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.indicators.catalogue import HELPERS, NAMES
from core.indicators.stack import Places, offsets
from core.indicators.windows import Floats

WEEKLY_COLUMNS = ("open", "high", "low", "close", "raw_close", "volume", "value")
COLUMNS = (*WEEKLY_COLUMNS, *HELPERS, *NAMES)
COUNTS = ("sessions", "n_weeks")


@dataclass(frozen=True)
class Indicators:
    """One row for each market week of each stock's life, one stock after the other.

    Attributes
    ----------
    symbols : list of str
    first : array of int, shape (stocks + 1,)
        Where each stock's rows begin; the last is n.
    week : array of datetime64[ns], shape (n,)
    values : array of shape (36, n)
        The columns of the weekly bars, the helpers, the 20 indicators.
    counts : array of int, shape (2, n)
        ``sessions`` of the week, and ``n_weeks``, the traded weeks so far.
    """

    symbols: list[str]
    first: Places
    week: NDArray[np.datetime64]
    values: Floats
    counts: NDArray[np.int64]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {symbol: place for place, symbol in enumerate(self.symbols)}

    def rows(self, symbol: str) -> slice:
        """Where a stock's rows stand."""
        place = self._place[symbol]
        return slice(self.first[place], self.first[place + 1])

    def frame(self, symbol: str) -> pd.DataFrame:
        """One stock's rows, indexed by ``week``: all columns, then the two counts."""
        rows = self.rows(symbol)
        index = pd.DatetimeIndex(self.week[rows], name="week")
        floats = pd.DataFrame(self.values[:, rows].T, index, list(COLUMNS), copy=False)
        counts = pd.DataFrame(self.counts[:, rows].T, index, list(COUNTS), copy=False)
        return pd.concat([floats, counts], axis=1)

    def column(self, name: str) -> np.ndarray:
        """One column of all stocks, shape (n,)."""
        if name in COUNTS:
            return self.counts[COUNTS.index(name)]
        return self.values[COLUMNS.index(name)]

    def since(self, week: np.datetime64) -> "Indicators":
        """The rows from a week on."""
        late = self.week >= week
        first = np.concatenate([[0], np.cumsum(late)])[self.first]
        return Indicators(
            self.symbols, first, self.week[late], self.values[:, late], self.counts[:, late]
        )

    def to_arrow(self, rows: slice | np.ndarray, *, named: bool) -> pa.Table:
        """Some rows as Arrow: ``symbol`` where they shall be ``named``, ``week``, all columns."""
        arrays = [pa.array(self.week[rows])]
        arrays += [pa.array(values[rows]) for values in (*self.values, *self.counts)]
        names = ["week", *COLUMNS, *COUNTS]
        if named:
            stock = np.repeat(np.arange(len(self.symbols), dtype=np.int32), np.diff(self.first))
            symbols = pa.DictionaryArray.from_arrays(
                pa.array(stock[rows]), pa.array(self.symbols, pa.string())
            )
            arrays, names = [symbols.cast(pa.string()), *arrays], ["symbol", *names]
        return pa.Table.from_arrays(arrays, names=names)


def ordered(table: pa.Table) -> tuple[list[str], Places, Places]:
    """Symbols of named rows, where each one's begin in order of symbol and week, that order."""
    stock = table.column("symbol")
    if not pa.types.is_dictionary(stock.type):
        stock = stock.dictionary_encode()
    stock = stock.combine_chunks() if stock.num_chunks == 1 else stock.unify_dictionaries()
    if isinstance(stock, pa.ChunkedArray):
        stock = stock.combine_chunks()
    names = np.array(stock.dictionary.to_pylist(), dtype=str)
    rank = np.argsort(np.argsort(names))[stock.indices.to_numpy()]
    order = np.lexsort((table.column("week").to_numpy(), rank))
    counts = np.bincount(rank, minlength=len(names))
    there = counts > 0
    return np.sort(names)[there].tolist(), offsets(counts[there]), order


def from_arrow(table: pa.Table) -> Indicators:
    """What `Indicators.to_arrow` gave with names, whatever the order of its rows."""
    symbols, first, order = ordered(table)
    return Indicators(
        symbols,
        first,
        table.column("week").to_numpy().astype("datetime64[ns]")[order],
        np.stack([table.column(name).to_numpy()[order] for name in COLUMNS]),
        np.stack([table.column(name).to_numpy()[order] for name in COUNTS]),
    )


def join(parts: list[Indicators], symbols: list[str]) -> Indicators:
    """Some stocks of several tables as one, in the order given; of two tables the later counts.

    A stock in none of them has no rows and is left out.
    """
    place = {symbol: part for part in parts for symbol in part.symbols}
    there = [symbol for symbol in symbols if symbol in place]
    found = [(place[symbol], place[symbol].rows(symbol)) for symbol in there]
    first = offsets([rows.stop - rows.start for _, rows in found])
    made = Indicators(
        there,
        first,
        np.empty(first[-1], "datetime64[ns]"),
        np.empty((len(COLUMNS), first[-1])),
        np.empty((len(COUNTS), first[-1]), np.int64),
    )
    for (part, rows), start, stop in zip(found, first[:-1], first[1:], strict=True):
        made.week[start:stop] = part.week[rows]
        made.values[:, start:stop] = part.values[:, rows]
        made.counts[:, start:stop] = part.counts[:, rows]
    return made
