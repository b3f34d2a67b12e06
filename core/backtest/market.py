"""What a market asks of a trade: fees, taxes, lots, ticks, bands, settlement, each from its date.

Brokerage, spread and taxes are settings of a backtest; the rest are rules of the exchange.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import UserError
from core.formats import percent
from core.language import N_, _
from core.market import bands
from core.settings import settings

SETTLEMENT = (("1900-01-01", 4.0), ("2016-01-01", 3.0), ("2022-08-25", 2.5))
"""Vietnam: sessions from a purchase on the given day or later until it can be sold.

A half means from the afternoon on, which is after that day's open.
"""
HOSE_LOTS = (("1900-01-01", 10), ("2021-01-04", 100))
LOT = 100
US_TICK = 0.01
OTHER = "other"
"""An exchange that is none of Vietnam's three, or not known."""


@dataclass(frozen=True)
class Rules:
    """The rules of one market.

    Attributes
    ----------
    name : {"vn", "us", "none"}
        Whose lots, ticks, bands and settlement hold; ``none``: nobody's.
    fee : float
        Brokerage, share of the value, each side.
    sale_tax : float
        Share of the value sold.
    dividend_tax : float
        Share of a cash dividend.
    spread : float
        Lost a side where the tick is not known, share of the price.
    """

    name: str
    fee: float = 0.0
    sale_tax: float = 0.0
    dividend_tax: float = 0.0
    spread: float = 0.0

    def __post_init__(self):
        for said, value, most in (
            (N_("The fee"), self.fee, 0.05),
            (N_("The tax on sales"), self.sale_tax, 0.05),
            (N_("The tax on dividends"), self.dividend_tax, 0.5),
            (N_("The spread"), self.spread, 0.05),
        ):
            if not 0 <= value <= most:
                raise UserError(
                    _("{what} must lie between 0 and {most}.").format(
                        what=_(said), most=percent(most, 0)
                    )
                )

    @property
    def on_a_grid(self) -> bool:
        """Whether prices have ticks and orders lots."""
        return self.name != "none"

    def sellable(self, days: NDArray[np.datetime64], bought: int) -> int:
        """The first session, by number, at whose open what was bought can be sold.

        Parameters
        ----------
        days : ndarray of datetime64, shape (t,)
            Sessions, ascending.
        bought : int
            Number of the session of the purchase.
        """
        if self.name != "vn":
            return bought
        starts = np.array([start for start, __ in SETTLEMENT], dtype="datetime64[D]")
        rule = int(np.searchsorted(starts, days[bought].astype("datetime64[D]"), side="right")) - 1
        return bought + ceil(SETTLEMENT[rule][1])

    def lot(self, exchange: str, day: np.datetime64) -> int:
        """Shares in a board lot."""
        if self.name != "vn":
            return 1
        if exchange != bands.HOSE:
            return LOT
        return HOSE_LOTS[int(day >= np.datetime64(HOSE_LOTS[1][0]))][1]

    def ticks(
        self, exchange: str, days: NDArray[np.datetime64], prices: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The step at each price as traded; 0 where there is none. All of shape (n,)."""
        if self.name == "vn":
            return bands.ticks(exchange, days, np.nan_to_num(prices))
        return np.full(len(prices), US_TICK if self.name == "us" else 0.0)

    def bands(
        self, exchange: str, days: NDArray[np.datetime64], listed: np.datetime64
    ) -> NDArray[np.float64]:
        """The most a price may lie from the reference, as a share of it, shape (t,).

        Before a stock came to its exchange of today only the widest band is certain.
        """
        if self.name != "vn":
            return np.full(len(days), np.inf)
        if exchange == OTHER:
            return np.full(len(days), bands.WIDEST)
        found = bands.bands(exchange, pd.DatetimeIndex(days))
        return found if np.isnat(listed) else np.where(days < listed, bands.WIDEST, found)

    def wide_band(self, exchange: str) -> float:
        """The band on the first session after more than 25 without a trade."""
        if self.name != "vn":
            return np.inf
        wide = settings().vn_wide_bands
        return wide.get(exchange, max(wide.values()))


PRESETS = {
    "vn": Rules("vn", fee=0.0015, sale_tax=0.001, dividend_tax=0.05),
    "us": Rules("us", fee=0.0005, dividend_tax=0.15),
    "none": Rules("none"),
}
"""``us``: half a thousandth a side for fees and what a broker takes, settings as they are."""
