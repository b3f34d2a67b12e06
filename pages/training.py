"""Training: start a run, watch it, see what came of earlier ones, let it happen every week."""

import streamlit as st

from core.language import _
from pages.parts.choosing import choose_market, choose_symbols, write_address
from pages.parts.training_form import training_form
from pages.parts.training_history import history_section
from pages.parts.training_live import live_section
from pages.parts.training_schedule import schedule_section

market = choose_market()
chosen = choose_symbols(market)
write_address(market, chosen)

st.title(_("Training"), anchor=False)
st.caption(
    _(
        "A run fits two models in the background: one for next month's price, one for the call "
        "UP, DOWN or SIDEWAYS. You may close this page meanwhile."
    )
)
live_section()
training_form(market, chosen)
schedule_section(market, chosen)
history_section()
