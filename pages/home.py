"""Home: where things stand, what wants attention, and what changed since last week."""

import streamlit as st

from core import forecasts
from core.language import _
from core.market.schema import MARKETS
from core.settings import settings
from core.tour import tour
from pages.parts.changes import changes, outcomes
from pages.parts.home_standing import attention, standing
from pages.parts.home_tour import guide
from pages.parts.jobs import running_note
from pages.parts.reading import market_states

# An address of before Home was the first page: it meant the Market page and still does.
if {"symbols", "list", "screen"} & set(st.query_params):
    st.switch_page("pages/market.py", query_params=st.query_params.to_dict())

data_dir = settings().data_dir
st.title(_("Home"), anchor=False)
running_note()
steps = tour(data_dir)
if not steps.over:
    guide(steps)
states = market_states()
if not states:
    st.info(_("There are no prices yet. Bring some in on the Data page."), icon=":material/info:")
    st.page_link("pages/data.py", label=_("Go to Data"), icon=":material/database:")
    st.stop()
standing(states)
attention()
forecast_market = forecasts.current(data_dir).get("market")
asked = st.query_params.get("market", "").strip().upper()
there = [state.market for state in states]
market = next((m for m in (asked, forecast_market) if m in there), there[0])
if len(there) > 1:
    market = st.segmented_control(
        _("Market"),
        there,
        default=market,
        format_func=lambda code: _(MARKETS[code].name),
        required=True,
        key="home_market",
    )
changes(market)
outcomes(market)
