"""From a question on the page to what is shown: by the language model, else by the grammar."""

import json
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.access import Role, actor
from core.answers.catalogue import answer
from core.answers.chat import Worded, converse, switched_on
from core.answers.grammar import Call, Understood, understand
from core.answers.result import Choice, Link, Result
from core.answers.work import Asker
from core.errors import UserError
from core.language import _, language
from core.settings import settings
from pages.parts.jobs import person
from pages.parts.reading import store, written_state


@dataclass(frozen=True)
class Shown:
    """What is shown of an answer.

    Attributes
    ----------
    question : str
    results : tuple of Result
    said : tuple of str
        Sentences above the cards.
    worded : str
        A language model's words, checked; empty without.
    choices : tuple of Choice
    links : tuple of Link
    lost : bool
        Whether examples help.
    """

    question: str
    results: tuple[Result, ...] = ()
    said: tuple[str, ...] = ()
    worded: str = ""
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    lost: bool = False


def asker() -> Asker:
    """Who asks on this page."""
    return Asker(person(), allowed=actor().role >= Role.ANALYST)


def answered(question: str) -> Shown:
    """The answer to a question; a language model is asked once for each."""
    if not switched_on():
        return _by_grammar(question)
    kept = st.session_state.setdefault("ask-worded", {})
    key = (question, language())
    if key not in kept:
        with st.spinner(_("Asking the language model")):
            try:
                kept[key] = converse(settings().data_dir, question, asker())
            except UserError as error:
                kept[key] = Worded("", (), str(error))
    worded: Worded = kept[key]
    if worded.text:
        return Shown(question, worded.results, worded=worded.text)
    if worded.results:
        return Shown(question, worded.results, (worded.refused,))
    plain = _by_grammar(question)
    said = tuple(dict.fromkeys((worded.refused, *plain.said)))
    return Shown(question, plain.results, said, "", plain.choices, plain.links, plain.lost)


def _by_grammar(question: str) -> Shown:
    data_dir = settings().data_dir
    try:
        understood = understand(data_dir, question, _call_before(question))
    except UserError as error:
        return Shown(question, said=(str(error),))
    results, said = [], [understood.said] if understood.said else []
    for call in understood.calls:
        try:
            results.append(_answered(call))
        except UserError as error:
            said.append(str(error))
    _note(question, understood)
    return Shown(
        question,
        tuple(results),
        tuple(said),
        choices=understood.choices,
        links=understood.links,
        lost=understood.lost,
    )


def _answered(call: Call) -> Result:
    if call.tool in ("start_training", "start_refresh"):
        if not asker().may_work:
            return _where_to_start(call.tool)
        return answer(settings().data_dir, call.tool, call.arguments, asker())
    data_dir = settings().data_dir
    state = (*written_state(data_dir), store().revision(), language())
    return _kept(data_dir, state, call.tool, json.dumps(call.arguments, sort_keys=True))


# These depend on the clock and on MLflow, too: a minute is soon enough.
@st.cache_data(max_entries=64, ttl=60, show_spinner=False)
def _kept(data_dir: Path, state: tuple, tool: str, arguments: str) -> Result:
    return answer(data_dir, tool, json.loads(arguments))


def _where_to_start(tool: str) -> Result:
    if tool == "start_training":
        link = Link("training", _("Go to Training"), {})
        return Result(tool, _("Training is started on its own page"), links=(link,))
    link = Link("data", _("Go to Data"), {"part": "refresh"})
    return Result(tool, _("Prices are refreshed on the Data page"), links=(link,))


def _call_before(question: str) -> Call | None:
    """What the question before this one was answered with."""
    asked = st.session_state.get("asked", [])
    place = asked.index(question) + 1 if question in asked else 0
    before = asked[place] if place < len(asked) else ""
    return st.session_state.get("ask-calls", {}).get(before)


def _note(question: str, understood: Understood) -> None:
    if len(understood.calls) == 1:
        st.session_state.setdefault("ask-calls", {})[question] = understood.calls[0]
