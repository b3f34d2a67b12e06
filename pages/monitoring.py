"""Monitoring: are the live forecasts as good as their out-of-sample weeks let expect."""

import streamlit as st

from core.language import _
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.choosing import choose_market, choose_symbols
from pages.parts.jobs import running_note
from pages.parts.monitoring import (
    choose_versions,
    empty_section,
    scores_section,
    state_section,
    tables_section,
)
from pages.parts.monitoring_drift import drift_part, trends_part
from pages.parts.reading import scored_forecasts

market = choose_market()
chosen = choose_symbols(market)
theme = st.context.theme.type or "light"

st.title(_("Monitoring"), anchor=False)
st.caption(
    _(
        "{market} · Every stored forecast is scored when its target date comes, and held against "
        "what its versions scored on weeks they had not learned from."
    ).format(market=_(MARKETS[market].name))
)
running_note()
state_section(market)
pair = choose_versions(market, chosen)
scored = scored_forecasts(market)
if pair in scored and len(scored[pair]):
    scores_section(market, pair, theme)
    tables_section(market, pair, chosen, theme)
else:
    empty_section(market, pair)
drift_part(settings().data_dir, market)
trends_part(market)
