"""What a condition may ask for: the indicators, parts of the forecast, and the market's own."""

from dataclasses import dataclass

from core.indicators.catalogue import INDICATORS
from core.language import N_, _


@dataclass(frozen=True)
class Field:
    """Something a condition may ask for.

    Attributes
    ----------
    name : str
    title_en, unit_en, help_en : str
        In English; ``title``, ``unit`` and ``help`` in the reader's language.
    digits : int
        Decimals of a bound.
    scale : float
        Factor from the values of `screen_table` to those a reader writes.
    """

    name: str
    title_en: str
    unit_en: str
    help_en: str
    digits: int = 1
    scale: float = 1.0

    @property
    def title(self) -> str:
        """What it is called."""
        return _(self.title_en)

    @property
    def unit(self) -> str:
        """The unit of a bound; empty for a bare number."""
        return _(self.unit_en)

    @property
    def help(self) -> str:
        """What it is, in a sentence."""
        return _(self.help_en)


class _OfIndicator(Field):
    """An indicator's own words stand in its catalogue."""

    @property
    def help(self) -> str:
        """How it is computed, and how to read it."""
        return ". ".join(_(part) for part in self.help_en.split("\0"))


FIELDS: dict[str, Field] = {
    **{
        i.name: _OfIndicator(
            i.name, i.title_en, i.unit_en, f"{i.formula_en}\0{i.reading_en}", i.digits, i.scale
        )
        for i in INDICATORS
    },
    "change": Field(
        "change",
        N_("Forecast against no change"),
        "%",
        N_("Forecast price over the close, less one."),
    ),
    "rank": Field(
        "rank", N_("Rank among forecasts"), "", N_("1 is the highest forecast of this week."), 0
    ),
    "p_up": Field("p_up", N_("Probability of UP"), "%", N_("Of rising more than the band."), 0),
    "p_sideways": Field(
        "p_sideways", N_("Probability of SIDEWAYS"), "%", N_("Of staying within the band."), 0
    ),
    "p_down": Field(
        "p_down", N_("Probability of DOWN"), "%", N_("Of falling more than the band."), 0
    ),
    "strength": Field(
        "strength",
        N_("Strength against the index"),
        N_("points"),
        N_("12-week return less the index's."),
    ),
    "value_20": Field(
        "value_20",
        N_("Traded value, 20-session mean"),
        N_("million price units"),
        N_("A session's mean."),
    ),
    "year_place": Field(
        "year_place",
        N_("Place in the 52-week range"),
        "%",
        N_("0 is the lowest price of 52 weeks, 100 the highest."),
        0,
    ),
}
