"""Vietnam's daily price limits: bands, ticks, ceilings and floors, each from its date on.

Rules of HOSE, HNX and UPCoM. Prices are in thousand VND as traded: a back-adjusted
price is on no tick and has no ceiling. The wide bands of a first day of trading, and
after a long halt, are a setting (``vn_wide_bands``).
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

HOSE, HNX, UPCOM = "HOSE", "HNX", "UPCOM"
BANDS: dict[str, tuple[tuple[str, float], ...]] = {
    HOSE: (("1900-01-01", 0.07),),
    HNX: (("1900-01-01", 0.10),),
    UPCOM: (("1900-01-01", 0.10), ("2015-07-01", 0.15)),
}
"""From which day on a close may be this share above or below the reference price."""
HALT_SESSIONS = 25
"""After more sessions than this without a trade the wide band holds."""
WIDEST = 0.15
"""The widest ordinary band: what is certain where the exchange of the day is unknown."""

HNX_TICK = 0.1
# From a day on: ticks by price, each with the price from which it holds.
_HOSE_TICKS = (
    ("1900-01-01", ((0.0, 0.1), (50.0, 0.5), (100.0, 1.0))),
    ("2016-09-12", ((0.0, 0.01), (10.0, 0.05), (50.0, 0.1))),
)
_NOISE = 1e-9


def exchange_of(text: object) -> str | None:
    """The exchange a listing means; None where it is none of Vietnam's three."""
    name = str(text).strip().upper()
    return {"HSX": HOSE, "UPCOM": UPCOM}.get(name, name if name in BANDS else None)


def bands(exchange: str, days: ArrayLike) -> NDArray[np.float64]:
    """The band of each day, as a share of the reference price.

    Parameters
    ----------
    exchange : {"HOSE", "HNX", "UPCOM"}
    days : array-like of dates, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
    """
    return _dated(BANDS[exchange], days)


def ticks(exchange: str, days: ArrayLike, prices: ArrayLike) -> NDArray[np.float64]:
    """The price step at each price, in thousand VND.

    Parameters
    ----------
    exchange : {"HOSE", "HNX", "UPCOM"}
    days : array-like of dates, shape (n,)
    prices : array-like, shape (n,)
        As traded, thousand VND.

    Returns
    -------
    ndarray, shape (n,)
    """
    price = np.asarray(prices, dtype="float64")
    if exchange != HOSE:
        return np.full(price.shape, HNX_TICK)
    day = pd.DatetimeIndex(days).to_numpy()
    steps = np.zeros(price.shape)
    for start, table in _HOSE_TICKS:
        since = day >= np.datetime64(start)
        for lowest, step in table:
            steps[since & (price >= lowest - _NOISE)] = step
    return steps


def ceilings(
    exchange: str, days: ArrayLike, references: ArrayLike, band: ArrayLike | None = None
) -> NDArray[np.float64]:
    """The highest price allowed on each day: the band's upper end, rounded down to a tick.

    Parameters
    ----------
    exchange : {"HOSE", "HNX", "UPCOM"}
    days : array-like of dates, shape (n,)
    references : array-like, shape (n,)
        Reference prices, thousand VND: the previous close, on UPCoM the previous
        session's volume-weighted average, adjusted on ex-dates.
    band : array-like, optional
        Another band than the day's ordinary one, such as a wide one.

    Returns
    -------
    ndarray, shape (n,)
    """
    reference = np.asarray(references, dtype="float64")
    limit = reference * (1 + (bands(exchange, days) if band is None else np.asarray(band)))
    step = ticks(exchange, days, limit)
    return np.floor(limit / step + 1e-6) * step


def floors(
    exchange: str, days: ArrayLike, references: ArrayLike, band: ArrayLike | None = None
) -> NDArray[np.float64]:
    """The lowest price allowed on each day: the band's lower end, rounded up to a tick.

    The same parameters as `ceilings`.
    """
    reference = np.asarray(references, dtype="float64")
    limit = reference * (1 - (bands(exchange, days) if band is None else np.asarray(band)))
    step = ticks(exchange, days, limit)
    return np.ceil(limit / step - 1e-6) * step


def _dated(table: tuple[tuple[str, float], ...], days: ArrayLike) -> NDArray[np.float64]:
    starts = np.array([start for start, _ in table], dtype="datetime64[ns]")
    values = np.array([value for _, value in table])
    day = pd.DatetimeIndex(days).as_unit("ns").to_numpy()
    return values[(np.searchsorted(starts, day, side="right") - 1).clip(min=0)]
