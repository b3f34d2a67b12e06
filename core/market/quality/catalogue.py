"""The catalogue of quality rules: what is checked, why, and what is then done.

Code, the quality page, the command line and the documents all read it from here. Titles,
reasons and badges are translated where they are shown; ``written`` is told again, as its
numbers are filled in.
"""

from dataclasses import dataclass
from typing import Literal

from core.language import N_

Action = Literal["repaired", "dropped", "flagged"]
DONE = (N_("repaired"), N_("dropped"), N_("flagged"))
"""The actions, translated where they are shown."""

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
        N_("Columns and types"),
        N_(
            "A table that lacks a column, or holds text where numbers belong, is not a price "
            "history."
        ),
        ("dropped",),
        N_(
            "A reply without date, open, high, low, close (for a stock also volume), or with one "
            "of them twice, is dropped whole. What is stored has passed the schema of bars: "
            "ascending unique days, positive prices, open and close within low and high, no "
            "negative volume."
        ),
        "row",
    ),
    Rule(
        "cells",
        N_("Unreadable cells"),
        N_("A guess in place of a missing price would be learned from like a real one."),
        ("dropped",),
        N_(
            "A row with an unreadable or missing date, price or (for a stock) volume, with a date "
            "before 1900 or in the future, a number above 1e12, or a symbol that is none, is "
            "dropped."
        ),
        "row",
    ),
    Rule(
        "duplicates",
        N_("Duplicates"),
        N_(
            "Two bars for one day would count that day twice, and contradicting ones leave open "
            "which is right."
        ),
        ("dropped",),
        N_(
            "The first row of a symbol and day is kept. A later one with the same values is "
            "skipped; one with other values is dropped and counted."
        ),
        "row",
    ),
    Rule(
        "positive",
        N_("Non-positive numbers"),
        N_(
            "Returns of a price of zero or less do not exist, and shares traded are never negative."
        ),
        ("dropped",),
        N_("A row with a price of zero or less, or a negative volume or value, is dropped."),
        "row",
    ),
    Rule(
        "contradiction",
        N_("Contradicting prices"),
        N_(
            "A close above the day's high is wrong somewhere; a small difference is rounding, a "
            "large one means that a price cannot be trusted."
        ),
        ("repaired", "dropped"),
        N_(
            "Where low and high hold open and close once widened by at most {slight} of the "
            "close, they are widened and the row is kept; otherwise the row is dropped."
        ).format(slight=f"{SLIGHT:.1%}"),
        "row",
    ),
    Rule(
        "unit",
        N_("Wrong unit"),
        N_("A price 1,000 times too large or too small ruins every return that touches it."),
        ("dropped", "flagged"),
        N_(
            "Rows of a Vietnamese stock whose middle close lies above {highest} or below "
            "{lowest} thousand VND are dropped whole. A stored middle close above "
            "{high} is flagged, and so is a close about 1,000 times the one before it, or "
            "a thousandth."
        ).format(
            highest=f"{VND_MEDIAN:,.0f}", lowest=f"{SMALL_MEDIAN:g}", high=f"{HIGH_MEDIAN:,.0f}"
        ),
        "row",
        N_("Wrong unit"),
    ),
    Rule(
        REPLACED,
        N_("Replaced by an import"),
        N_(
            "A mended day is welcome and a slip of the pen is not; both change what was learned "
            "from."
        ),
        ("flagged",),
        N_(
            "A stored day whose price an import changes by more than 0.5%, or whose volume "
            "tenfold, is taken and flagged until a file or source gives the same values again. "
            "Where a file brings only a part of a history and its closes differ from the stored "
            "ones by one factor on two days or more, differ on more than 5 days, or agree on none "
            "while it has new days too, it stands on another basis: all its rows that would change "
            "anything are refused, unless the closes agree wherever file and stored days meet. A "
            "file with the first and the last stored day and nine tenths of all replaces the "
            "history."
        ),
        "row",
        N_("Replaced by an import"),
    ),
    Rule(
        "stale",
        N_("Stale repeats"),
        N_("A source that hangs repeats its last bar: the stock then looks calmer than it is."),
        ("flagged",),
        N_(
            "The same open, high, low, close and volume on {sessions} sessions or more in a "
            "row, or {few} where at most {shares} shares were traded a day, are "
            "flagged; days without a trade are not meant."
        ).format(sessions=STALE_SESSIONS, few=STALE_FEW, shares=f"{FEW_SHARES:,.0f}"),
        "series",
        N_("Stale prices"),
    ),
    Rule(
        "band",
        N_("Moves beyond the band"),
        N_(
            "No trade may happen beyond the exchange's band, so such a move is an error, a split "
            "or dividend not adjusted for, or a band we do not know of."
        ),
        ("flagged",),
        N_(
            "Vietnam: a close that no close of the session before can explain within the band of "
            "the exchange the stock was on that day, with one tick of room, is flagged. Each "
            "session without a bar adds another band. Elsewhere: a move of more than {move} that "
            "is not explained as a split."
        ).format(move=f"{EXTRAORDINARY:.0%}"),
        "series",
        N_("Move beyond the band"),
        (
            ("HOSE", "±7 %"),
            ("HNX", "±10 %"),
            (
                N_("UPCoM, until 2015-06-30"),
                N_("±10 % from the low and high of the session before"),
            ),
            (
                N_("UPCoM, since then"),
                N_(
                    "±15 % from the low and high of the session before, as its reference is an "
                    "average"
                ),
            ),
            (N_("Before the listing date on today's exchange"), N_("±15 % from low and high")),
            (N_("First day, or after more than 25 sessions without a trade: HOSE"), "±20 %"),
            (N_("The same: HNX"), "±30 %"),
            (N_("The same: UPCoM"), "±40 %"),
        ),
    ),
    Rule(
        "split",
        N_("Splits not adjusted for"),
        N_(
            "A price halved by a split or cut by a dividend cost nobody anything; a model would "
            "learn a crash."
        ),
        ("flagged",),
        N_(
            "An open beyond what the band allows from the close before is flagged with its likely "
            "factor, if the larger half of the jump lies between the middle close of {later} "
            "sessions before and that of {kept} after (at least {later}), and if it "
            "is no way back from an opposite move beyond the band in the {kept} before. A "
            "fall to a third or less is one only if volume rose with "
            "it. Outside Vietnam the factor must be a usual one, such as 2:1 or 3:2."
        ).format(later=LATER_SESSIONS, kept=KEPT_SESSIONS),
        "series",
        N_("Unadjusted split"),
    ),
    Rule(
        "missing_sessions",
        N_("Missing sessions"),
        N_("Without a bar nobody knows whether the stock was halted or the source lost the day."),
        ("flagged",),
        N_(
            "{sessions} sessions of the market or more in a row without a bar, between the "
            "stock's first bar and the market's last session, are flagged."
        ).format(sessions=MISSING_SESSIONS),
        "series",
        N_("Missing sessions"),
    ),
    Rule(
        "short_gaps",
        N_("Single missing sessions"),
        N_(
            "A day or two without a bar are usual for a stock that seldom trades and a loss for "
            "one that trades daily."
        ),
        ("flagged",),
        N_("Gaps of fewer than {sessions} sessions are counted together.").format(
            sessions=MISSING_SESSIONS
        ),
        "series",
    ),
    Rule(
        "zero_volume",
        N_("Sessions without a trade"),
        N_("A price at which nothing was traded is only repeated, and nobody could act on it."),
        ("flagged",),
        N_("{sessions} bars or more in a row with a volume of zero are flagged.").format(
            sessions=ZERO_SESSIONS
        ),
        "series",
        N_("Days without a trade"),
    ),
    Rule(
        "no_session",
        N_("Bars on no session"),
        N_("A bar of a Sunday or of the new-year holiday has no market behind it."),
        ("flagged",),
        N_(
            "A bar on a Saturday, Sunday or holiday of the market's calendar that is no session is "
            "flagged."
        ),
        "series",
        N_("Bar on no session"),
    ),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _RULES}
"""All rules by id, in the order in which they are shown."""
