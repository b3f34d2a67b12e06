"""A screen: conditions, calls and sectors."""

from dataclasses import dataclass

from models.calls import NO_CLEAR_DIRECTION

CALLS = {"UP": "UP", "SIDEWAYS": "SIDEWAYS", "DOWN": "DOWN", "NONE": NO_CLEAR_DIRECTION}
"""How a call is written in the line, and what it is called."""


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
