"""The language of the pages: from the address, else as last chosen, else the browser's."""

from contextlib import suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import language
from core.access.claims import NotSignedIn
from core.language import DEFAULT, LANGUAGES, _
from core.preferences import prefer, preference
from core.settings import settings
from pages.parts.jobs import person

KEY = "language"
ADDRESS = "lang"


def _of_session() -> str | None:
    """The session's language; None outside a page, such as in a job."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    return st.session_state.get(KEY)


language.ask(_of_session)


def take_language() -> None:
    """Settle the language of this visit, and keep it in the address where it is not English."""
    asked = st.query_params.get(ADDRESS, "").strip().lower()
    if asked in LANGUAGES and asked != st.session_state.get("_language_written"):
        st.session_state[KEY] = asked
    if KEY not in st.session_state:
        st.session_state[KEY] = _remembered()
    language.settle(st.session_state[KEY])
    _write(st.session_state[KEY])


def choose_language(place: DeltaGenerator = st.sidebar) -> None:
    """The switch between the languages."""
    st.session_state["_language"] = st.session_state[KEY]
    place.segmented_control(
        _("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.get,
        key="_language",
        required=True,
        on_change=_changed,
        label_visibility="collapsed",
    )


def _changed() -> None:
    chosen = st.session_state["_language"]
    st.session_state[KEY] = chosen
    with suppress(NotSignedIn):
        prefer(settings().data_dir, person(), KEY, chosen)
    _write(chosen)


def _remembered() -> str:
    kept = None
    with suppress(NotSignedIn):
        kept = preference(settings().data_dir, person(), KEY)
    browser = (st.context.locale or DEFAULT).split("-")[0].lower()
    return next((code for code in (kept, browser) if code in LANGUAGES), DEFAULT)


def _write(code: str) -> None:
    """English needs no word in the address, unless a reader's browser would say otherwise."""
    st.session_state["_language_written"] = code
    if (code != DEFAULT or ADDRESS in st.query_params) and st.query_params.get(ADDRESS) != code:
        st.query_params[ADDRESS] = code
