"""Evidence: how good the forecasts are, measured walk-forward, and the audit for leaks."""

import streamlit as st

from core.formats import day
from core.language import _
from core.market.schema import MARKETS
from pages.parts.audit import audit_section
from pages.parts.choosing import choose_market, choose_symbols, write_address
from pages.parts.evaluating import ask_section
from pages.parts.evidence import (
    aims_section,
    answers_section,
    calls_section,
    facts_section,
    groups_section,
    honesty_section,
    tables_section,
)
from pages.parts.jobs import running_note
from pages.parts.reading import evaluations
from pages.parts.words import moment

market = choose_market()
chosen = choose_symbols(market)
write_address(market, chosen)
theme = st.context.theme.type or "light"

st.title(_("Evidence"), anchor=False)
st.caption(
    _(
        "{market} · How good the forecasts are, and how we know: every model is refitted each half "
        "year on the past only, and judged on the weeks that follow."
    ).format(market=_(MARKETS[market].name))
)
running_note(cancel=True)
found = evaluations(market)
if found:
    names = {
        record["id"]: _("{count} stocks, {first} to {last} (run {created})").format(
            count=record["count"],
            first=day(record["first_week"]),
            last=day(record["last_week"]),
            created=moment(record["created"]),
        )
        for record in found
    }
    # A newer one comes to the front by itself.
    picked = st.selectbox(
        _("Evaluation"), list(names), format_func=names.get, key=f"of-{found[0]['id']}"
    )
    record = next(record for record in found if record["id"] == picked)
    answers_section(record)
    tables_section(record)
    aims_section(record)
    honesty_section(record, theme)
    calls_section(record, theme)
    groups_section(record)
    facts_section(record)
else:
    st.info(
        _(
            "No evaluation of this market has run yet. It makes the forecasts of past years again, "
            "each from what was known then, and scores them beside plain baselines: no change, and "
            "the usual shares of UP, SIDEWAYS and DOWN. Start one below; a market of 150 stocks "
            "takes some ten minutes, in the background."
        ),
        icon=":material/info:",
    )
ask_section(market, chosen, opened=not found)
audit_section(market, chosen)
