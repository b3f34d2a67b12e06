"""Home: where things stand, what wants attention, and what changed since last week."""

import streamlit as st

from core import forecasts, home
from core.market.sample import SAMPLE_LABEL
from core.market.schema import MARKETS
from core.settings import settings
from core.tour import Tour, end_tour, tour
from pages.parts.changes import changes, outcomes
from pages.parts.jobs import jobs, running_note
from pages.parts.market_header import calls_in_words
from pages.parts.words import day, plain

PAGES = {
    "market": ("pages/market.py", ":material/table_rows:"),
    "data": ("pages/data.py", ":material/database:"),
    "quality": ("pages/quality.py", ":material/fact_check:"),
    "training": ("pages/training.py", ":material/model_training:"),
    "models": ("pages/models.py", ":material/workspaces:"),
    "evidence": ("pages/evidence.py", ":material/science:"),
}
PARTS = {"data": "refresh"}

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
