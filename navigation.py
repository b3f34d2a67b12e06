"""The pages and what surrounds them; Streamlit runs this script for every visit."""

import streamlit as st

from pages.parts.errors import guarded

# Before st.navigation: else a page's icon would become a favicon fetched from outside.
st.set_page_config(
    page_title="Weeklens",
    page_icon="static/favicon.png",
    layout="wide",
    initial_sidebar_state="auto",
)
st.logo("static/logo.svg", size="large", icon_image="static/favicon.png")

page = st.navigation(
    {
        "Read": [
            st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
            st.Page("pages/market.py", title="Market", icon=":material/table_rows:"),
            st.Page("pages/stock.py", title="Stock", icon=":material/candlestick_chart:"),
        ],
        "Work": [
            st.Page("pages/training.py", title="Training", icon=":material/model_training:"),
            st.Page("pages/models.py", title="Models", icon=":material/workspaces:"),
            st.Page("pages/evidence.py", title="Evidence", icon=":material/science:"),
            st.Page("pages/data.py", title="Data", icon=":material/database:"),
            st.Page("pages/quality.py", title="Quality", icon=":material/fact_check:"),
        ],
    }
)
with guarded():
    page.run()
