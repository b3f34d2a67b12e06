"""A source whose answers are laid out beforehand, for what a refresh makes of them."""

from datetime import date

import pandas as pd

from core.market.sources.base import Listing, Promise, SourceError


class Shelf:
    """A source of a market; ``replies`` holds a frame or an error for each symbol.

    Attributes
    ----------
    asked : list of (str, date, date)
    """

    title = "Shelf"
    markets = ("VN", "US")

    def __init__(self, name="yahoo", *, years=None, indices=None):
        self.name = name
        self.replies: dict[str, pd.DataFrame | Exception | list] = {}
        self.names: Listing | Exception | None = None
        self.asked: list[tuple[str, date, date]] = []
        self.indices = indices or {}
        self.promise = Promise(unit="thousand VND", adjusted="", years_a_call=years)
        self.closed = False

    def listing(self, market):
        if isinstance(self.names, Exception):
            raise self.names
        return self.names

    def bars(self, market, symbol, kind, start, end):
        self.asked.append((symbol, start, end))
        reply = self.replies.get(symbol, SourceError(f"no prices of {symbol}.", "empty"))
        if isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        if isinstance(reply, Exception):
            raise reply
        days = pd.to_datetime(reply["date"])
        return reply[days.between(pd.Timestamp(start), pd.Timestamp(end)).to_numpy()]

    def close(self):
        self.closed = True
