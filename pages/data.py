"""Data: how fresh the prices are, where they come from, bringing in more."""

import streamlit as st

from core.language import N_, _
from core.market.schema import MARKETS
from pages.parts.calendar_editor import calendar_editor
from pages.parts.choosing import put_address
from pages.parts.importing import import_section
from pages.parts.jobs import running_note
from pages.parts.prices import prices_section
from pages.parts.reading import known_symbols
from pages.parts.sources import refresh_section
from pages.parts.storage import storage_section

SECTIONS = {
    "prices": N_("Prices"),
    "refresh": N_("Sources and refresh"),
    "import": N_("Import files"),
    "calendar": N_("Calendar"),
    "storage": N_("Disk use"),
}

st.title(_("Data"), anchor=False)
st.caption(
    _("Daily prices, kept in one folder on this machine. Only a refresh asks anyone for anything.")
)
with st.container():  # kept when nothing runs, so that what follows does not change its place
    running_note(cancel=True)

known = known_symbols()
newest = "VN" if known.empty else known.sort_values("last")["market"].iloc[-1]
asked = st.query_params.get("market", st.session_state.get("market", "")).upper()
part = st.query_params.get("part", "")
parts, markets = st.columns([7, 3])
section = parts.pills(
    _("Show"),
    list(SECTIONS),
    default=part if part in SECTIONS else "prices" if len(known) else "import",
    format_func=lambda part: _(SECTIONS[part]),
    key="data_part",
    required=True,
    label_visibility="collapsed",
)
market = markets.segmented_control(
    _("Market"),
    list(MARKETS),
    default=asked if asked in MARKETS else newest,
    format_func=lambda code: _(MARKETS[code].name),
    key="data_market",
    required=True,
    label_visibility="collapsed",
)
put_address({"market": market, "part": section})
st.session_state["market"] = market

if section == "prices":
    prices_section(market)
elif section == "refresh":
    refresh_section(market)
elif section == "import":
    import_section(market)
elif section == "calendar":
    calendar_editor(market)
else:
    storage_section()
