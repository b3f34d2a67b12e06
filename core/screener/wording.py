"""A screen as a reader would say it."""

from collections.abc import Iterable

from core.language import _, separated
from core.screener.fields import FIELDS
from core.screener.line import bound_text
from core.screener.screen import CALLS, Condition, Screen
from core.watch import call_name


def in_words(screen: Screen) -> str:
    """The screen as a reader would say it, such as "Return, 4 weeks at least 5 %"."""
    parts = [_said(condition) for condition in screen.conditions]
    if screen.calls:
        parts.append(_("call") + " " + _or(call_name(CALLS[call]) for call in screen.calls))
    if screen.sectors:
        parts.append(_("sector") + " " + _or(screen.sectors))
    return " · ".join(filter(None, parts))


def _said(condition: Condition) -> str:
    field = FIELDS[condition.field]
    unit = " %" if field.unit_en.startswith("%") and not condition.percentile else ""
    low, high = (
        separated(bound_text(bound)).replace("-", "−") for bound in (condition.low, condition.high)
    )
    if not low and not high:
        return ""
    if low and high:
        told = [low, _("to"), high]
    else:
        told = [_("at least") if low else _("at most"), low or high]
    kind = [_("percentile")] if condition.percentile else []
    return " ".join([field.title, *kind, *told]) + unit


def _or(names: Iterable[str]) -> str:
    return (" " + _("or") + " ").join(names)
