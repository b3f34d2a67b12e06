"""The catalogue of the 20 weekly indicators; pages, charts, docs and tests read it.

Names and order are part of every stored model: a change needs a new version.
"""

import math
from dataclasses import dataclass
from typing import Literal

from core.language import N_, _, separated

FAMILIES = (N_("Return"), N_("Trend"), N_("Volatility"), N_("Volume and liquidity"), N_("Momentum"))
"""Families in the order in which they are shown; `_` gives a heading in the reader's language."""

WARMUP_WEEKS = 61
"""Traded weeks after which no indicator is missing for want of history alone."""


@dataclass(frozen=True)
class Indicator:
    """One weekly indicator, described for a reader.

    Attributes
    ----------
    name : str
        Column name, as in the calculator's result.
    family : str
        One of ``FAMILIES``.
    title_en, formula_en, unit_en, reading_en : str
        In English; ``title`` and so on in the reader's language: a short heading, how it is
        computed in one line, the unit of the values as shown (empty for a bare number), and
        how to read it and what it does not say.
    digits : int
        Decimals shown.
    percent : bool
        Whether values are fractions shown as per cent.
    guides : tuple of float
        Reference levels for the chart, in the values' own scale.
    kind : "line", "bar" or "area"
        How it is drawn.
    """

    name: str
    family: str
    title_en: str
    formula_en: str
    unit_en: str
    reading_en: str
    digits: int
    percent: bool
    guides: tuple[float, ...] = ()
    kind: Literal["line", "bar", "area"] = "line"

    @property
    def title(self) -> str:
        """Short heading, in the reader's language."""
        return _(self.title_en)

    @property
    def formula(self) -> str:
        """How it is computed, in the reader's language."""
        return _(self.formula_en)

    @property
    def unit(self) -> str:
        """Unit of the values as shown, in the reader's language."""
        return _(self.unit_en)

    @property
    def reading(self) -> str:
        """How to read it, in the reader's language."""
        return _(self.reading_en)

    @property
    def signed(self) -> bool:
        """Whether zero divides the values, so that a plus sign means something."""
        return 0.0 in self.guides

    @property
    def scale(self) -> float:
        """Factor from a value to the number shown."""
        return 100.0 if self.percent else 1.0

    def text(self, value: float | None) -> str:
        """A value as a reader sees it, such as ``+2.3 %``; a dash where it is missing."""
        if value is None or not math.isfinite(value):
            return "–"
        shown = round(value * self.scale, self.digits) + 0.0  # no "-0.0"
        sign = "+" if self.signed else "-"
        number = separated(f"{shown:{sign}.{self.digits}f}").replace("-", "−")
        return number + (" %" if self.percent else "")


def _returns(weeks: int, title: str, formula: str, reading: str) -> Indicator:
    return Indicator(
        name=f"ret_{weeks}w",
        family="Return",
        title_en=title,
        formula_en=formula,
        unit_en="%",
        reading_en=reading,
        digits=1,
        percent=True,
        guides=(0.0,),
        kind="bar" if weeks == 1 else "line",
    )


