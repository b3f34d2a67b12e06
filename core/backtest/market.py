"""What trading costs and forbids, each rule from its date on: Vietnam's, the US's, or none.

Vietnam's bands, ticks, lots and settlement are public rules; brokerage and taxes are
settings of a backtest, because brokers differ and laws change.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from core.errors import UserError
from core.language import N_, _
from core.market.bands import HALT_SESSIONS, HOSE, WIDEST, bands, exchange_of, ticks

MOST_TICK = 0.01
"""Of the price: the tolerance of a limit, where a back-adjusted price makes its tick too wide."""
HUNDRED_LOTS_FROM = pd.Timestamp("2021-01-04")
"""HOSE's board lot was 10 shares until 2021-01-03."""
SELLABLE: tuple[tuple[str, int], ...] = (
    ("1900-01-01", 4),  # T+3: arrives during the third session, sold at the fourth one's open
    ("2016-01-01", 3),  # T+2, which meant sellable from T+3
    ("2022-08-25", 3),  # from the afternoon of T+2: at an open, again from the third session on
)
"""Sessions from a purchase at an open to the first open at which those shares may be sold."""


@dataclass(frozen=True)
class Rules:
    """One market's rules.

    Attributes
    ----------
    name, title : str
    fee : float
        Brokerage a side, of the value.
    sale_tax : float
        Of the value of a sale.
    dividend_tax : float
        Of a cash dividend; applied where the steps of as-traded against adjusted closes show
        one.
    slippage : float
        Of the price, a side, where no tick can be applied; else it is half a tick.
    lots, price_bands, settlement : bool
        Whether board lots, ceilings and floors, and days until a sale hold (Vietnam's).
    """

    name: str
    title: str
    fee: float = 0.0
    sale_tax: float = 0.0
    dividend_tax: float = 0.0
    slippage: float = 0.0
    lots: bool = False
    price_bands: bool = False
    settlement: bool = False

    def lot(self, exchange: str | None, day: pd.Timestamp) -> int:
        """Shares in a board lot."""
        if not self.lots:
            return 1
        return 10 if exchange == HOSE and day < HUNDRED_LOTS_FROM else 100

    def sessions_to_sale(self, day: pd.Timestamp) -> int:
        """Sessions after a purchase at the open of ``day`` until its shares may be sold."""
        if not self.settlement:
            return 0
        return next(wait for start, wait in reversed(SELLABLE) if day >= pd.Timestamp(start))


NONE = Rules("none", N_("No rules, no costs"))
VIETNAM = Rules(
    "vn",
    N_("Vietnam"),
    fee=0.0015,
    sale_tax=0.001,
    dividend_tax=0.05,
    slippage=0.001,
    lots=True,
    price_bands=True,
    settlement=True,
)
UNITED_STATES = Rules("us", N_("United States"), fee=0.0, slippage=0.0005)
PRESETS = {rules.name: rules for rules in (VIETNAM, UNITED_STATES, NONE)}


def preset(name: str) -> Rules:
    """The rules of a name.

    Raises
    ------
    UserError
        If there are none of it.
    """
    if name not in PRESETS:
        raise UserError(
            _("There are no market rules {name}: choose one of {known}.").format(
                name=repr(name[:40]), known=", ".join(PRESETS)
            )
        )
    return PRESETS[name]


def exchanges(known: pd.DataFrame, symbols: list[str], days: pd.DatetimeIndex) -> NDArray:
    """Each stock's exchange on each day, where it is certain.

    Parameters
    ----------
    known : DataFrame
        ``symbol, exchange, listing_date``, see ``BarStore.symbols``.
    symbols : list of str, length s
    days : DatetimeIndex, length d

    Returns
    -------
    ndarray of object, shape (d, s)
        "HOSE", "HNX", "UPCOM", or None: before its listing on the present exchange no rule of
        today's exchange holds.
    """
    found = known.set_index("symbol").reindex(symbols)
    place = np.full((len(days), len(symbols)), None, dtype=object)
    for column, (exchange, since) in enumerate(
        zip(found["exchange"], found["listing_date"], strict=True)
    ):
        place[:, column] = exchange_of(exchange)
        if pd.notna(since):
            place[days < since, column] = None
    return place


def limits(
    place: NDArray, days: pd.DatetimeIndex, traded: NDArray, wide: dict[str, float]
) -> NDArray[np.float64]:
    """The price band of each stock on each day, as a share of the session before.

    Parameters
    ----------
    place : ndarray of object, shape (d, s)
        See `exchanges`.
    days : DatetimeIndex, length d
    traded : ndarray of bool, shape (d, s)
        Whether the stock traded that day.
    wide : dict of str to float
        Bands of a first day and after more than 25 sessions without a trade, by exchange.

    Returns
    -------
    ndarray, shape (d, s)
        15 % where the exchange is not certain; the wide band after a long halt.
    """
    band = np.full(place.shape, WIDEST)
    for exchange in {name for name in place.ravel() if name is not None}:
        there = place == exchange
        band = np.where(there, bands(exchange, days)[:, None], band)
    halted = sessions_without_trade(traded)
    for exchange, width in wide.items():
        band = np.where((place == exchange) & (halted > HALT_SESSIONS), width, band)
    return np.where((place == None) & (halted > HALT_SESSIONS), max(wide.values()), band)  # noqa: E711


def sessions_without_trade(traded: NDArray) -> NDArray[np.int64]:
    """Sessions in a row before each day on which a stock did not trade; many before its first."""
    count = np.zeros(traded.shape, dtype=np.int64)
    since = np.full(traded.shape[1], HALT_SESSIONS + 1)
    for day in range(len(traded)):
        count[day] = since
        since = np.where(traded[day], 0, since + 1)
    return count


def tick_shares(
    place: NDArray, days: pd.DatetimeIndex, prices: NDArray, as_traded: NDArray
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One tick as a share of the price: for fills, and as the tolerance of a limit.

    Parameters
    ----------
    place : ndarray of object, shape (d, s)
    days : DatetimeIndex, length d
    prices : ndarray, shape (d, s)
        Thousand VND; as traded where ``as_traded``, else back-adjusted.
    as_traded : ndarray of bool, shape (d, s)

    Returns
    -------
    tuple of ndarray, shape (d, s)
        NaN for fills where the exchange or the price as traded is not known; the tolerance is
        known everywhere, and at most 1 %.
    """
    step = np.full(prices.shape, np.nan)
    for exchange in {name for name in place.ravel() if name is not None}:
        for column in range(prices.shape[1]):
            there = place[:, column] == exchange
            if there.any():
                step[there, column] = ticks(exchange, days[there], prices[there, column])
    share = step / prices
    tolerance = np.where(np.isfinite(share), np.minimum(share, MOST_TICK), MOST_TICK)
    return np.where(as_traded & (place != None), share, np.nan), tolerance  # noqa: E711


def shut(
    opens: ArrayLike, before: ArrayLike, band: ArrayLike, tolerance: ArrayLike
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each open is at the ceiling (nobody sells) or at the floor (nobody buys).

    Tested on the return since the close before, one tick of tolerance: ceilings are rounded
    down and floors up to a tick, and a back-adjusted price has neither. All shapes (d, s).
    """
    move = np.asarray(opens) / np.asarray(before) - 1
    room = np.asarray(band) - np.asarray(tolerance)
    with np.errstate(invalid="ignore"):
        return move >= room, move <= -room
