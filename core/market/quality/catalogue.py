"""The catalogue of quality rules: what is checked, why, and what is then done.

Code, the quality page, the command line and the documents all read it from here.
"""

from dataclasses import dataclass
from typing import Literal

Action = Literal["repaired", "dropped", "flagged"]

SLIGHT = 0.005
"""Share of the close by which low and high may have to be widened and the row is kept."""
VND_MEDIAN = 5000.0
"""No Vietnamese stock closes at 5,000 thousand VND; a median above it is in VND."""
SMALL_MEDIAN = 0.1
"""100 VND in thousand VND, one tick of HNX; a median below it is in millions of VND."""
HIGH_MEDIAN = 1500.0
"""Thousand VND above which no Vietnamese stock has stayed; a cheap one quoted in VND does."""
UNIT_JUMP = 3.0
UNIT_ROOM = 0.15
"""A close 10**(3 +- 0.15) times the one before, or its inverse, has changed its unit."""
STALE_SESSIONS = 3
"""Identical bars in a row that are not chance, where more than `FEW_SHARES` were traded."""
FEW_SHARES = 1000.0
"""Ten lots: a stock that trades one lot a day may well repeat its bar."""
STALE_FEW = 5
"""The same for fewer shares."""
ZERO_SESSIONS = 5
"""Sessions in a row without a trade that are worth a word."""
MISSING_SESSIONS = 5
"""Sessions in a row without a bar that are worth a word."""
EXTRAORDINARY = 0.25
"""Daily simple return that is extraordinary where the exchange has no band."""
KEPT_SESSIONS = 20
"""Sessions before and after a jump on which its explanation rests."""
LATER_SESSIONS = 5
"""Sessions without which nothing can be said about what prices did later."""
KEPT_SHARE = 0.5
"""Nearer the new level than the old one: prices then kept a jump, and volume answered it."""
LARGE_FACTOR = 1.1
"""A log jump to a third: no cash dividend is so large, so volume must answer it."""
REPLACED = "replaced"
"""The rule for stored days that a file changed."""
ALARM_WEEKS = 60
"""How far back the 20 indicators look: MACD and RSI need the most."""


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue.

    Attributes
    ----------
    id : str
    title : str
    reason : str
        Why it matters; one sentence.
    actions : tuple of {"repaired", "dropped", "flagged"}
    written : str
        What exactly is done when, with the numbers.
    level : {"row", "series"}
        Judged row by row before anything is stored, or over a stock's stored bars.
    badge : str
        The warning beside a forecast where it was flagged lately; empty if none is due.
    limits : tuple of (str, str)
        Where the rule's limit depends on the case: each case and its limit.
    """

    id: str
    title: str
    reason: str
    actions: tuple[Action, ...]
    written: str
    level: Literal["row", "series"]
    badge: str = ""
    limits: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Finding:
    """What one rule found about one stock.

    Attributes
    ----------
    rule : str
        Id in the catalogue.
    action : {"repaired", "dropped", "flagged"}
    first, last : str
        Days as 2024-06-28; empty where the day itself cannot be read.
    count : int
        Rows or sessions concerned.
    detail : str
        One sentence with the figures.
    """

    rule: str
    action: Action
    first: str
    last: str
    count: int
    detail: str


_RULES = (
    Rule(
        "schema",
        "Columns and types",
        "A table that lacks a column, or holds text where numbers belong, is not a price history.",
        ("dropped",),
        "A reply without date, open, high, low, close (for a stock also volume), or with one of "
        "them twice, is dropped whole. What is stored has passed the schema of bars: ascending "
        "unique days, positive prices, open and close within low and high, no negative volume.",
        "row",
    ),
    Rule(
        "cells",
        "Unreadable cells",
        "A guess in place of a missing price would be learned from like a real one.",
        ("dropped",),
        "A row with an unreadable or missing date, price or (for a stock) volume, with a date "
        "before 1900 or in the future, a number above 1e12, or a symbol that is none, is dropped.",
        "row",
    ),
    Rule(
        "duplicates",
        "Duplicates",
        "Two bars for one day would count that day twice, and contradicting ones leave open which "
        "is right.",
        ("dropped",),
        "The first row of a symbol and day is kept. A later one with the same values is skipped; "
        "one with other values is dropped and counted.",
        "row",
    ),
    Rule(
        "positive",
        "Non-positive numbers",
        "Returns of a price of zero or less do not exist, and shares traded are never negative.",
        ("dropped",),
        "A row with a price of zero or less, or a negative volume or value, is dropped.",
        "row",
    ),
    Rule(
        "contradiction",
        "Contradicting prices",
        "A close above the day's high is wrong somewhere; a small difference is rounding, a large "
        "one means that a price cannot be trusted.",
        ("repaired", "dropped"),
        f"Where low and high hold open and close once widened by at most {SLIGHT:.1%} of the "
        "close, they are widened and the row is kept; otherwise the row is dropped.",
        "row",
    ),
    Rule(
        "unit",
        "Wrong unit",
        "A price 1,000 times too large or too small ruins every return that touches it.",
        ("dropped", "flagged"),
        f"Rows of a Vietnamese stock whose middle close lies above {VND_MEDIAN:,.0f} or below "
        f"{SMALL_MEDIAN:g} thousand VND are dropped whole. A stored middle close above "
        f"{HIGH_MEDIAN:,.0f} is flagged, and so is a close about 1,000 times the one before it, or "
        "a thousandth.",
        "row",
        "Wrong unit",
    ),
    Rule(
        REPLACED,
        "Replaced by an import",
        "A mended day is welcome and a slip of the pen is not; both change what was learned from.",
        ("flagged",),
        "A stored day whose price an import changes by more than 0.5%, or whose volume tenfold, is "
        "taken and flagged until a file or source gives the same values again. Where a file "
        "brings only a part of a history and its closes differ from the stored ones by one factor "
        "on two days or more, differ on more than 5 days, or agree on none while it has new days "
        "too, it stands on another basis: all its rows that would change anything are refused, "
        "unless the closes agree wherever file and stored days meet. A file with the first and the "
        "last stored day and nine tenths of all replaces the history.",
        "row",
        "Replaced by an import",
    ),
    Rule(
        "stale",
        "Stale repeats",
        "A source that hangs repeats its last bar: the stock then looks calmer than it is.",
        ("flagged",),
        f"The same open, high, low, close and volume on {STALE_SESSIONS} sessions or more in a "
        f"row, or {STALE_FEW} where at most {FEW_SHARES:,.0f} shares were traded a day, are "
        "flagged; days without a trade are not meant.",
        "series",
        "Stale prices",
    ),
    Rule(
        "band",
        "Moves beyond the band",
        "No trade may happen beyond the exchange's band, so such a move is an error, a split or "
        "dividend not adjusted for, or a band we do not know of.",
        ("flagged",),
        "Vietnam: a close that no close of the session before can explain within the band of the "
        "exchange the stock was on that day, with one tick of room, is flagged. Each session "
        "without a bar adds another band. Elsewhere: a move of more than "
        f"{EXTRAORDINARY:.0%} that is not explained as a split.",
        "series",
        "Move beyond the band",
        (
            ("HOSE", "±7 %"),
            ("HNX", "±10 %"),
            ("UPCoM, until 2015-06-30", "±10 % from the low and high of the session before"),
            (
                "UPCoM, since then",
                "±15 % from the low and high of the session before, as its reference is an average",
            ),
            ("Before the listing date on today's exchange", "±15 % from low and high"),
            ("First day, or after more than 25 sessions without a trade: HOSE", "±20 %"),
            ("The same: HNX", "±30 %"),
            ("The same: UPCoM", "±40 %"),
        ),
    ),
    Rule(
        "split",
        "Splits not adjusted for",
        "A price halved by a split or cut by a dividend cost nobody anything; a model would learn "
        "a crash.",
        ("flagged",),
        "An open beyond what the band allows from the close before is flagged with its likely "
        f"factor, if the larger half of the jump lies between the middle close of {LATER_SESSIONS} "
        f"sessions before and that of {KEPT_SESSIONS} after (at least {LATER_SESSIONS}), and if it "
        f"is no way back from an opposite move beyond the band in the {KEPT_SESSIONS} before. A "
        "fall to a third or less is one only if volume rose with "
        "it. Outside Vietnam the factor must be a usual one, such as 2:1 or 3:2.",
        "series",
        "Unadjusted split",
    ),
    Rule(
        "missing_sessions",
        "Missing sessions",
        "Without a bar nobody knows whether the stock was halted or the source lost the day.",
        ("flagged",),
        f"{MISSING_SESSIONS} sessions of the market or more in a row without a bar, between the "
        "stock's first bar and the market's last session, are flagged.",
        "series",
        "Missing sessions",
    ),
    Rule(
        "short_gaps",
        "Single missing sessions",
        "A day or two without a bar are usual for a stock that seldom trades and a loss for one "
        "that trades daily.",
        ("flagged",),
        f"Gaps of fewer than {MISSING_SESSIONS} sessions are counted together.",
        "series",
    ),
    Rule(
        "zero_volume",
        "Sessions without a trade",
        "A price at which nothing was traded is only repeated, and nobody could act on it.",
        ("flagged",),
        f"{ZERO_SESSIONS} bars or more in a row with a volume of zero are flagged.",
        "series",
        "Days without a trade",
    ),
    Rule(
        "no_session",
        "Bars on no session",
        "A bar of a Sunday or of the new-year holiday has no market behind it.",
        ("flagged",),
        "A bar on a Saturday, Sunday or holiday of the market's calendar that is no session is "
        "flagged.",
        "series",
        "Bar on no session",
    ),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _RULES}
"""All rules by id, in the order in which they are shown."""
