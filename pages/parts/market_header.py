"""The market in one line of tiles: its indices, what was traded, how many stocks rise."""

import math

import pandas as pd
import streamlit as st

from core.breadth import MONEY, IndexLine, breadth
from core.formats import number
from core.language import _
from core.market.schema import MARKETS
from pages.parts.words import CALL_ARROW, day, out_of, percent

UP, DOWN, STILL = "green", "red", {"VN": "yellow", "US": "gray"}


def market_header(
    market: str,
    stocks: pd.DataFrame,
    indices: list[IndexLine],
    *,
    safe: bool,
    calls: pd.Series | None = None,
    shown: dict | None = None,
) -> None:
    """Draw indices, traded value, breadth and calls of the stocks on show.

    Parameters
    ----------
    market : str
    stocks : DataFrame
        From ``core.overview.market_overview``.
    indices : list of IndexLine
    safe : bool
        Blue and orange in place of green and red.
    calls : Series, optional
        The call of each stock, empty where it has no forecast; None without forecasts.
    shown : dict, optional
        From ``core.forecasts.current``.
    """
    tiles = st.container(horizontal=True, key="lines-market" if indices else "tiles-market")
    for line in indices:
        tiles.metric(
            line.title,
            number(line.level, 2),
            delta=_("{day} · week {week}").format(
                day=percent(line.day_change, sign=True), week=percent(line.week_change, sign=True)
            ),
            **_tone(line.day_change, market, safe),
            chart_data=line.spark if len(line.spark) > 1 else None,
            border=True,
            width=210,
            help=_(
                "Points on {day}, and its change over that session and over the last complete "
                "week. The line: weekly closes of 26 weeks. A price index: no dividends."
            ).format(day=day(line.last)),
        )
    seen = breadth(stocks)
    quiet = {
        "delta_color": "off",
        "delta_arrow": "off",
        "border": True,
        "width": "content",
        "height": "stretch",
    }
    tiles.metric(
        _("Traded, {unit}").format(unit=_(MONEY[market])),
        number(seen.value),
        delta=_("20-session mean {value}").format(value=number(seen.value_20)),
        **quiet,
        help=_("Of the {count} stocks on show, in their last session ({day}).").format(
            count=number(seen.stocks), day=day(seen.last)
        ),
    )
    tiles.metric(
        _("Rising, falling"),
        f"▲ {seen.up}  ▼ {seen.down}",
        delta=_("■ {still} · {share} above MA40").format(
            still=seen.unchanged, share=percent(seen.above_MA40 / max(seen.with_MA40, 1), 0)
        ),
        **quiet,
        help=_(
            "How many stocks closed above (▲), below (▼) and at (■) their reference price on "
            "{day}. Above MA40: {count} of {total} closed their last complete week above the mean "
            "of 40 weekly closes, a measure of how broad a rise is."
        ).format(day=day(seen.last), count=seen.above_MA40, total=seen.with_MA40),
    )
    if calls is not None:
        given = calls[calls != ""]
        tiles.metric(
            _("Forecasts"),
            out_of(len(given), len(calls)),
            delta=calls_in_words(given),
            **quiet,
            help=_(
                "Statistical forecasts as of {as_of}, and how many of them each call: UP (▲) or "
                "DOWN (▼) by more than the band, SIDEWAYS (■) within it, or no clear direction "
                "(○) where a call is withheld."
            ).format(as_of=day(shown["as_of"])),
        )
    own = MARKETS[market].index
    if own not in [line.symbol for line in indices]:
        st.caption(
            _(
                "The index {symbol} is not here: import its prices with "
                "`python -m core import FILE --index`, and it stands in this line."
            ).format(symbol=own)
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


def calls_in_words(calls: pd.Series) -> str:
    """How many stocks each call, such as ``▲ 80 ▼ 70``; calls that are not there are left out."""
    counts = calls.value_counts()
    return "  ".join(
        f"{sign} {counts[call]}" for call, sign in CALL_ARROW.items() if counts.get(call, 0)
    )
