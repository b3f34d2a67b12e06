"""A screen as a reader would say it."""

from collections.abc import Iterable

from core.screener.fields import FIELDS
from core.screener.line import bound_text
from core.screener.screen import CALLS, Condition, Screen


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
    low, high = (bound_text(bound).replace("-", "−") for bound in (condition.low, condition.high))
    if low and high:
        return f"{field.title} {sign}{low} to {high}{unit}"
    if low or high:
        return f"{field.title} {sign}{'at least' if low else 'at most'} {low or high}{unit}"
    return ""


def _or(names: Iterable[str]) -> str:
    return " or ".join(names)
