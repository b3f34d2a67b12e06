"""Several symbols beside the stock on show, on one scale."""

import streamlit as st

from core.charts.compare import compare_chart
from core.charts.style import CONFIG, Theme
from core.compare import BASE, rebased
from core.formats import number
from core.language import _, ngettext
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
                _(
                    "Some of the symbols to compare with are not among those of {market} here and "
                    "were left out. Choose others below."
                ).format(market=_(find_market(market).name))
            )
        if len(found) > MOST:
            st.warning(
                _("At most {most} symbols are compared with; the others were left out.").format(
                    most=MOST
                )
            )
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
        _("Compare {symbol} with").format(symbol=symbol),
        options,
        key="_beside",
        max_selections=MOST,
        placeholder=_("Up to {most} stocks or indices").format(most=MOST),
        format_func=lambda name: f"{name} · {names[name]}" if names.get(name) else name,
        on_change=_changed,
    )
    log = switch.toggle(_("Log axis"), key="compare_log", persist_state="session")
    others = [name for name in kept if name != symbol]
    if not others:
        st.info(
            _(
                "Choose up to {most} stocks or indices: all start at {base} in the first week they "
                "share."
            ).format(most=MOST, base=number(BASE)),
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
        alt=_("{symbols}, rebased to {base}").format(symbols=", ".join(closes), base=number(BASE)),
    )
    if table.empty:
        st.caption(_("Choose a longer time above, or other symbols."))
        return
    indices = [name for name in others if name in known_indices(market)]
    without = ""
    if indices:
        without = " " + ngettext(
            "{names} is a price index, without dividends.",
            "{names} are price indices, without dividends.",
            len(indices),
        ).format(names=(" " + _("and") + " ").join(indices))
    st.caption(
        _("Weekly closes, {day} = {base}. Stocks are adjusted for splits and dividends.").format(
            day=day(table.index[0]), base=number(BASE)
        )
        + without
    )
    export_buttons(table, f"{'-'.join(closes)}-compared", kinds=["csv"])


def _changed() -> None:
    st.session_state["beside"] = st.session_state["_beside"]
