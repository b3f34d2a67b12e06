"""A screen written in one line, and read back."""

import math
import re
from dataclasses import replace
from urllib.parse import quote, unquote

from core.errors import UserError
from core.formats import number
from core.language import _
from core.market.schema import printable
from core.screener.fields import FIELDS
from core.screener.screen import CALLS, Condition, Screen

LONGEST = 2_000
"""Characters of a screen written in one line."""
MOST_SECTORS = 40
LARGEST = 1e9
RANGE = re.compile(r"(p?)(-?\d{1,10}(?:\.\d{1,6})?)?\.\.(-?\d{1,10}(?:\.\d{1,6})?)?")


def parse_screen(text: str) -> Screen:
    """Read a screen from one line.

    Raises
    ------
    UserError
        If it cannot be read; the sentence says which part and why.
    """
    if len(text) > LONGEST:
        raise UserError(
            _("A screen has at most {most} characters; this one has {count}.").format(
                most=number(LONGEST), count=number(len(text))
            )
        )
    conditions: dict[str, Condition] = {}
    calls: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, __, wanted = part.partition(":")
        if name == "call":
            calls = tuple(dict.fromkeys(wanted.upper().split("|")))
            if strange := [call for call in calls if call not in CALLS]:
                raise UserError(
                    _("There is no call {call}; a screen may ask for {calls}.").format(
                        call=repr(printable(strange[0], 20)), calls=", ".join(CALLS)
                    )
                )
        elif name == "sector":
            named = [printable(unquote(piece), 200) for piece in wanted.split("|")]
            sectors = tuple(dict.fromkeys(filter(None, named)))[:MOST_SECTORS]
        elif name in FIELDS:
            if name in conditions:
                raise UserError(
                    _("The screen asks twice for {name}: keep one of the two.").format(name=name)
                )
            conditions[name] = _condition(name, wanted)
        else:
            raise UserError(
                _(
                    "There is nothing called {name} to screen by; choose conditions in the "
                    "screener instead."
                ).format(name=repr(printable(name, 30)))
            )
    return Screen(tuple(conditions.values()), calls, sectors)


def _condition(name: str, wanted: str) -> Condition:
    found = RANGE.fullmatch(wanted)
    if found is None or not (found[2] or found[3]):
        raise UserError(
            _(
                "The range of {name}, {range}, cannot be read: write it as 10..30, 10.. or ..30, "
                "or as p80.. for percentiles."
            ).format(name=name, range=repr(printable(wanted, 30)))
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
            raise UserError(
                _("The bounds of {name} must be numbers up to a billion.").format(
                    name=condition.field
                )
            )
        if bound is not None and condition.percentile and not 0 <= bound <= 100:
            raise UserError(
                _("Percentiles of {name} lie between 0 and 100.").format(name=condition.field)
            )
        bounds[end] = None if bound is None else round(bound, 6) + 0.0
    if None not in bounds.values() and bounds["low"] > bounds["high"]:
        raise UserError(
            _("The range of {name} is empty: {low} is more than {high}.").format(
                name=condition.field,
                low=bound_text(bounds["low"]),
                high=bound_text(bounds["high"]),
            )
        )
    return replace(condition, **bounds)


def format_screen(screen: Screen) -> str:
    """The screen in one line; `parse_screen` reads it back. Open conditions are left out."""
    parts = []
    for condition in screen.conditions:
        if condition.low is None and condition.high is None:
            continue
        low, high = (bound_text(bound) for bound in (condition.low, condition.high))
        parts.append(f"{condition.field}:{'p' * condition.percentile}{low}..{high}")
    if screen.calls:
        parts.append(f"call:{'|'.join(screen.calls)}")
    if screen.sectors:
        parts.append(f"sector:{'|'.join(quote(name, safe=' ') for name in screen.sectors)}")
    return ",".join(parts)


def bound_text(value: float | None) -> str:
    """A bound as it is written; empty where the end is open."""
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")
