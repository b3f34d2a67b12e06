"""The pages and what surrounds them; Streamlit runs this script for every visit."""

import streamlit as st

from core.language import _, language, using
from core.settings import PROJECT
from pages.parts.errors import guarded
from pages.parts.signing_in import ask_to_sign_in, show_who, turned_away
from pages.parts.speaking import choose_language, take_language

# Before st.navigation: else a page's icon would become a favicon fetched from outside.
st.set_page_config(
    page_title="Weeklens",
    page_icon="static/favicon.png",
    layout="wide",
    initial_sidebar_state="auto",
)
st.logo("static/logo.svg", size="large", icon_image="static/favicon.png")

with guarded():
    take_language()
    refusal = turned_away()
page = st.navigation(
    {
        _("Read"): [
            st.Page("pages/home.py", title=_("Home"), icon=":material/home:", default=True),
            st.Page("pages/market.py", title=_("Market"), icon=":material/table_rows:"),
            st.Page("pages/stock.py", title=_("Stock"), icon=":material/candlestick_chart:"),
            st.Page("pages/ask.py", title=_("Ask"), icon=":material/forum:"),
            st.Page("pages/help.py", title=_("Help"), icon=":material/help:"),
            # Not in the menu: it is opened by a link that was shared.
            st.Page("pages/forecast.py", title=_("Forecast"), visibility="hidden"),
        ],
        _("Work"): [
            st.Page("pages/training.py", title=_("Training"), icon=":material/model_training:"),
            st.Page("pages/models.py", title=_("Models"), icon=":material/workspaces:"),
            st.Page("pages/compare.py", title=_("Compare"), icon=":material/compare_arrows:"),
            st.Page("pages/evidence.py", title=_("Evidence"), icon=":material/science:"),
            st.Page("pages/backtest.py", title=_("Backtest"), icon=":material/finance_mode:"),
            st.Page("pages/monitoring.py", title=_("Monitoring"), icon=":material/monitor_heart:"),
            st.Page("pages/data.py", title=_("Data"), icon=":material/database:"),
            st.Page("pages/quality.py", title=_("Quality"), icon=":material/fact_check:"),
            st.Page("pages/alerts.py", title=_("Alerts"), icon=":material/notifications:"),
        ],
    },
    # Without it Streamlit would send a visitor's address back to the first page.
    position="sidebar" if refusal is None else "hidden",
    # Streamlit folds away what lies beyond ten pages, Data and Alerts among them.
    expanded=True,
)
st.html(PROJECT / "static" / "pages.css")
if st.context.theme.type == "dark":
    st.html(PROJECT / "static" / "dark.css")
if refusal is not None:
    with guarded(), using(language()):
        choose_language(ask_to_sign_in(refusal))
    st.stop()
choose_language()
with guarded():
    show_who()
# Settled for the whole run: a page asks for the language thousands of times.
with guarded(), using(language()):
    page.run()
