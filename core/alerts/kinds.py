"""What a rule finds, and what a kind of rule is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from core.language import N_

Type = Literal["whole", "number", "choice", "market", "symbol", "watchlist", "indicator"]


@dataclass(frozen=True)
class Event:
    """One thing that a rule has found.

    Attributes
    ----------
    key : str
        What it is, free of language: the same key is the same thing found again.
    text : str
        One or two sentences, in the language of the alerts.
    symbol : str
        Empty where it concerns no single stock.
    market : str
        Empty where it concerns no single market.
    as_of : str
        The day it was found on, ISO 8601; may be empty.
    lasting : bool
        A state that goes on, told again after the repeat time; other events are told once.
    """

    key: str
    text: str
    symbol: str = ""
    market: str = ""
    as_of: str = ""
    lasting: bool = False


@dataclass(frozen=True)
class Parameter:
    """One value that a rule of a kind is given.

    Attributes
    ----------
    name, title, help : str
        Title and help are translated where shown.
    type : str
        "market" may be empty (every market) unless the kind has a "symbol"; "watchlist" may be
        empty (every stock).
    default : str, int, float or None
        None where it must be given.
    low, high : float
        Ends of a number.
    options : dict of str to str
        Of "choice": value to words.
    """

    name: str
    title: str
    type: Type
    default: str | int | float | None = ""
    low: float = 0.0
    high: float = 0.0
    options: Mapping[str, str] | None = None
    help: str = ""


Look = Callable[[Path, Mapping, datetime], list[Event]]


@dataclass(frozen=True)
class Kind:
    """One kind of rule.

    Attributes
    ----------
    title, help : str
        What it watches; translated where shown.
    look : callable
        Called with (data_dir, parameters, now); returns what it finds in what is stored. It
        computes nothing that is kept elsewhere and loads no model.
    parameters : tuple of Parameter
    """

    title: str
    help: str
    look: Look
    parameters: tuple[Parameter, ...] = ()


MARKET = Parameter("market", N_("Market"), "market")
WATCHLIST = Parameter("watchlist", N_("Watchlist"), "watchlist")
SYMBOL = Parameter("symbol", N_("Stock"), "symbol", None)
