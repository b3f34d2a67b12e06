"""Asking for an evaluation."""

import streamlit as st

from core.access import Role
from core.errors import UserError
from core.evaluation.request import expected_seconds, request_evaluation, span, stocks_of
from core.formats import day
from core.language import N_, _
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.jobs import person, told_if_ended_badly
from pages.parts.reading import store
from pages.parts.rights import needs
from pages.parts.words import duration

ENDED = {
    "failed": N_("The evaluation of {time} was failed."),
    "cancelled": N_("The evaluation of {time} was cancelled."),
    "interrupted": N_("The evaluation of {time} was interrupted."),
}
"""What is said of an evaluation that did not end well."""


def ask_section(market: str, chosen: list[str], *, opened: bool) -> None:
    """Stocks, years, how long it will take, and the button."""
    with st.expander(_("Start an evaluation"), expanded=opened, icon=":material/science:"):
        _form(market, chosen)
    told_if_ended_badly("evaluate", market, ENDED)


def _form(market: str, chosen: list[str]) -> None:
    data_dir = settings().data_dir
    words = {"all": _("All stocks of {market}").format(market=_(MARKETS[market].name))}
    if chosen:
        names = ", ".join(chosen[:8])
        if len(chosen) > 8:
            names += _(" and {count} more").format(count=len(chosen) - 8)
        words["chosen"] = _("The chosen: {names}").format(names=names)
    which = st.radio(
        _("Stocks"),
        list(words),
        format_func=words.get,
        key=f"evaluated-{bool(chosen)}",
        help=_(
            "Choose some in the sidebar to judge those alone. Models learn from the stocks that "
            "are judged; fewer than five in a week cannot be ranked."
        ),
    )
    symbols = chosen if which == "chosen" else None
    try:
        stocks = stocks_of(store(), market, symbols)
        known = span(stocks, settings().horizon_weeks)
    except UserError as error:
        st.info(str(error), icon=":material/info:")
        return
    left, right = st.columns(2)
    limits = {"min_value": known.begins.year, "max_value": known.ends.year, "format": "%d"}
    first = left.number_input(
        _("First year judged"),
        value=known.first,
        key=f"first-{market}-{which}",
        help=_(
            "The years before it teach the models and fit calibration, shrinkage and intervals; at "
            "least four, or half of the history, by default."
        ),
        **limits,
    )
    last = right.number_input(
        _("Last year judged"), value=known.last, key=f"last-{market}-{which}", **limits
    )
    if first <= last:
        seconds, seen = expected_seconds(data_dir, stocks, known, int(first), int(last))
        whence = _("from the last one here") if seen else _("an estimate for two cores")
        st.caption(
            _(
                "{count} stocks with indicators from {begins} and outcomes to {ends}. It takes "
                "about {time} ({whence}); you may close this page meanwhile. What is cut off goes "
                "on fold by fold."
            ).format(
                count=len(stocks),
                begins=day(known.begins),
                ends=day(known.ends),
                time=duration(seconds),
                whence=whence,
            )
        )
    if not st.button(
        _("Evaluate"),
        type="primary",
        icon=":material/play_arrow:",
        key="evaluate",
        **needs(Role.ANALYST),
    ):
        return
    try:
        request_evaluation(data_dir, market, symbols, int(first), int(last), by=person())
    except UserError as error:
        st.error(str(error), icon=":material/info:")
        return
    st.rerun()
