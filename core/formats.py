"""Numbers, dates and times as a reader sees them, in the reader's language."""

import math
from datetime import date, datetime

import pandas as pd
from babel.dates import format_date

from core.language import _, language, separated
from core.market.schema import Market

NOTHING = "–"
DAYS = {"en": "%Y-%m-%d", "vi": "%d/%m/%Y"}
LONG_DAYS = {"en": "%d %b %Y", "vi": "%d/%m/%Y"}


def number(value: float | None, digits: int = 0, *, sign: bool = False) -> str:
    """A number with the language's separators; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NOTHING
    shown = round(float(value), digits) + 0.0  # no "-0.0"
    text = f"{shown:+,.{digits}f}" if sign else f"{shown:,.{digits}f}"
    return separated(text).replace("-", "−")


def percent(value: float | None, digits: int = 1, *, sign: bool = False) -> str:
    """A fraction as per cent: 0.0123 is "+1.2 %"; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{number(100 * value, digits, sign=sign)}\N{NO-BREAK SPACE}%"


def price(value: float | None, market: Market) -> str:
    """A price with the market's decimals, without its unit; a dash where there is none."""
    return number(value, market.price_digits)


def shares(value: float) -> str:
    """A number of shares, in words from a million up."""
    if value >= 1e9:
        return _("{number} billion").format(number=number(value / 1e9, 1))
    if value >= 1e6:
        return _("{number} million").format(number=number(value / 1e6, 1))
    return number(value)


def duration(seconds: float) -> str:
    """Seconds in words: 45 s, 3 min 20 s."""
    whole = round(seconds)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    return _("{minutes} min {seconds:02d} s").format(minutes=whole // 60, seconds=whole % 60)


def day(value: object) -> str:
    """A date: 2024-06-28, in Vietnamese 28/06/2024."""
    return _dated(value, DAYS)


def long_day(value: object) -> str:
    """A date in a sentence or label: 28 Jun 2024, in Vietnamese 28/06/2024."""
    return _dated(value, LONG_DAYS)


def weekday(value: datetime) -> str:
    """The day of the week, short: Fri, in Vietnamese Th 6."""
    return format_date(value, "EEE", locale=language())


def moment(iso: str | None) -> str:
    """A UTC time stamp to the minute."""
    return f"{day(iso[:10])} {iso[11:16]} UTC" if iso else NOTHING


def day_pattern() -> str:
    """How a plotly label writes a date."""
    return LONG_DAYS[language()]


def _dated(value: object, patterns: dict[str, str]) -> str:
    if value is None or value is pd.NaT or value == "":
        return NOTHING
    if isinstance(value, date | datetime | pd.Timestamp):
        return value.strftime(patterns[language()])
    return pd.Timestamp(str(value)[:10]).strftime(patterns[language()])
