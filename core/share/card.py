"""What a picture of a forecast holds."""

import math
from dataclasses import dataclass
from datetime import date

from core.market.schema import Market, find_market
from core.share.text import clean
from core.share.words import Language, Speaker
from models.baselines import CLASSES
from models.calls import NO_CLEAR_DIRECTION

MODELS = ("price_target_model", "pattern_lstm_classifier")


@dataclass(frozen=True)
class Card:
    """One stored forecast and the year before it; nothing in it can change, so it may be a key.

    Attributes
    ----------
    record : str
        The record's id.
    market, symbol : str
    name, name_vi, exchange, source : str
        As they came from outside; empty where unknown.
    as_of, target : date
    horizon_weeks : int
    band : float
        Of SIDEWAYS, as a fraction.
    close, price, low, high : float
        The as-of close, the forecast and its 80 % interval, in the market's unit.
    call : str
        A class, or "no clear direction".
    shares, usual : tuple of float
        Probabilities of DOWN, SIDEWAYS, UP, and how often each came; NaN where unknown.
    versions : tuple of int
        Of the price and the pattern model.
    in_sample : bool
        Whether the versions learned from the as-of week.
    closes : tuple of (date, float)
        Weekly closes up to the as-of week, oldest first, on the scale of ``close``.
    """

    record: str
    market: str
    symbol: str
    name: str
    name_vi: str
    exchange: str
    source: str
    as_of: date
    target: date
    horizon_weeks: int
    band: float
    close: float
    price: float
    low: float
    high: float
    call: str
    shares: tuple[float, float, float]
    usual: tuple[float, float, float]
    versions: tuple[int, int]
    in_sample: bool
    closes: tuple[tuple[date, float], ...]

    @property
    def place(self) -> Market:
        """The market, with its unit and decimals."""
        return find_market(self.market)

    @property
    def move(self) -> float:
        """The forecast's simple return."""
        return self.price / self.close - 1

    def company(self, language: Language) -> str:
        """The company's name in a language, else in the other; cleaned."""
        names = (self.name_vi, self.name) if language == "vi" else (self.name, self.name_vi)
        return next(filter(None, map(clean, names)), "")

    def warnings(self, speaker: Speaker) -> list[str]:
        """What the record knows against itself, a sentence each."""
        said = []
        if self.in_sample:
            said.append(speaker.say("in_sample"))
        if self.price == self.close:
            said.append(speaker.say("no_edge"))
        if self.call == NO_CLEAR_DIRECTION:
            said.append(speaker.say("withheld"))
        else:
            at = CLASSES.index(self.call)
            if math.isfinite(self.usual[at]) and self.shares[at] <= self.usual[at]:
                said.append(speaker.say("hardly"))
        return said
