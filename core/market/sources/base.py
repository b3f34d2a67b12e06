"""What every source of daily bars answers, and how one says that it cannot."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import pandas as pd

from core.errors import UserError


@dataclass(frozen=True)
class Promise:
    """What a source can promise about its bars.

    Attributes
    ----------
    unit : str
        What a price of 1.0 in a reply means. This and the other texts are translated
        where they are shown.
    adjusted : str
        How its prices treat dividends and splits.
    years_a_call : int or None
        Longest range one request may ask for.
    per_minute : int or None
        Requests allowed in a minute; None where nothing is asked over a network.
    fixed : bool
        Its bars never change, so they are fetched once and not asked again.
    needs : str
        What must be done before it can be used; empty for nothing.
    terms : str
        What a user accepts by switching it on.
    """

    unit: str
    adjusted: str
    years_a_call: int | None = None
    per_minute: int | None = None
    fixed: bool = False
    needs: str = ""
    terms: str = ""


@dataclass(frozen=True)
class Listing:
    """Names of a market's symbols.

    Attributes
    ----------
    names : DataFrame
        ``symbol`` and any of ``core.market.names.LISTING_COLUMNS``.
    members : dict of str to list of str
        Symbols of groups such as VN30.
    """

    names: pd.DataFrame
    members: dict[str, list[str]] = field(default_factory=dict)


class SourceError(UserError):
    """A source did not give what it was asked for.

    Attributes
    ----------
    state : str
        ``empty`` (it has no bars of this symbol and range), ``limited`` (too many
        requests), ``blocked`` (it refuses this machine), ``unreachable`` (no answer, or an
        error of its own), ``garbage`` (an answer that is not prices) or ``missing`` (the
        source is not set up).
    wait : float
        Seconds after which asking again makes sense; 0 where it is not known.
    """

    def __init__(self, sentence: str, state: str, wait: float = 0.0):
        super().__init__(sentence)
        self.state = state
        self.wait = wait

    @property
    def of_the_source(self) -> bool:
        """Whether the next symbol would meet the same."""
        return self.state in ("limited", "blocked", "unreachable", "missing")


class Source(Protocol):
    """A source of daily bars, made for one data folder and closed after use.

    Attributes
    ----------
    name, title : str
    markets : tuple of str
    indices : dict of str to tuple of str
        For each market the indices it knows, the market's own first.
    promise : Promise
    """

    name: str
    title: str
    markets: tuple[str, ...]
    indices: dict[str, tuple[str, ...]]
    promise: Promise

    def listing(self, market: str) -> Listing | None:
        """Names of the market's symbols; None where the source has no list."""

    def bars(self, market: str, symbol: str, kind: str, start: date, end: date) -> pd.DataFrame:
        """Daily bars of one symbol from ``start`` to ``end``, both included, unchecked.

        Returns
        -------
        DataFrame
            ``date, open, high, low, close, volume`` and perhaps ``adj_close``, ``value``
            and ``raw_close`` (as traded), prices in the market's unit.

        Raises
        ------
        SourceError
        """

    def close(self) -> None:
        """Let go of processes and files."""
