"""What the one who looks may see and press; core refuses the act all the same."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from core.access import Role, actor
from core.access.claims import NotSignedIn
from core.errors import UserError
from core.language import _
from pages.parts.words import plain

Given = ParamSpec("Given")


def needs(role: Role, tip: str | None = None, *, disabled: bool = False) -> dict:
    """Whether a button can be pressed, and what it says where the mouse rests on it.

    Parameters
    ----------
    role : Role
        That the act asks for.
    tip : str, optional
        Said to those who may.
    disabled : bool
        For another reason.

    Returns
    -------
    dict
        ``disabled`` and ``help`` of a widget.
    """
    if lacking := lacks(role):
        return {"disabled": True, "help": lacking}
    return {"disabled": disabled, "help": tip}


def lacks(role: Role) -> str:
    """Why the one who looks may not do it; empty where they may."""
    who = actor()
    if who.role >= role:
        return ""
    return _("This needs the role {needed}; you are here as {role}.").format(
        needed=_(role.word), role=_(who.role.word)
    )


def part(
    run_every: float | None = None,
) -> Callable[[Callable[Given, object]], Callable[Given, object]]:
    """A part of a page that can be drawn again alone, for as long as one may look at the page.

    Parameters
    ----------
    run_every : float, optional
        Seconds after which it is, by itself.
    """

    def decorated(draw: Callable[Given, object]) -> Callable[Given, object]:
        @st.fragment(run_every=run_every)
        @wraps(draw)
        def drawn(*args: Given.args, **kwargs: Given.kwargs) -> object:
            try:
                actor()
            except NotSignedIn:
                st.rerun()  # all of it: navigation.py says what has ended
            return draw(*args, **kwargs)

        return drawn

    return decorated


def told(act: Callable[Given, object]) -> Callable[Given, None]:
    """A widget's callback whose refusal is a passing sentence; the page is drawn all the same."""

    @wraps(act)
    def done(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except UserError as error:
            st.toast(plain(str(error)), icon=":material/info:")

    return done
