"""Numbers and terms as a reader sees them."""

import math
import re
from collections.abc import Iterable

from core.market.sample import SAMPLE_LABEL
from core.market.schema import MARKETS
from models.calls import NO_CLEAR_DIRECTION

CALL_COLOUR = {"UP": "green", "DOWN": "red", "SIDEWAYS": "gray", NO_CLEAR_DIRECTION: "gray"}
CALL_ARROW = {"UP": "▲", "DOWN": "▼", "SIDEWAYS": "■", NO_CLEAR_DIRECTION: "○"}


def percent(value: float | None, digits: int = 1, *, sign: bool = False) -> str:
    """A fraction as per cent: 0.0123 is "+1.2 %"; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    shown = round(value * 100, digits) + 0.0
    form = f"{shown:+.{digits}f}" if sign else f"{shown:.{digits}f}"
    return f"{form.replace('-', '−')}\N{NO-BREAK SPACE}%"


def price(value: float | None, market: str) -> str:
    """A price with the market's decimals; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.{MARKETS[market].price_digits}f}"


def source_label(source: str) -> str:
    """What a reader must know about where prices came from."""
    return SAMPLE_LABEL if source == "sample" else f"source: {source}"


def sources_label(sources: Iterable[str]) -> str:
    """The same for the prices of several stocks."""
    names = sorted(set(sources))
    own = [name for name in names if name != "sample"]
    told = [SAMPLE_LABEL] if len(own) < len(names) else []
    if own:
        told.append(f"source{'s' if len(own) > 1 else ''}: {', '.join(own)}")
    return ", ".join(told)


def plain(text: str) -> str:
    """Text from outside, such as a company's name, shown as it stands: no markdown in it acts."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|$:~<>-])", r"\\\1", text)


def duration(seconds: float) -> str:
    """Seconds in words: 45 s, 3 min 20 s."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


def day(value: object) -> str:
    """A date as 2024-06-28."""
    return str(value)[:10]


def moment(iso: str | None) -> str:
    """A UTC time stamp to the minute."""
    return f"{iso[:16].replace('T', ' ')} UTC" if iso else "–"
