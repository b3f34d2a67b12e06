"""Why there are no forecasts on a page, and the step that leads to them."""

import streamlit as st

from core import forecasts
from core.errors import UserError
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.jobs import jobs, person
from pages.parts.words import day


def explain_no_forecasts(market: str) -> None:
    """Say what is lacking before this market has forecasts."""
    name = MARKETS[market].name
    if any(job.kind == "train" for job in jobs().active()):
        st.info(
            "The models are being trained. Charts are ready now; forecasts appear here once the "
            "new versions are in production.",
            icon=":material/hourglass:",
        )
        return
    shown = forecasts.current(settings().data_dir)
    if shown and shown["market"] != market:
        words = f"No model for this market yet: production was trained on {shown['market']}."
    else:
        words = "No model for this market yet."
    st.info(
        f"{words} Train one on the stocks of {name}, then promote both versions to Production.",
        icon=":material/info:",
    )
    left, right = st.columns(2)
    left.page_link("pages/training.py", label="1. Train", icon=":material/model_training:")
    right.page_link("pages/models.py", label="2. Promote", icon=":material/workspaces:")


def offer_newer_week(market: str, shown: dict) -> None:
    """Offer forecasts where prices have moved on since those on show."""
    newest = forecasts.last_complete_week(settings().data_dir, market)
    if newest is None or day(newest) <= shown["as_of"]:
        return
    words, button = st.columns([4, 1], vertical_alignment="center")
    words.info(f"Prices are complete to {day(newest)}; the forecasts are of {shown['as_of']}.")
    with button:
        forecast_button()


def forecast_button(label: str = "Forecast now") -> None:
    """A button that computes the forecasts of the versions in production."""
    if st.button(label, icon=":material/update:", type="primary"):
        from core.promotion import request_forecasts  # MLflow takes a second to load

        try:
            request_forecasts(settings().data_dir, by=person())
            st.rerun()
        except UserError as error:
            st.error(str(error))
