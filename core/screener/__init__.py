"""Screens: ranges and percentiles over the indicators and the forecast, written in one line.

The line is what a page's address holds and what is saved under a name, such as
``RSI_14w:..30,vol_zscore_12w:p80..,call:UP``: conditions joined by commas, each a
field and a range of values, or of percentiles where a ``p`` stands before it.
"""

from core.screener.fields import FIELDS, Field
from core.screener.fitting import fits, percentiles, screen_table
from core.screener.line import LONGEST, MOST_SECTORS, check_condition, format_screen, parse_screen
from core.screener.presets import PRESETS, Preset
from core.screener.screen import CALLS, Condition, Screen
from core.screener.wording import in_words

__all__ = [
    "CALLS",
    "FIELDS",
    "LONGEST",
    "MOST_SECTORS",
    "PRESETS",
    "Condition",
    "Field",
    "Preset",
    "Screen",
    "check_condition",
    "fits",
    "format_screen",
    "in_words",
    "parse_screen",
    "percentiles",
    "screen_table",
]
