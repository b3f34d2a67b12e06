"""The weekly indicators of many stocks in one block of memory."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.indicators.catalogue import HELPERS, NAMES
from core.indicators.stack import Places
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

    def table(self, symbol: str) -> pa.Table:
        """One stock's rows as Arrow, ``week`` first; nothing is copied but the order of bytes."""
        rows = self.rows(symbol)
        arrays = [pa.array(self.week[rows])]
        arrays += [pa.array(values) for values in self.values[:, rows]]
        arrays += [pa.array(values) for values in self.counts[:, rows]]
        return pa.Table.from_arrays(arrays, names=["week", *COLUMNS, *COUNTS])
