"""Screens: ranges and percentiles over the indicators and the forecast, written in one line.

The line is what a page's address holds and what is saved under a name, such as
``RSI_14w:..30,vol_zscore_12w:p80..,call:UP``: conditions joined by commas, each a
field and a range of values, or of percentiles where a ``p`` stands before it.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

import numpy as np
import pandas as pd

from core.errors import UserError
from core.indicators.catalogue import INDICATORS, NAMES
from core.market.schema import printable
from models.calls import NO_CLEAR_DIRECTION

LONGEST = 2_000
"""Characters of a screen written in one line."""
MOST_SECTORS = 40
LARGEST = 1e9
CALLS = {"UP": "UP", "SIDEWAYS": "SIDEWAYS", "DOWN": "DOWN", "NONE": NO_CLEAR_DIRECTION}
"""How a call is written in the line, and what it is called."""
RANGE = re.compile(r"(p?)(-?\d{1,10}(?:\.\d{1,6})?)?\.\.(-?\d{1,10}(?:\.\d{1,6})?)?")


@dataclass(frozen=True)
class Field:
    """Something a condition may ask for.

    Attributes
    ----------
    name, title, unit, help : str
    digits : int
        Decimals of a bound.
    scale : float
        Factor from the values of `screen_table` to those a reader writes.
    """

    name: str
    title: str
    unit: str
    help: str
    digits: int = 1
    scale: float = 1.0


FIELDS: dict[str, Field] = {
    **{
        i.name: Field(i.name, i.title, i.unit, f"{i.formula}. {i.reading}", i.digits, i.scale)
        for i in INDICATORS
    },
    "change": Field(
        "change", "Forecast against no change", "%", "Forecast price over the close, less one."
    ),
    "rank": Field("rank", "Rank among forecasts", "", "1 is the highest forecast of this week.", 0),
    "p_up": Field("p_up", "Probability of UP", "%", "Of rising more than the band.", 0),
    "p_sideways": Field(
        "p_sideways", "Probability of SIDEWAYS", "%", "Of staying within the band.", 0
    ),
    "p_down": Field("p_down", "Probability of DOWN", "%", "Of falling more than the band.", 0),
    "strength": Field(
        "strength", "Strength against the index", "points", "12-week return less the index's."
    ),
    "value_20": Field(
        "value_20", "Traded value, 20-session mean", "million price units", "A session's mean."
    ),
    "year_place": Field(
        "year_place",
        "Place in the 52-week range",
        "%",
        "0 is the lowest price of 52 weeks, 100 the highest.",
        0,
    ),
}


@dataclass(frozen=True)
class Condition:
    """A field between two bounds, both included; None leaves an end open.

    Attributes
    ----------
    field : str
    low, high : float or None
        In the field's unit as a reader writes it, or percentiles, 0 to 100.
    percentile : bool
        Whether the bounds are percentiles among the market's stocks this week.
    """

    field: str
    low: float | None = None
    high: float | None = None
    percentile: bool = False


@dataclass(frozen=True)
class Screen:
    """Conditions that all must hold; of calls and of sectors one of those named.

    Attributes
    ----------
    conditions : tuple of Condition
        At most one of each field.
    calls : tuple of str
        Keys of ``CALLS``; empty for any.
    sectors : tuple of str
        Empty for any.
    """

    conditions: tuple[Condition, ...] = ()
    calls: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.conditions or self.calls or self.sectors)


@dataclass(frozen=True)
class Preset:
    """A screen to start from, and in one sentence what it looks for."""

    screen: str
    meaning: str


PRESETS: dict[str, Preset] = {
    "Breakouts with volume": Preset(
        "breakout_20w:99.9..,vol_zscore_12w:1..",
        "Closed on the highest price of 20 weeks, on clearly more volume than in the last 12.",
    ),
    "Oversold, call UP": Preset(
        "RSI_14w:..35,call:UP",
        "Losses have outweighed gains for weeks (RSI at most 35), yet the forecast calls UP.",
    ),
    "Strong and quiet": Preset(
        "ret_26w:p70..,vol_4w:p..40",
        "Among the best 30 % over half a year, and among the calmer 40 % in the last four weeks.",
    ),
    "Unusual volume": Preset(
        "vol_zscore_12w:2..",
        "This week's volume lies at least two standard deviations above the mean of 12 weeks.",
    ),
    "Trend turning up": Preset(
        "MA_cross_10_40_w:..0,price_vs_MA20_w:0..,MACD_hist_w:0..",
        "The 10-week average is still below the 40-week one, but the price already stands above "
        "its 20-week average and the short trend gains on the long one.",
    ),
}


def parse_screen(text: str) -> Screen:
    """Read a screen from one line.

    Raises
    ------
    UserError
        If it cannot be read; the sentence says which part and why.
    """
    if len(text) > LONGEST:
        raise UserError(f"A screen has at most {LONGEST:,} characters; this one has {len(text):,}.")
    conditions: dict[str, Condition] = {}
    calls: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, wanted = part.partition(":")
        if name == "call":
            calls = tuple(dict.fromkeys(wanted.upper().split("|")))
            if strange := [call for call in calls if call not in CALLS]:
                raise UserError(
                    f"There is no call {printable(strange[0], 20)!r}; "
                    f"a screen may ask for {', '.join(CALLS)}."
                )
        elif name == "sector":
            named = [printable(unquote(piece), 200) for piece in wanted.split("|")]
            sectors = tuple(dict.fromkeys(filter(None, named)))[:MOST_SECTORS]
        elif name in FIELDS:
            if name in conditions:
                raise UserError(f"The screen asks twice for {name}: keep one of the two.")
            conditions[name] = _condition(name, wanted)
        else:
            raise UserError(
                f"There is nothing called {printable(name, 30)!r} to screen by; "
                "choose conditions in the screener instead."
            )
    return Screen(tuple(conditions.values()), calls, sectors)


def _condition(name: str, wanted: str) -> Condition:
    found = RANGE.fullmatch(wanted)
    if found is None or not (found[2] or found[3]):
        raise UserError(
            f"The range of {name}, {printable(wanted, 30)!r}, cannot be read: write it as 10..30, "
            "10.. or ..30, or as p80.. for percentiles."
        )
    low, high = (None if bound is None else float(bound) for bound in (found[2], found[3]))
    return check_condition(Condition(name, low, high, found[1] == "p"))


def check_condition(condition: Condition) -> Condition:
    """The condition, its bounds rounded to six decimals.

    Raises
    ------
    UserError
        If a bound is no finite number of at most a billion, a percentile lies outside
        0 to 100, or the bounds are the wrong way round.
    """
    bounds = {}
    for end in ("low", "high"):
        bound = getattr(condition, end)
        if bound is not None and not (math.isfinite(bound) and abs(bound) <= LARGEST):
            raise UserError(f"The bounds of {condition.field} must be numbers up to a billion.")
        if bound is not None and condition.percentile and not 0 <= bound <= 100:
            raise UserError(f"Percentiles of {condition.field} lie between 0 and 100.")
        bounds[end] = None if bound is None else round(bound, 6) + 0.0
    if None not in bounds.values() and bounds["low"] > bounds["high"]:
        raise UserError(
            f"The range of {condition.field} is empty: {_number(bounds['low'])} is more than "
            f"{_number(bounds['high'])}."
        )
    return replace(condition, **bounds)


def format_screen(screen: Screen) -> str:
    """The screen in one line; `parse_screen` reads it back. Open conditions are left out."""
    parts = []
    for condition in screen.conditions:
        if condition.low is None and condition.high is None:
            continue
        low, high = (_number(bound) for bound in (condition.low, condition.high))
        parts.append(f"{condition.field}:{'p' * condition.percentile}{low}..{high}")
    if screen.calls:
        parts.append(f"call:{'|'.join(screen.calls)}")
    if screen.sectors:
        parts.append(f"sector:{'|'.join(quote(name, safe=' ') for name in screen.sectors)}")
    return ",".join(parts)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def screen_table(latest: pd.DataFrame, watch: pd.DataFrame) -> pd.DataFrame:
    """What screens look at: indicators of the last complete week beside the watchlist's table.

    Parameters
    ----------
    latest : DataFrame
        From ``IndicatorStore.latest``; may be empty.
    watch : DataFrame
        From ``core.watch.watch_table``, all stocks of the market.

    Returns
    -------
    DataFrame indexed by ``symbol``
        The columns named in ``FIELDS``, ``call`` and ``sector``; a stock that did not trade in
        the last complete week has no indicators.
    """
    own = [name for name in FIELDS if name not in NAMES]
    table = watch.set_index("symbol")[[*own, "call", "sector"]]
    indicators = latest.reindex(columns=list(NAMES)).reindex(table.index)
    return pd.concat([indicators.astype(float), table], axis=1)


def percentiles(values: pd.Series) -> pd.Series:
    """Place of each value among those present, 0 to 100; equal values share one place.

    100 x (number below + half of the other equal ones) / (number present − 1); a value
    without others is at 50. Missing stays missing.
    """
    values = values.astype(float)
    count = int(values.notna().sum())
    if count < 2:
        return values.where(values.isna(), 50.0)
    return 100 * (values.rank() - 1) / (count - 1)


def fits(table: pd.DataFrame, screen: Screen) -> pd.Series:
    """Which rows of `screen_table` satisfy a screen; a missing value satisfies no range."""
    kept = pd.Series(True, index=table.index)
    for condition in screen.conditions:
        field = FIELDS[condition.field]
        values = table[condition.field].astype(float)
        # Rounded as bounds are, so that what is shown as 0.3 is not above a bound of 0.3.
        values = percentiles(values) if condition.percentile else (values * field.scale).round(6)
        if condition.low is None and condition.high is None:
            continue
        kept &= values.notna()
        kept &= values >= (-np.inf if condition.low is None else condition.low)
        kept &= values <= (np.inf if condition.high is None else condition.high)
    if screen.calls:
        kept &= table["call"].isin([CALLS[call] for call in screen.calls])
    if screen.sectors:
        kept &= table["sector"].isin(screen.sectors)
    return kept


def in_words(screen: Screen) -> str:
    """The screen as a reader would say it, such as "Return, 4 weeks at least 5 %"."""
    parts = [_said(condition) for condition in screen.conditions]
    if screen.calls:
        parts.append(f"call {_or(CALLS[call] for call in screen.calls)}")
    if screen.sectors:
        parts.append(f"sector {_or(screen.sectors)}")
    return " · ".join(filter(None, parts))


def _said(condition: Condition) -> str:
    field = FIELDS[condition.field]
    unit = " %" if field.unit.startswith("%") and not condition.percentile else ""
    sign = "percentile " if condition.percentile else ""
    low, high = (_number(bound).replace("-", "−") for bound in (condition.low, condition.high))
    if low and high:
        return f"{field.title} {sign}{low} to {high}{unit}"
    if low or high:
        return f"{field.title} {sign}{'at least' if low else 'at most'} {low or high}{unit}"
    return ""


def _or(names: Iterable[str]) -> str:
    return " or ".join(names)
