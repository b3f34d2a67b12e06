"""Which stocks a training, or the weekly schedule, learns from."""

import streamlit as st

from core import watchlists
from core.formats import number
from core.language import _
from core.market.schema import MARKETS
from core.settings import settings
from core.training.request import ALL, CHOSEN, LIST
from pages.parts.jobs import listed
from pages.parts.reading import known_symbols
from pages.parts.words import plain

SHOWN = 8


def choose_stocks(
    market: str, chosen: list[str], key: str, first: str | None = None, watchlist: str = ""
) -> tuple[str, str]:
    """All stocks, those chosen in the sidebar, or a watchlist.

    Parameters
    ----------
    market : str
    chosen : list of str
    key : str
        Of the widgets.
    first : str, optional
        What is selected to begin with; by default the chosen ones, where there are any.
    watchlist : str
        The list that is selected to begin with.

    Returns
    -------
    tuple of (str, str)
        "all", "chosen" or "list", and the name of the list.
    """
    lists = watchlists.watchlists(settings().data_dir, market)
    words = {
        ALL: _("All {count} of {market}").format(
            count=number(len(known_symbols(market))), market=_(MARKETS[market].name)
        )
    }
    if chosen:
        words[CHOSEN] = _("The chosen: {stocks}").format(stocks=listed(chosen, SHOWN))
    if lists:
        words[LIST] = _("A watchlist")
    begin = first if first in words else CHOSEN if chosen and first is None else ALL
    which = st.radio(
        _("Stocks to learn from"),
        list(words),
        format_func=words.get,
        index=list(words).index(begin),
        key=f"{key}-{bool(chosen)}",
        help=_("Choose some in the sidebar to learn from those alone. More stocks teach more."),
    )
    if which != LIST:
        return which, ""
    names = list(lists)
    named = st.selectbox(
        _("Watchlist"),
        names,
        index=names.index(watchlist) if watchlist in names else 0,
        format_func=lambda name: f"{plain(name)} ({len(lists[name])})",
        key=f"{key}-list",
    )
    return which, named
