"""Several symbols beside the stock on show, on one scale."""

import streamlit as st

from core.charts.compare import compare_chart
from core.charts.style import CONFIG, Theme
from core.compare import BASE, rebased
from core.market.schema import find_market
from pages.parts.choosing import readable
from pages.parts.export import export_buttons
from pages.parts.reading import known_indices, known_symbols, weekly
from pages.parts.words import day

MOST = 4


def chosen_beside(market: str) -> list[str]:
    """The symbols to compare with: from the address where it names some, else the session's."""
    known = [*known_indices(market), *known_symbols(market)["symbol"]]
    asked = st.query_params.get("compare", "")
    written = st.session_state.get("_address", {}).get("compare", "")
    if asked and (asked != written or "beside" not in st.session_state):
        found, unknown, wrong = readable(asked, known)
        if unknown or wrong:
            st.warning(
                "Some of the symbols to compare with are not among those of "
                f"{find_market(market).name} here and were left out. Choose others below."
            )
        if len(found) > MOST:
            st.warning(f"At most {MOST} symbols are compared with; the others were left out.")
        st.session_state["beside"] = found[:MOST]
    kept = [name for name in st.session_state.get("beside", []) if name in known]
    st.session_state["beside"] = kept
    return kept


def compare_part(market: str, symbol: str, theme: Theme, weeks: int) -> None:
    """Choice, chart and its data.

    Parameters
    ----------
    market, symbol : str
    theme : "light" or "dark"
    weeks : int
        How many of the last weeks are shown.
    """
    kept = st.session_state["beside"]
    names = known_symbols(market).set_index("symbol")["name"].to_dict()
    options = [*known_indices(market), *names]
    picker, switch = st.columns([4, 1], vertical_alignment="bottom")
    st.session_state["_beside"] = kept
    picker.multiselect(
        f"Compare {symbol} with",
        options,
        key="_beside",
        max_selections=MOST,
        placeholder=f"Up to {MOST} stocks or indices",
        format_func=lambda name: f"{name} · {names[name]}" if names.get(name) else name,
        on_change=_changed,
    )
    log = switch.toggle("Log axis", key="compare_log", persist_state="session")
    others = [name for name in kept if name != symbol]
    if not others:
        st.info(
            f"Choose up to {MOST} stocks or indices: all start at {BASE:.0f} in the first week "
            "they share.",
            icon=":material/show_chart:",
        )
        return
    closes = {name: weekly(market, name)["close"] for name in [symbol, *others]}
    table = rebased(closes, weeks)
    st.plotly_chart(
        compare_chart(table, theme, log=log),
        key="compare",
        theme=None,
        config=CONFIG,
        alt=f"{', '.join(closes)}, rebased to {BASE:.0f}",
    )
    if table.empty:
        st.caption("Choose a longer time above, or other symbols.")
        return
    indices = [name for name in others if name in known_indices(market)]
    without = ""
    if indices:
        what = "are price indices" if len(indices) > 1 else "is a price index"
        without = f" {' and '.join(indices)} {what}, without dividends."
    st.caption(
        f"Weekly closes, {day(table.index[0])} = {BASE:.0f}. Stocks are adjusted for splits and "
        f"dividends.{without}"
    )
    export_buttons(table, f"{'-'.join(closes)}-compared", kinds=["csv"])


def _changed() -> None:
    st.session_state["beside"] = st.session_state["_beside"]
