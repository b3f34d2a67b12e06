"""Alerts: what is watched, where it is told, and what became of each message."""

import streamlit as st

from core.alerts import channels, kept
from core.language import _
from core.settings import settings
from pages.parts.alerts_channels import channels_section
from pages.parts.alerts_manners import manners_section
from pages.parts.alerts_rules import rules_section
from pages.parts.alerts_sent import sent_section

data_dir = settings().data_dir
there, rules = channels.channels(data_dir), kept.rules(data_dir)

st.title(_("Alerts"), anchor=False)
st.caption(
    _(
        "Rules look at prices, jobs and stored forecasts after every job and once an hour, for as "
        "long as Weeklens runs; what is new goes to your channels. An alert about a stock carries "
        "the picture of its stored forecast and the link to it."
    )
)
if not there or not rules:
    st.info(
        _(
            "Nothing is sent yet. 1. Add a channel, such as your mail. 2. Send a test through it. "
            "3. Add a rule: what you want to hear of."
        ),
        icon=":material/info:",
    )
sent_section(data_dir)
rules_section(data_dir, rules, there)
channels_section(data_dir, there)
manners_section(data_dir)
