"""Who looks at the pages, where people sign in; and the page of those who may not come in."""

from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import access
from core.access import Actor, actor, oidc
from core.access.claims import NoRole, NotSignedIn, SessionEnded
from core.language import _
from core.settings import settings

FAILED = "signing_in"
"""In the address where the last try came to nothing; see api.signed_in."""


def _claims() -> dict:
    """What the provider said of this session's person; nothing outside a page."""
    context = get_script_run_ctx(suppress_warning=True)
    return dict(context.user_info) if context is not None else {}


def _of_session() -> Actor | None:
    """Asked anew each time: callbacks and parts of a page run without the whole of it."""
    return oidc.signed_in(_claims()) if oidc.switched_on() else None


access.ask(_of_session)


def turned_away() -> NotSignedIn | None:
    """Why this visitor may see no page; None where they may.

    Raises
    ------
    UserError
        If the settings of signing in are wrong: nobody may.
    """
    try:
        actor()
    except NotSignedIn as refusal:
        return refusal
    if FAILED in st.query_params:
        del st.query_params[FAILED]
    return None


def ask_to_sign_in(refusal: NotSignedIn) -> DeltaGenerator:
    """The page of somebody who may not come in; the place for its foot."""
    __, middle, __ = st.columns([1, 2, 1])
    with middle:
        st.space("large")
        with st.container(border=True, key="sign-in"):
            st.title("Weeklens", anchor=False)
            if isinstance(refusal, NoRole):
                _no_role(refusal)
            else:
                _sign_in(refusal)
    return middle


def _sign_in(refusal: NotSignedIn) -> None:
    if isinstance(refusal, SessionEnded):
        st.info(str(refusal), icon=":material/schedule:")
    elif st.query_params.get(FAILED):
        st.warning(
            _(
                "Signing in came to nothing: {host} did not answer, or did not let you in. Try "
                "again; if it stays so, tell whoever runs this Weeklens."
            ).format(host=f"`{oidc.provider().host}`"),
            icon=":material/info:",
        )
    else:
        st.markdown(_("Weekly indicators and forecasts. Sign in to read them."))
    here, home = urlsplit(st.context.url or settings().url), urlsplit(settings().url)
    if (here.scheme, here.netloc) != (home.scheme, home.netloc):
        # The cookie of who is signed in holds for one address alone.
        st.markdown(_("People sign in at the address of this Weeklens:"))
        st.link_button(settings().url, settings().url, type="primary", icon=":material/login:")
        return
    st.button(
        _("Sign in"),
        key="sign_in",
        type="primary",
        icon=":material/login:",
        on_click=st.login,
        help=_("At {host}").format(host=oidc.provider().host),
    )


def _no_role(refusal: NoRole) -> None:
    st.warning(str(refusal), icon=":material/lock:")
    st.markdown(
        _(
            "Owners of this Weeklens decide who may come in, at {host} or in its settings. Once "
            "you were given a role, sign out and in again."
        ).format(host=f"`{oidc.provider().host}`")
    )
    _sign_out_button()


def show_who() -> None:
    """Who is signed in and as what, in the sidebar; nothing where nobody signs in."""
    if not oidc.switched_on():
        return
    who = actor()
    with st.sidebar.container(key="who", gap=None):
        st.text(who.name)
        line = st.container(horizontal=True, vertical_alignment="center")
        line.caption(_(who.role.word).capitalize())
        with line:
            _sign_out_button()


def _sign_out_button() -> None:
    st.button(
        _("Sign out"), key="sign_out", type="tertiary", icon=":material/logout:", on_click=_sign_out
    )


def _sign_out() -> None:
    oidc.leave(_claims())
    st.logout()
