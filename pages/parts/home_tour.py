"""A newcomer's three steps from nothing to a forecast."""

import streamlit as st

from core.language import _
from core.settings import settings
from core.tour import Tour, end_tour
from pages.parts.jobs import jobs


def guide(steps: Tour) -> None:
    """Three steps from nothing to a forecast; gone when done or put away."""
    with st.container(border=True):
        st.subheader(_("Three steps to a first forecast"), anchor=False)
        first, second, third = st.columns(3)
        with first:
            st.markdown(
                tick(steps.prices)
                + " **"
                + _("1. Prices.")
                + "** "
                + _("The sample is inside; bring in your own on the Data page whenever you like.")
            )
            st.page_link("pages/data.py", label=_("Import prices"), icon=":material/database:")
        with second:
            words = (
                _("It is training now; a few minutes.")
                if any(job.kind == "train" for job in jobs().active())
                else _("Train both models in the background, then promote them to Production.")
            )
            st.markdown(
                tick(steps.model)
                + " **"
                + _("2. Train.")
                + "** "
                + (words if not steps.model else "")
            )
            st.page_link("pages/training.py", label=_("Train"), icon=":material/model_training:")
        with third:
            st.markdown(
                tick(False)
                + " **"
                + _("3. Read.")
                + "** "
                + _("Every forecast stands beside no change, with its interval and its record.")
            )
            if st.button(_("Read the market"), icon=":material/table_rows:", key="tour_read"):
                if steps.model:
                    end_tour(settings().data_dir)
                st.switch_page("pages/market.py")
        if st.button(_("Put this away"), type="tertiary", key="tour_away"):
            end_tour(settings().data_dir)
            st.rerun()


def tick(done: bool) -> str:
    """A mark for what is done or well, an empty circle for what is not."""
    return ":green[:material/check_circle:]" if done else ":gray[:material/circle:]"
