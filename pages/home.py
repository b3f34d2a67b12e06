"""Home: where things stand, what wants attention, and what changed since last week."""

import pandas as pd
import streamlit as st

from core import forecasts, home
from core.market.sample import SAMPLE_LABEL
from core.market.schema import MARKETS
from core.settings import settings
from core.tour import Tour, end_tour, tour
from pages.parts.jobs import jobs, running_note
from pages.parts.market_header import calls_in_words
from pages.parts.reading import recent_weeks
from pages.parts.words import CALL_ARROW, day, percent, plain

PAGES = {
    "market": ("pages/market.py", ":material/table_rows:"),
    "data": ("pages/data.py", ":material/database:"),
    "quality": ("pages/quality.py", ":material/fact_check:"),
    "training": ("pages/training.py", ":material/model_training:"),
    "models": ("pages/models.py", ":material/workspaces:"),
    "evidence": ("pages/evidence.py", ":material/science:"),
}
PARTS = {"data": "refresh"}
MOST_LISTED = 12

# An address of before Home was the first page: it meant the Market page and still does.
if {"symbols", "list", "screen"} & set(st.query_params):
    st.switch_page("pages/market.py", query_params=st.query_params.to_dict())

data_dir = settings().data_dir


def guide(steps: Tour) -> None:
    """Three steps from nothing to a forecast; gone when done or put away."""
    with st.container(border=True):
        st.subheader("Three steps to a first forecast", anchor=False)
        first, second, third = st.columns(3)
        with first:
            st.markdown(
                f"{_tick(steps.prices)} **1. Prices.** The sample is inside; bring in your own on "
                "the Data page whenever you like."
            )
            st.page_link("pages/data.py", label="Import prices", icon=":material/database:")
        with second:
            words = (
                "It is training now; a few minutes."
                if any(job.kind == "train" for job in jobs().active())
                else "Train both models in the background, then promote them to Production."
            )
            st.markdown(f"{_tick(steps.model)} **2. Train.** {words if not steps.model else ''}")
            st.page_link("pages/training.py", label="Train", icon=":material/model_training:")
        with third:
            st.markdown(
                f"{_tick(False)} **3. Read.** Every forecast stands beside no change, with its "
                "interval and its record."
            )
            if st.button("Read the market", icon=":material/table_rows:", key="tour_read"):
                if steps.model:
                    end_tour(data_dir)
                st.switch_page("pages/market.py")
        if st.button("Put this away", type="tertiary", key="tour_away"):
            end_tour(data_dir)
            st.rerun()


def _tick(done: bool) -> str:
    return ":green[:material/check_circle:]" if done else ":gray[:material/circle:]"


def standing(states: list[home.MarketState]) -> None:
    """Prices by market, and the versions behind the forecasts on show."""
    tiles = st.container(horizontal=True)
    for state in states:
        if state.sample:
            age = SAMPLE_LABEL
        elif state.behind == 0:
            age = "up to date"
        else:
            age = f"{state.behind} week{'s' if state.behind > 1 else ''} ended since"
        tiles.metric(
            f"{MARKETS[state.market].name}: prices to",
            day(state.last),
            delta=f"{state.stocks} stock{'s' if state.stocks > 1 else ''} · {age}",
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="content",
        )
    shown = forecasts.current(data_dir)
    if not shown:
        return
    records = forecasts.latest(data_dir, shown["market"])
    given = records[records["call"] != ""]
    tiles.metric(
        f"{MARKETS[shown['market']].name}: forecasts of the week to",
        day(shown["as_of"]),
        delta=f"{len(given)} of {len(records)} · {calls_in_words(given['call'])}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help="Stocks with a forecast, and how many of them each call.",
    )
    age = home.production_age(data_dir, shown["market"])
    tiles.metric(
        "Models behind them",
        f"v{shown['price_version']} and v{shown['pattern_version']}",
        delta="" if age is None else f"learned until {age} week{'s' if age != 1 else ''} before",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help="Versions of price_target_model and pattern_lstm_classifier, and the market weeks "
        "since the last one both have learned from.",
    )


def attention() -> None:
    """What a person should look at, with the way there."""
    st.header("What needs attention", anchor=False)
    found = home.notices(data_dir)
    if not found:
        st.markdown(":green[:material/check_circle:] Nothing: prices, jobs and forecasts are well.")
    for number, notice in enumerate(found):
        path, icon = PAGES[notice.page]
        wanted = {"market": notice.market} if notice.market else {}
        if notice.page in PARTS:
            wanted["part"] = PARTS[notice.page]
        with st.container(horizontal=True, vertical_alignment="center", key=f"notice-{number}"):
            st.markdown(f":material/info: {plain(notice.text)}", width="content")
            st.page_link(path, label=notice.action, icon=icon, query_params=wanted, width="content")


def changes(market: str) -> None:
    """Flips, rank moves and breakouts of a market since its last forecast week."""
    recent, since = recent_weeks(market), home.since_last_week(data_dir, market)
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
    fresh, week = home.new_breakouts(recent), day(recent["week"].max())
    st.subheader("New breakouts", anchor=False)
    if fresh:
        st.markdown(
            f"Closed the week to {week} on the highest price of 20 weeks, and not the week before: "
            f"{_links(fresh, market)}"
        )
    else:
        st.caption(f"No stock newly closed on its 20-week high in the week to {week}.")


def flips(since: home.Since) -> None:
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


def moves(since: home.Since) -> None:
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
    seen = home.resolved(data_dir, market, recent_weeks(market))
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
            delta=f"made to hold {percent(home.COVERAGE, 0)}",
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


st.title("Home", anchor=False)
running_note()
steps = tour(data_dir)
if not steps.over:
    guide(steps)
states = home.market_states(data_dir)
if not states:
    st.info("There are no prices yet. Bring some in on the Data page.", icon=":material/info:")
    st.page_link("pages/data.py", label="Go to Data", icon=":material/database:")
    st.stop()
standing(states)
attention()
forecast_market = forecasts.current(data_dir).get("market")
asked = st.query_params.get("market", "").strip().upper()
there = [state.market for state in states]
market = next((m for m in (asked, forecast_market) if m in there), there[0])
if len(there) > 1:
    market = st.segmented_control(
        "Market",
        there,
        default=market,
        format_func=lambda code: MARKETS[code].name,
        required=True,
        key="home_market",
    )
changes(market)
outcomes(market)
