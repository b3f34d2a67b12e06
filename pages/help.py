"""Help: the 20 indicators, the method and its limits, vocabulary, data and keys."""

import streamlit as st

from core import forecasts
from core.language import _
from core.settings import settings
from pages.parts.help_parts import about_data, indicators, keys, measured, method, vocabulary

st.title(_("Help"), anchor=False)
st.caption(
    _(
        "What the pages show and how far to trust it. Every forecast here is a statistical "
        "estimate for four weeks, beside no change; none is advice."
    )
)
how, read, terms, data = st.tabs(
    [_("Method and limits"), _("The 20 indicators"), _("Vocabulary"), _("Data and keys")]
)
with how:
    measured(forecasts.current(settings().data_dir))
    method()
with read:
    indicators()
with terms:
    vocabulary()
with data:
    about_data()
    keys()
