"""Warnings beside stocks whose prices are in doubt."""

import streamlit as st

from core.language import _
from core.market.quality.catalogue import ALARM_WEEKS
from core.market.quality.record import flagged
from core.settings import settings


def data_warnings(market: str) -> dict[str, str]:
    """For a table: a sign and the number of kinds of findings beside each stock concerned."""
    found = flagged(settings().data_dir, market)
    return {symbol: f"⚠ {len(texts)}" for symbol, texts in found.items()}


def badge_line(market: str, symbol: str) -> None:
    """Draw a stock's badges and the way to their reasons; nothing where all is well."""
    texts = flagged(settings().data_dir, market).get(symbol)
    if not texts:
        return
    badges = " ".join(f":orange-badge[:material/warning: {_(text)}]" for text in texts)
    st.markdown(
        f"{badges}  \n"
        + _(
            "Found in the prices of the last {weeks} weeks to the market's newest session, on "
            "which its indicators rest."
        ).format(weeks=ALARM_WEEKS)
    )
    st.page_link(
        "pages/quality.py",
        label=_("See what was found"),
        icon=":material/fact_check:",
        query_params={"market": market, "symbol": symbol},
    )