INDICATORS: tuple[Indicator, ...] = (
    _returns(
        1,
        N_("Return, 1 week"),
        N_("close / close 1 market week earlier − 1"),
        N_("What the price gained or lost this week. A single week is mostly noise."),
    ),
    _returns(
        4,
        N_("Return, 4 weeks"),
        N_("close / close 4 market weeks earlier − 1"),
        N_(
            "What the price gained or lost over the last four weeks, the same span as the forecast."
        ),
    ),
    _returns(
        12,
        N_("Return, 12 weeks"),
        N_("close / close 12 market weeks earlier − 1"),
        N_("Gain or loss over about a quarter. Above zero the quarter was a rising one."),
    ),
    _returns(
        26,
        N_("Return, 26 weeks"),
        N_("close / close 26 market weeks earlier − 1"),
        N_("Gain or loss over half a year. It shows the broader direction and turns late."),
    ),
    _returns(
        52,
        N_("Return, 52 weeks"),
        N_("close / close 52 market weeks earlier − 1"),
        N_("Gain or loss over a year. A large value describes the past year, not the next."),
    ),
    Indicator(
        name="price_vs_MA20_w",
        family="Trend",
        title_en=N_("Price against its 20-week average"),
        formula_en=N_("close / mean of the last 20 weekly closes − 1"),
        unit_en="%",
        reading_en=N_(
            "Above zero the price stands over its average of the last 20 weeks. "
            "Far from zero means stretched, which may go on or snap back."
        ),
        digits=1,
        percent=True,
        guides=(0.0,),
    ),
    Indicator(
        name="MA_cross_10_40_w",
        family="Trend",
        title_en=N_("10-week against 40-week average"),
        formula_en=N_("mean of the last 10 weekly closes / mean of the last 40 − 1"),
        unit_en="%",
        reading_en=N_(
            "Above zero the last 10 weeks were dearer than the last 40: a rising trend. "
            "It crosses zero weeks after the price has turned."
        ),
        digits=1,
        percent=True,
        guides=(0.0,),
    ),
    Indicator(
        name="breakout_20w",
        family="Trend",
        title_en=N_("Close against the 20-week high"),
        formula_en=N_("close / highest weekly high of the last 20 weeks, this one included"),
        unit_en="%",
        reading_en=N_(
            "100 % means the week closed on its highest price in 20 weeks; "
            "80 % means a fifth below that high."
        ),
        digits=1,
        percent=True,
        guides=(1.0,),
    ),
    Indicator(
        name="vol_4w",
        family="Volatility",
        title_en=N_("Volatility, 4 weeks"),
        formula_en=N_("standard deviation of the last 20 daily returns × √252"),
        unit_en=N_("% a year"),
        reading_en=N_(
            "How much the price swings from day to day, as a yearly rate. "
            "It says how large moves are, not which way they go."
        ),
        digits=1,
        percent=True,
        kind="area",
    ),
    Indicator(
        name="ATR_4w_pct",
        family="Volatility",
        title_en=N_("Weekly range, 4-week mean"),
        formula_en=N_("mean true range of the last 4 weeks / close"),
        unit_en=N_("% of the close"),
        reading_en=N_(
            "The usual distance between a week's high and low, counting gaps from the week "
            "before. A narrow range often comes before a wider one."
        ),
        digits=1,
        percent=True,
        kind="area",
    ),
    Indicator(
        name="MAX_1w",
        family="Volatility",
        title_en=N_("Best day of the last 5 sessions"),
        formula_en=N_("highest daily return of the last 5 sessions"),
        unit_en="%",
        reading_en=N_("The best single day of about a week. It is negative if every day fell."),
        digits=1,
        percent=True,
        guides=(0.0,),
        kind="bar",
    ),
    Indicator(
        name="MAX_4w",
        family="Volatility",
        title_en=N_("Best day of the last 20 sessions"),
        formula_en=N_("highest daily return of the last 20 sessions"),
        unit_en="%",
        reading_en=N_(
            "The best single day of about four weeks. In many markets stocks with one "
            "spectacular day did worse afterwards, though not always."
        ),
        digits=1,
        percent=True,
        guides=(0.0,),
    ),
    Indicator(
        name="bb_width_w",
        family="Volatility",
        title_en=N_("Bollinger half-width"),
        formula_en=N_("2 × population standard deviation of the last 20 weekly closes / close"),
        unit_en=N_("% of the close"),
        reading_en=N_(
            "Half the height of the Bollinger band. Low values mark a quiet spell; "
            "a strong trend widens the band as well."
        ),
        digits=1,
        percent=True,
        kind="area",
    ),
    Indicator(
        name="vol_zscore_12w",
        family="Volume and liquidity",
        title_en=N_("Volume against 12 weeks"),
        formula_en=N_(
            "(week's volume − mean of 12 weeks) / sample standard deviation of 12 weeks, "
            "this one included"
        ),
        unit_en=N_("standard deviations"),
        reading_en=N_(
            "How unusual this week's volume is. Around 0 is normal, above 2 is rare; "
            "with 12 weeks it cannot exceed 3.2."
        ),
        digits=1,
        percent=False,
        guides=(0.0, 2.0),
        kind="bar",
    ),
    Indicator(
        name="turnover_w",
        family="Volume and liquidity",
        title_en=N_("Traded value against its usual"),
        formula_en=N_("ln(week's traded value / median of the last 52 traded weeks, at least 40)"),
        unit_en=N_("log ratio"),
        reading_en=N_(
            "0 is a usual week, +0.7 twice and −0.7 half the usual money. "
            "Buying and selling count alike."
        ),
        digits=2,
        percent=False,
        guides=(0.0,),
        kind="bar",
    ),
    Indicator(
        name="obv_mom_4w",
        family="Volume and liquidity",
        title_en=N_("Volume in rising against falling weeks"),
        formula_en=N_("Σ over 4 weeks of sign(weekly change) × volume / Σ volume"),
        unit_en=N_("−1 to +1"),
        reading_en=N_(
            "+1: over four weeks all volume fell in rising weeks; −1: all in falling weeks. "
            "With only four weeks it jumps easily."
        ),
        digits=2,
        percent=False,
        guides=(0.0,),
        kind="bar",
    ),
    Indicator(
        name="illiq_rank",
        family="Volume and liquidity",
        title_en=N_("Illiquidity rank within a year"),
        formula_en=N_(
            "percentile rank of Amihud's measure within the last 52 traded weeks, "
            "at least 40, this one included"
        ),
        unit_en=N_("rank, 0 to 1"),
        reading_en=N_(
            "Near 1: a given amount of money moves the price more than at almost any time of "
            "the past year. Near 0: the stock trades unusually easily."
        ),
        digits=2,
        percent=False,
        guides=(0.5,),
    ),
    Indicator(
        name="RSI_14w",
        family="Momentum",
        title_en=N_("Relative strength index, 14 weeks"),
        formula_en=N_(
            "100 × mean gain / (mean gain + mean loss), Wilder's smoothing over 14 weeks"
        ),
        unit_en=N_("0 to 100"),
        reading_en=N_(
            "Above 70 gains have strongly outweighed losses, below 30 the reverse. "
            "In a long trend it can stay there for months."
        ),
        digits=1,
        percent=False,
        guides=(30.0, 70.0),
    ),
    Indicator(
        name="RSI_speed",
        family="Momentum",
        title_en=N_("Change of the RSI in a week"),
        formula_en=N_("RSI − RSI of the traded week before"),
        unit_en=N_("points"),
        reading_en=N_(
            "Above zero momentum is picking up, below zero it is fading. One week alone is noisy."
        ),
        digits=1,
        percent=False,
        guides=(0.0,),
        kind="bar",
    ),
    Indicator(
        name="MACD_hist_w",
        family="Momentum",
        title_en=N_("MACD histogram"),
        formula_en=N_("(EMA12 − EMA26 − its 9-week EMA) of weekly closes / close"),
        unit_en=N_("% of the close"),
        reading_en=N_(
            "Above zero the short trend is gaining on the long one, below zero it is losing "
            "ground. Changes of sign come after the turn, and false ones are common."
        ),
        digits=2,
        percent=True,
        guides=(0.0,),
        kind="bar",
    ),
)

NAMES: tuple[str, ...] = tuple(indicator.name for indicator in INDICATORS)
"""The 20 names, in the order in which models receive them."""

BY_NAME: dict[str, Indicator] = {indicator.name: indicator for indicator in INDICATORS}

HELPERS: dict[str, str] = {
    "MA10_w": N_("10-week average"),
    "MA20_w": N_("20-week average"),
    "MA40_w": N_("40-week average"),
    "vol_w": N_("Volume of the week"),
    "vol_ma_4w": N_("4-week mean volume"),
    "vol_ma_12w": N_("12-week mean volume"),
    "amihud_w": N_("Illiquidity (Amihud), % per million of the price unit traded"),
}
"""Raw levels that serve drawing and computing, with their titles; no model input."""


def of_family(family: str) -> tuple[Indicator, ...]:
    """The indicators of one family, in order."""
    return tuple(indicator for indicator in INDICATORS if indicator.family == family)
