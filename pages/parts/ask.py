"""What is asked: the form, examples to click, and what was asked before."""

import streamlit as st

from core.answers.grammar import EXAMPLES, LONGEST
from core.language import _, language
from pages.parts.words import plain

MOST_BEFORE = 20


def question_form() -> None:
    """Where a question is written."""
    form = st.form("ask-form", border=False, enter_to_submit=True)
    with form.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            _("Your question"),
            key="ask-text",
            max_chars=LONGEST,
            type="search",
            placeholder=_("How does FPT look next month?"),
            label_visibility="collapsed",
        )
        st.form_submit_button(_("Ask"), type="primary", icon=":material/send:", on_click=_submitted)


def ask_for() -> str:
    """The question on show: the last one asked here, or that of an address from outside."""
    address = st.query_params.get("q", "").strip()
    if address and address != st.session_state.get("_asked_address"):
        ask(address)
    asked = st.session_state.get("ask", "")
    st.session_state["_asked_address"] = asked
    return asked


def ask(question: str) -> None:
    """Put a question on show, and note it among those asked."""
    question = question.strip()
    if not question:
        return
    st.session_state["ask"] = question
    before = [q for q in st.session_state.get("asked", []) if q != question]
    st.session_state["asked"] = [question, *before][:MOST_BEFORE]


def examples(words: str) -> None:
    """Questions that are understood, to click."""
    st.markdown(words)
    st.pills(
        words,
        range(len(EXAMPLES)),
        format_func=lambda place: _(EXAMPLES[place]),
        key=f"ask-example-{language()}",
        on_change=_example,
        label_visibility="collapsed",
    )


def asked_before(now: str) -> None:
    """The session's earlier questions, to ask again."""
    before = [question for question in st.session_state.get("asked", []) if question != now]
    if not before:
        return
    st.subheader(_("Asked before"), anchor=False)
    for place, question in enumerate(before):
        st.button(
            plain(question),
            key=f"ask-again-{place}",
            type="tertiary",
            icon=":material/history:",
            on_click=ask,
            args=(question,),
        )


def _submitted() -> None:
    ask(st.session_state["ask-text"])
    st.session_state["ask-text"] = ""


def _example() -> None:
    place = st.session_state[f"ask-example-{language()}"]
    if place is not None:
        ask(_(EXAMPLES[place]))
        st.session_state[f"ask-example-{language()}"] = None
