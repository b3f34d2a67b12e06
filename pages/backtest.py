"""Backtest: what following the out-of-sample forecasts would have earned under a market's rules."""

import streamlit as st

from core.backtest.words import title
from core.language import _
from core.market.schema import MARKETS
from pages.parts.backtest_form import ask_section
from pages.parts.backtest_result import compare_section, result_sections
from pages.parts.choosing import choose_market, choose_symbols, follow_address, write_address
from pages.parts.jobs import running_note
from pages.parts.reading import backtests
from pages.parts.words import moment

market = choose_market()
chosen = choose_symbols(market)
theme = st.context.theme.type or "light"

st.title(_("Backtest"), anchor=False)
st.caption(
    _(
        "{market} · What following the forecasts would have earned: only forecasts of weeks their "
        "model had not learned from, orders at the next session's open, under the market's rules. "
        "The past of a rule, no promise."
    ).format(market=_(MARKETS[market].name))
)
running_note(cancel=True)
found = {one["id"]: one for one in backtests(market)}
if found:
    asked = st.query_params.get("id")
    if asked and asked not in found:
        st.warning(_("The backtest of this address is not here; showing the newest."))
    # A newer one comes to the front by itself.
    newest = next(iter(found))
    if st.session_state.get("_newest_backtest") != newest:
        st.session_state["_newest_backtest"] = newest
        st.session_state.pop("backtest", None)
    follow_address("backtest", asked if asked in found else None, newest)
    if st.session_state["backtest"] not in found:
        st.session_state["backtest"] = newest
    picked = st.selectbox(
        _("Backtest"),
        list(found),
        index=list(found).index(st.session_state["backtest"]),
        format_func=lambda name: f"{title(found[name])} ({moment(found[name]['created'])})",
    )
    st.session_state["backtest"] = picked
    write_address(market, chosen, id=picked)
    result_sections(found[picked], theme)
    compare_section(found, picked, theme)
else:
    write_address(market, chosen)
    st.info(
        _(
            "No backtest of this market has run yet. It follows the forecasts of an evaluation, of "
            "a training run or of the stored records, and shows what came of it beside the same "
            "stocks bought and held. Start one below; it takes some seconds."
        ),
        icon=":material/info:",
    )
ask_section(market, chosen, opened=not found)
