"""What a condition may ask for: the indicators, parts of the forecast, and the market's own."""

from dataclasses import dataclass

from core.indicators.catalogue import INDICATORS


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
