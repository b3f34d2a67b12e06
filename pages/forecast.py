"""Forecast: one stored forecast by its link, as it was, and apart from it what happened since."""

import streamlit as st

from core import forecasts
from core.errors import UserError
from core.language import _
from core.settings import settings
from core.share import reading
from pages.parts.sharing import share_button
from pages.parts.stored import came_since, drawn_as_it_was, origin
from pages.parts.words import day, moment, plain

data_dir = settings().data_dir
asked = st.query_params.get("id", "").strip()
try:
    if not asked:
        raise UserError(
            _("This page shows one stored forecast: open it by a link that was shared.")
        )
    record = forecasts.find(data_dir, asked)
except UserError as error:
    st.info(plain(str(error)), icon=":material/info:")
    st.page_link("pages/market.py", label=_("Go to Market"), icon=":material/table_rows:")
    st.stop()

market, symbol = record["market"], record["symbol"]
title, button = st.columns([5, 1], vertical_alignment="bottom")
title.title(f"{symbol} {plain(reading.company(data_dir, market, symbol))}".rstrip(), anchor=False)
with button:
    share_button(record)
st.caption(
    _("A stored forecast as it was made, from prices up to {day}; stored {moment}.").format(
        day=day(record["as_of"]), moment=moment(record["created"])
    )
)
shown = forecasts.latest(data_dir, market)
newer = shown[(shown["symbol"] == symbol) & (shown["id"] != record["id"])]
if len(newer):
    st.info(
        _("The forecast of {symbol} on show today is another one, as of {day}.").format(
            symbol=plain(symbol), day=day(newer.iloc[0]["as_of"])
        ),
        icon=":material/history:",
    )
    st.page_link(
        "pages/stock.py",
        label=_("Go to {symbol} today").format(symbol=symbol),
        icon=":material/candlestick_chart:",
        query_params={"market": market, "symbol": symbol},
    )
drawn_as_it_was(record)
st.header(_("What happened since"), anchor=False)
came_since(record)
st.header(_("Where it comes from"), anchor=False)
origin(record)
