"""What a market asks of a trade: fees, taxes, lots, ticks, bands, settlement, each from its date.

Brokerage and taxes are settings of a backtest; the rest are rules of the exchange.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.market import bands

SETTLEMENT = (("1900-01-01", 3), ("2022-08-25", 2))
"""Vietnam: sessions from a purchase until it can be sold, by the day of the purchase.

From the afternoon of T+2 it may be sold, which is after that day's open: see `Rules.sellable`.
"""
HOSE_LOTS = (("1900-01-01", 10), ("2021-01-04", 100))


@dataclass(frozen=True)
class Rules:
    """The rules of one market.

    Attributes
    ----------
    name : str
    fee : float
        Brokerage, share of the value, each side.
    sale_tax : float
        Share of the value sold.
    dividend_tax : float
        Share of a cash dividend.
    vietnam : bool
        Whether bands, ticks, lots and settlement of HOSE, HNX and UPCoM hold.
    settlement : int
        Sessions until a purchase can be sold, where ``vietnam`` is false.
    """

    name: str
    fee: float = 0.0
    sale_tax: float = 0.0
    dividend_tax: float = 0.0
    vietnam: bool = False
    settlement: int = 0

    def __post_init__(self):
        for said, value, most in (
            ("fee", self.fee, 0.05),
            ("sale tax", self.sale_tax, 0.05),
            ("dividend tax", self.dividend_tax, 0.5),
        ):
            if not 0 <= value <= most:
                raise UserError(f"The {said} must lie between 0 and {most:.0%}, not {value:.4g}.")

    def sellable(self, days: NDArray[np.datetime64], bought: int) -> int:
        """The first session, by number, at whose open what was bought can be sold.

        Parameters
        ----------
        days : ndarray of datetime64, shape (t,)
            Sessions, ascending.
        bought : int
            Number of the session of the purchase.
        """
        if not self.vietnam:
            return bought + self.settlement
        since = days[bought] >= np.datetime64(SETTLEMENT[1][0])
        # T+2 in the afternoon is too late for that day's open: the next one is T+3 either way.
        return bought + (SETTLEMENT[1][1] + 1 if since else SETTLEMENT[0][1])

    def lot(self, exchange: str, day: np.datetime64) -> int:
        """Shares in a board lot; 1 where any number trades."""
        if not self.vietnam:
            return 1
        if exchange != bands.HOSE:
            return 100
        return HOSE_LOTS[int(day >= np.datetime64(HOSE_LOTS[1][0]))][1]

    def tick(self, exchange: str, day: np.datetime64, price: float) -> float:
        """The step at a price as traded, thousand VND; 0 where there is none."""
        return float(bands.ticks(exchange, [day], [price])[0]) if self.vietnam else 0.0

    def band(self, exchange: str | None, day: np.datetime64, listed: np.datetime64) -> float:
        """The most an open may lie from the reference price, as a share of it.

        Before a stock came to its exchange of today nothing is known but the widest band.
        """
        if not self.vietnam:
            return np.inf
        if exchange is None or not (np.isnat(listed) or day >= listed):
            return bands.WIDEST
        return float(bands.bands(exchange, [day])[0])


PRESETS = {
    "vn": Rules("vn", fee=0.0015, sale_tax=0.001, dividend_tax=0.05, vietnam=True),
    "none": Rules("none"),
    "us": Rules("us", fee=0.0005, settlement=0),
}
"""``us``: five hundredths of a percent a side for spread and fees; bought today, sold today."""
