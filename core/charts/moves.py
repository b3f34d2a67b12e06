"""Colours and signs of moves: a price board's for the day, two alone for anything longer."""

import math
from dataclasses import dataclass

from core.charts.style import Theme, palette
from core.language import N_, _, separated
from core.market.moves import CEILING, DOWN, FLOOR, UNCHANGED, UP

STATES = {CEILING: N_("ceiling"), FLOOR: N_("floor")}
"""What is said in words beside a move; translated where shown."""
SIGNS = {UP: "▲", DOWN: "▼", UNCHANGED: "■", CEILING: "▲", FLOOR: "▼"}


@dataclass(frozen=True)
class MoveColours:
    """One colour a state, as ``#rrggbb``; each at least 4.5 to 1 against paper and panel."""

    up: str
    down: str
    unchanged: str
    ceiling: str
    floor: str

    def of_day(self, state: str) -> str:
        """The colour of a day's state; empty where it has none."""
        return getattr(self, state) if state else ""


VIETNAM = {
    "light": {"unchanged": "#77590a", "ceiling": "#7a2f9e", "floor": "#0b6478"},
    "dark": {"unchanged": "#d9b84a", "ceiling": "#d18cf5", "floor": "#5fd0e0"},
}
"""Of a Vietnamese price board: yellow unchanged, purple ceiling, cyan floor."""


def move_colours(theme: Theme, market: str, *, safe: bool = False) -> MoveColours:
    """The colours of a market's moves.

    Parameters
    ----------
    theme : "light" or "dark"
    market : str
    safe : bool
        Blue and orange in place of green and red, for readers who do not tell these apart.
    """
    colours = palette(theme)
    if safe:
        up, down = colours.accent, colours.second
        return MoveColours(up, down, colours.sideways, up, down)
    up, down = colours.up, colours.down
    if market != "VN":
        return MoveColours(up, down, colours.sideways, up, down)
    return MoveColours(up, down, **VIETNAM[theme])


def move_text(value: float | None, state: str = "", digits: int = 1) -> str:
    """A change in per cent as ``▲ +2.3 %``; a dash where there is none.

    Parameters
    ----------
    value : float or None
        Per cent.
    state : str
        Of the day, see ``core.market.moves``: a ceiling or a floor is said in words.
    digits : int
    """
    if value is None or not math.isfinite(value):
        return "–"
    shown = round(value, digits) + 0.0
    sign = SIGNS[UP if shown > 0 else DOWN if shown < 0 else UNCHANGED]
    number = f"{shown:+.{digits}f}" if shown else f"{shown:.{digits}f}"
    words = f" {_(STATES[state])}" if state in STATES else ""
    return f"{sign} {separated(number).replace('-', '−')} %{words}"
