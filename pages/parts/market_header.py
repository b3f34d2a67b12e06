"""The market in one line of tiles: its indices, what was traded, how many stocks rise."""

import math

import pandas as pd
import streamlit as st

from core.breadth import MONEY, IndexLine, breadth
from core.market.schema import MARKETS
from core.watch import call_kinds
from pages.parts.words import CALL_ARROW, day, percent

UP, DOWN, STILL = "green", "red", {"VN": "yellow", "US": "gray"}


def market_header(
    market: str, stocks: pd.DataFrame, indices: list[IndexLine], *, safe: bool
) -> None:
    """Draw indices, traded value and breadth of the stocks on show."""
    tiles = st.container(horizontal=True)
    for line in indices:
        tiles.metric(
            line.title,
            f"{line.level:,.2f}",
            delta=f"{percent(line.day_change, sign=True)} day · "
            f"{percent(line.week_change, sign=True)} week",
            **_tone(line.day_change, market, safe),
            chart_data=line.spark if len(line.spark) > 1 else None,
            border=True,
            width=230,
            help=f"Points on {day(line.last)}, and its change over that session and over the last "
            "complete week. The line: weekly closes of 26 weeks. A price index: no dividends.",
        )
    seen = breadth(stocks)
    tiles.metric(
        "Traded value",
        f"{seen.value:,.0f}",
        delta=f"20-session mean {seen.value_20:,.0f} {MONEY[market]}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=f"Of the {seen.stocks} stocks on show, in their last session ({day(seen.last)}), in "
        f"{MONEY[market]}.",
    )
    tiles.metric(
        "Rising, falling",
        f"▲ {seen.up}  ▼ {seen.down}",
        delta=f"■ {seen.unchanged} unchanged",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=f"How many stocks closed above and below their reference price on {day(seen.last)}.",
    )
    tiles.metric(
        "Above their 40-week mean",
        f"{seen.above_MA40} of {seen.with_MA40}",
        delta=percent(seen.above_MA40 / max(seen.with_MA40, 1), 0),
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help="Stocks whose last weekly close lies above the mean of their last 40 (MA40): a "
        "measure of how broad a rise is.",
    )
    own = MARKETS[market].index
    if own not in [line.symbol for line in indices]:
        st.caption(
            f"The index {own} is not here: import its prices with "
            "`python -m core import FILE --index`, and it stands in this line."
        )


def _tone(change: float, market: str, safe: bool) -> dict[str, str]:
    """Colour and arrow of a day's move; the sign stands in the text."""
    if not math.isfinite(change) or change == 0:
        return {"delta_color": "gray" if safe else STILL[market], "delta_arrow": "off"}
    up, down = ("blue", "orange") if safe else (UP, DOWN)
    return (
        {"delta_color": up, "delta_arrow": "up"}
        if change > 0
        else {"delta_color": down, "delta_arrow": "down"}
    )


def call_tiles(given: pd.DataFrame, total: int, shown: dict) -> None:
    """How many stocks have a forecast, and how many of them each call."""
    counts = given["call"].value_counts()
    tiles = st.container(horizontal=True)
    tiles.metric(
        "Stocks with a forecast",
        f"{len(given)} of {total}",
        delta=f"as of {day(shown['as_of'])}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
    )
    for call in call_kinds(shown.get("rule")):
        tiles.metric(
            f"Called {call}" if call.isupper() else call.capitalize(),
            counts.get(call, 0),
            delta=percent(counts.get(call, 0) / max(len(given), 1), 0),
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="content",
        )


def calls_in_words(calls: pd.Series) -> str:
    """How many stocks each call, such as ``▲ 80 ▼ 70``; calls that are not there are left out."""
    counts = calls.value_counts()
    return "  ".join(
        f"{sign} {counts[call]}" for call, sign in CALL_ARROW.items() if counts.get(call, 0)
    )
