"""Numbers and terms as a reader sees them."""

import re
from collections.abc import Iterable

from core import formats
from core.formats import day, duration, moment, percent
from core.language import _, ngettext
from core.market.sample import SAMPLE_LABEL
from core.market.schema import MARKETS
from core.watch import call_name
from models.calls import NO_CLEAR_DIRECTION

__all__ = ["day", "duration", "moment", "percent"]
CALL_COLOUR = {"UP": "green", "DOWN": "red", "SIDEWAYS": "gray", NO_CLEAR_DIRECTION: "gray"}
CALL_ARROW = {"UP": "▲", "DOWN": "▼", "SIDEWAYS": "■", NO_CLEAR_DIRECTION: "○"}


def call_text(call: str) -> str:
    """A call with its sign, such as ``▲ UP``; empty where there is none."""
    return f"{CALL_ARROW[call]} {call_name(call)}" if call else ""


def out_of(count: int, total: int) -> str:
    """So many of so many; the word alone is the message, else any "of" in a text would fit it."""
    return " ".join([formats.number(count), _("of"), formats.number(total)])


def price(value: float | None, market: str) -> str:
    """A price with the market's decimals; a dash where there is none."""
    return formats.price(value, MARKETS[market])


def source_label(source: str) -> str:
    """What a reader must know about where prices came from."""
    if source == "sample":
        return _(SAMPLE_LABEL)
    return _("source: {name}").format(name=source)


def sources_label(sources: Iterable[str]) -> str:
    """The same for the prices of several stocks."""
    names = sorted(set(sources))
    own = [name for name in names if name != "sample"]
    told = [_(SAMPLE_LABEL)] if len(own) < len(names) else []
    if own:
        told.append(
            ngettext("source: {names}", "sources: {names}", len(own)).format(names=", ".join(own))
        )
    return ", ".join(told)


def plain(text: str) -> str:
    """Text from outside, such as a company's name, shown as it stands: no markdown in it acts."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|$:~<>-])", r"\\\1", text)
