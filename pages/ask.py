"""Ask: questions in Vietnamese or English, answered with cards and the pages that prove them."""

import streamlit as st

from core.answers.chat import switched_on
from core.language import _
from core.settings import settings
from pages.parts.ask import ask_for, asked_before, examples, question_form
from pages.parts.ask_answer import answered
from pages.parts.ask_card import show
from pages.parts.choosing import put_address
from pages.parts.jobs import running_note
from pages.parts.words import plain

st.title(_("Ask"), anchor=False)
if switched_on():
    told = _(
        "In Vietnamese or English. The language model {model} words the answers from the records "
        "here; your question and what it looks up are sent to its endpoint. Every figure it says "
        "is checked."
    ).format(model=plain(settings().chat_model))
else:
    told = _(
        "In Vietnamese or English, answered from the records here. Nothing leaves this machine."
    )
st.caption(told)
running_note()
question_form()
asked = ask_for()
if not asked:
    put_address({})
    examples(_("You can ask such as:"))
    st.stop()
put_address({"q": asked})
show(answered(asked))
asked_before(asked)
