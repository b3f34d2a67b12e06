"""Compare: versions side by side on the weeks and stocks all of them were tested on."""

import streamlit as st

from core import registry
from core.language import _
from pages.parts.choosing_versions import choose_versions
from pages.parts.comparing import live_section, scores_section, who_section
from pages.parts.comparing_charts import (
    classes_section,
    facts_section,
    intervals_section,
    over_section,
    where_section,
)
from pages.parts.reading import comparison

theme = st.context.theme.type or "light"
st.title(_("Compare"), anchor=False)
st.caption(
    _(
        "Versions side by side, on the same weeks and stocks: those that each recipe forecast "
        "without having learned from them. A version that was tested on easier weeks looks better "
        "than it is; here it cannot."
    )
)
every = registry.versions()
if not every:
    st.info(_("No version is registered yet. Train the models first."), icon=":material/info:")
    st.page_link("pages/training.py", label=_("Go to Training"), icon=":material/model_training:")
    st.stop()
known, chosen = choose_versions(every)
if len(chosen) > 1:
    found = comparison(chosen, known)
    who_section(found)
    if found.ground is not None:
        scores_section(found)
        if found.model == registry.PATTERN:
            classes_section(found, theme)
        else:
            intervals_section(found, theme)
        where_section(found, theme)
        live_section(found)
    facts_section(found)
    over_section(known, found, theme)
else:
    st.info(_("Choose at least two versions to compare them."), icon=":material/info:")
