"""Why there are no forecasts on a page, and the step that leads to them."""

import streamlit as st

from core import forecasts
from core.access import Role
from core.errors import UserError
from core.language import _
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.jobs import jobs, person
from pages.parts.rights import needs
from pages.parts.words import day


def explain_no_forecasts(market: str) -> None:
    """Say what is lacking before this market has forecasts."""
    name = _(MARKETS[market].name)
    if any(job.kind == "train" for job in jobs().active()):
        st.info(
            _(
                "The models are being trained. Charts are ready now; forecasts appear here once "
                "the new versions are in production."
            ),
            icon=":material/hourglass:",
        )
        return
    shown = forecasts.current(settings().data_dir)
    if shown and shown["market"] != market:
        words = _("No model for this market yet: production was trained on {market}.").format(
            market=shown["market"]
        )
    else:
        words = _("No model for this market yet.")
    step = _("Train one on the stocks of {market}, then promote both versions to Production.")
    st.info(f"{words} {step.format(market=name)}", icon=":material/info:")
    left, right = st.columns(2)
    left.page_link("pages/training.py", label=_("1. Train"), icon=":material/model_training:")
    right.page_link("pages/models.py", label=_("2. Promote"), icon=":material/workspaces:")


def offer_newer_week(market: str, shown: dict) -> None:
    """Offer forecasts where prices have moved on since those on show."""
    newest = forecasts.last_complete_week(settings().data_dir, market)
    if newest is None or str(newest.date()) <= shown["as_of"]:
        return
    words, button = st.columns([4, 1], vertical_alignment="center")
    words.info(
        _("Prices are complete to {newest}; the forecasts are of {day}.").format(
            newest=day(newest), day=day(shown["as_of"])
        )
    )
    with button:
        forecast_button()


def forecast_button() -> None:
    """A button that computes the forecasts of the versions in production."""
    if st.button(
        _("Forecast now"), icon=":material/update:", type="primary", **needs(Role.ANALYST)
    ):
        from core.promotion import request_forecasts  # MLflow takes a second to load

        try:
            request_forecasts(settings().data_dir, by=person())
            st.rerun()
        except UserError as error:
            st.error(str(error))
