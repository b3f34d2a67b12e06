"""The ground versions are compared on: the weeks and stocks that all of them forecast."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.training.out_of_sample import PRIOR, PROBA

KEYS = ["symbol", "week"]
REVISED = 1e-4
"""Log return by which an outcome must differ to count as revised: less is rounding."""
HALVES = ("half_80", "half_95")


@dataclass(frozen=True)
class Told:
    """What one version forecast for each common row.

    Attributes
    ----------
    forecast : ndarray of shape (n,)
        Log return.
    half : ndarray of shape (n, 2)
        Half-widths of the 80 and 95 % intervals, log return; NaN where none was made.
    proba, prior : ndarray of shape (n, 3)
    call : ndarray of shape (n,)
        0 DOWN, 1 SIDEWAYS, 2 UP, -1 withheld.
    rows : int
        Rows of its own, common or not.
    """

    forecast: np.ndarray
    half: np.ndarray
    proba: np.ndarray
    prior: np.ndarray
    call: np.ndarray
    rows: int


@dataclass(frozen=True)
class Ground:
    """The rows that every compared version forecast, sorted by week and symbol.

    Attributes
    ----------
    symbol, week : ndarray of shape (n,)
    close : ndarray of shape (n,)
        Close of the as-of week in the market's price unit.
    ret, label : ndarray of shape (n,)
        What came: log return, and 0 DOWN, 1 SIDEWAYS, 2 UP.
    told : dict of Told
        By version number, in the order they were given.
    revised : int
        Rows whose outcome the versions knew differently.
    """

    symbol: np.ndarray
    week: np.ndarray
    close: np.ndarray
    ret: np.ndarray
    label: np.ndarray
    told: dict[int, Told]
    revised: int

    @property
    def rows(self) -> int:
        """Forecasts of each version."""
        return len(self.week)

    @property
    def weeks(self) -> int:
        """Distinct as-of weeks."""
        return len(np.unique(self.week))

    @property
    def stocks(self) -> int:
        """Distinct stocks."""
        return len(np.unique(self.symbol))

    @property
    def year(self) -> np.ndarray:
        """Calendar year of each as-of week, shape (n,)."""
        return self.week.astype("datetime64[Y]").astype(int) + 1970

    def part(self, at: np.ndarray) -> "Ground":
        """Some of the rows, by number or mask."""
        return Ground(
            self.symbol[at],
            self.week[at],
            self.close[at],
            self.ret[at],
            self.label[at],
            {
                number: Told(
                    told.forecast[at],
                    told.half[at],
                    told.proba[at],
                    told.prior[at],
                    told.call[at],
                    told.rows,
                )
                for number, told in self.told.items()
            },
            self.revised,
        )


def common_ground(frames: Mapping[int, pd.DataFrame]) -> Ground:
    """The rows in all of several tables of forecasts.

    Prices are revised between trainings, so that two versions may know another
    outcome of the same week; all are judged by what the newest knows.

    Parameters
    ----------
    frames : mapping of int to DataFrame
        By version, ``core.training.out_of_sample.COLUMNS``, one row a symbol and week.
    """
    numbers = list(frames)
    keys = None
    for number in numbers:
        own = frames[number][KEYS].copy()
        own[number] = np.arange(len(own))
        keys = own if keys is None else keys.merge(own, on=KEYS)
    keys = keys.sort_values(["week", "symbol"], kind="stable")
    at = {number: keys[number].to_numpy(int) for number in numbers}

    def column(number: int, *names: str) -> np.ndarray:
        values = frames[number][list(names)].to_numpy(float)[at[number]]
        return values if len(names) > 1 else values[:, 0]

    newest = max(numbers)
    ret = column(newest, "ret")
    revised = np.zeros(len(ret), dtype=bool)
    for number in numbers:
        revised |= np.abs(column(number, "ret") - ret) > REVISED
    halves = {number: column(number, *HALVES) for number in numbers}
    # Intervals are compared where every version that makes them made one.
    for place in range(len(HALVES)):
        made = [half[:, place] for half in halves.values() if np.isfinite(half[:, place]).any()]
        lacking = ~np.isfinite(np.array(made)).all(axis=0) if made else slice(0)
        for half in halves.values():
            half[lacking, place] = np.nan
    return Ground(
        symbol=keys["symbol"].to_numpy(str),
        week=keys["week"].to_numpy("datetime64[ns]"),
        close=column(newest, "close"),
        ret=ret,
        label=column(newest, "label").astype(int),
        told={
            number: Told(
                forecast=column(number, "forecast"),
                half=halves[number],
                proba=column(number, *PROBA),
                prior=column(number, *PRIOR),
                call=column(number, "call").astype(int),
                rows=len(frames[number]),
            )
            for number in numbers
        },
        revised=int(revised.sum()),
    )
