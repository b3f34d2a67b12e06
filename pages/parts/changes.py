"""What changed since the last forecast week, and how last month's forecasts ended."""

import pandas as pd
import streamlit as st

from core.changes import COVERAGE, Since, new_breakouts, resolved, since_last_week
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.reading import recent_weeks
from pages.parts.words import CALL_ARROW, day, percent, plain

MOST_LISTED = 12


def changes(market: str) -> None:
    """Flips, rank moves and breakouts of a market since its last forecast week."""
    recent, since = recent_weeks(market), since_last_week(settings().data_dir, market)
    st.header("Since the last week", anchor=False)
    if since is None:
        st.caption(
            f"{MARKETS[market].name} has no forecasts yet: train and promote a pair, and calls "
            "that flip from one week to the next stand here."
        )
    elif not since.before:
        st.caption(
            f"These versions have forecast one week only, that to {since.as_of}. After the next "
            "one, calls that flipped and ranks that moved stand here."
        )
    if since is None or not since.before:
        breakouts(recent, market)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        flips(since)
    with right:
        moves(since)
        breakouts(recent, market)


def breakouts(recent: pd.DataFrame, market: str) -> None:
    """Stocks newly on their 20-week high."""
    if recent.empty:
        return
    fresh, week = new_breakouts(recent), day(recent["week"].max())
    st.subheader("New breakouts", anchor=False)
    if fresh:
        st.markdown(
            f"Closed the week to {week} on the highest price of 20 weeks, and not the week before: "
            f"{_links(fresh, market)}"
        )
    else:
        st.caption(f"No stock newly closed on its 20-week high in the week to {week}.")


def flips(since: Since) -> None:
    """Calls that changed."""
    st.subheader(f"Calls that flipped: {len(since.flips)}", anchor=False)
    if since.flips.empty:
        st.caption(f"None between {since.before} and {since.as_of}.")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "Stock": since.flips["symbol"],
                f"{since.before}": [f"{CALL_ARROW[c]} {c}" for c in since.flips["before"]],
                f"{since.as_of}": [f"{CALL_ARROW[c]} {c}" for c in since.flips["now"]],
                "vs no change": 100 * since.flips["change"],
            }
        ),
        key="flips",
        hide_index=True,
        height=min(36 * (len(since.flips) + 1) + 2, 36 * (MOST_LISTED + 1)),
        column_config={
            "vs no change": st.column_config.NumberColumn(
                format="%+.1f %%", help="Forecast price now against no change, per cent"
            )
        },
    )


def moves(since: Since) -> None:
    """Ranks that moved most."""
    st.subheader("Ranks that moved most", anchor=False)
    if since.moves.empty:
        st.caption("No forecast changed its place among the others.")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "Stock": since.moves["symbol"],
                f"{since.before}": since.moves["before"],
                f"{since.as_of}": since.moves["now"],
                "Places": [f"{'▲' if m > 0 else '▼'} {abs(m)}" for m in since.moves["moved"]],
            }
        ),
        key="moves",
        hide_index=True,
        column_config={
            "Places": st.column_config.TextColumn(
                help="Places won (▲) or lost (▼) among all forecasts; 1 is the highest forecast"
            )
        },
    )


def _links(symbols: list[str], market: str) -> str:
    named = [f"[{plain(s)}](stock?market={market}&symbol={s})" for s in symbols[:40]]
    return ", ".join(named) + (f" and {len(symbols) - 40} more" if len(symbols) > 40 else "")


def outcomes(market: str) -> None:
    """The newest forecasts whose date has come, against what happened."""
    seen = resolved(settings().data_dir, market, recent_weeks(market))
    if seen is None:
        return
    st.header("Last month's forecasts, resolved", anchor=False)
    st.caption(
        f"Made from the week to {seen.as_of} for {seen.target}; {len(seen.table)} have an outcome"
        + (f", {seen.missing} do not: the stock did not trade." if seen.missing else ".")
        + (
            " In-sample: the versions had learned from that week, so this proves no skill."
            if seen.in_sample
            else ""
        )
    )
    tiles = st.container(horizontal=True)
    if seen.calls:
        tiles.metric(
            "Directions that came true",
            f"{seen.hits} of {seen.calls}",
            delta=f"{percent(seen.hits / seen.calls, 0)}, usually {percent(seen.usual, 0)}",
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="content",
            help="Usually: the share of the called classes in the training weeks, what naming them "
            "blindly would hit. One month is one throw of the dice: all stocks move together.",
        )
    if len(seen.table):
        tiles.metric(
            "Inside the 80 % interval",
            percent(seen.covered, 0),
            delta=f"made to hold {percent(COVERAGE, 0)}",
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="content",
        )
        tiles.metric(
            "Price missed by",
            percent(seen.error),
            delta=f"no change by {percent(seen.error_no_change)}",
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="content",
            help="Mean absolute distance of forecast and outcome, per cent of the close then.",
        )
    with st.expander("Stock by stock"):
        table = seen.table.assign(
            hit=[{True: "✓ hit", False: "✗ miss"}.get(hit, "–") for hit in seen.table["hit"]],
            inside=["✓ inside" if inside else "✗ outside" for inside in seen.table["inside"]],
            call=[f"{CALL_ARROW[call]} {call}" for call in seen.table["call"]],
            forecast=100 * seen.table["forecast"],
            outcome=100 * seen.table["outcome"],
        )
        st.dataframe(
            table,
            key="resolved",
            hide_index=True,
            column_order=["symbol", "call", "hit", "forecast", "outcome", "inside"],
            column_config={
                "symbol": "Stock",
                "call": "Call then",
                "hit": st.column_config.TextColumn("Direction", help="– where none was called"),
                "forecast": st.column_config.NumberColumn("Forecast", format="%+.1f %%"),
                "outcome": st.column_config.NumberColumn(
                    "Outcome", format="%+.1f %%", help="Return to the target date, adjusted prices"
                ),
                "inside": "80 % interval",
            },
        )
