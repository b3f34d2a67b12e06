"""Find stocks: search, groups and watchlists, under the symbols in the sidebar."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import streamlit as st

from core import watchlists
from core.errors import UserError
from core.market.groups import KINDS, Group, groups
from core.market.search import search
from core.market.store import BarStore
from core.settings import settings
from pages.parts.reading import store
from pages.parts.words import plain

RESULTS_SHOWN = 6
WIDTH = 320
"""Pixels: as much as a telephone's sidebar has room for."""
KIND_TITLES = {"Index": "Indices", "Sector": "Sectors", "Exchange": "Exchanges"}


def put_on_show(symbols: Iterable[str], watchlist: str = "") -> None:
    """Make these the stocks on show; with the name of the watchlist they come from."""
    st.session_state["symbols"] = list(symbols)
    st.session_state["list"] = watchlist
    if watchlist:
        st.session_state["list_base"] = watchlist


def find_stocks(market: str, stocks: pd.DataFrame, chosen: list[str]) -> None:
    """A button that opens search, groups and watchlists.

    Parameters
    ----------
    market : str
    stocks : DataFrame
        The stocks of the market, see `BarStore.symbols`.
    chosen : list of str
        Those on show; empty for all.
    """
    opened = st.popover("Find stocks", icon=":material/search:", width="stretch", key="find_stocks")
    with opened.container(width=WIDTH):
        by_name, by_group, by_list = st.tabs(["Search", "Groups", "Watchlists"])
        with by_name:
            _search(stocks, chosen)
        with by_group:
            _groups(market, chosen)
        with by_list:
            _watchlists(market, chosen)
    if st.session_state["list"]:
        st.caption(f"Watchlist **{plain(st.session_state['list'])}**")
    elif st.session_state["list_base"] and chosen:
        st.caption(f"Changed since the watchlist {plain(st.session_state['list_base'])} was opened")


@st.fragment
def _search(stocks: pd.DataFrame, chosen: list[str]) -> None:
    text = st.text_input(
        "Symbol or name",
        key="find_text",
        type="search",
        live=True,
        placeholder="vnm, sua viet nam",
        help="With or without accents, in any case.",
    )
    found = search(stocks, text or "")
    names = stocks.set_index("symbol")["name"]
    results = st.container(gap=None)
    for symbol in found[:RESULTS_SHOWN]:
        name = f" · {names[symbol]}" if isinstance(names[symbol], str) else ""
        there = symbol in chosen
        if results.button(
            plain(f"{symbol}{name}"),
            key=f"find_add_{symbol}",
            icon=":material/check:" if there else ":material/add:",
            type="tertiary",
            disabled=there,
            wrap=False,
            help="On show already" if there else f"Add {symbol}",
        ):
            put_on_show([*chosen, symbol])
            st.rerun()
    if text and not found:
        st.caption("No stock has such a symbol or name. Its prices may not be here yet.")
    elif len(found) > RESULTS_SHOWN:
        st.caption(f"And {len(found) - RESULTS_SHOWN} more: type further to narrow them down.")
    elif not text:
        st.caption("Type a symbol or a part of a name, then add the stock with one click.")


@st.cache_data(max_entries=8, show_spinner=False)
def _known_groups(data_dir: Path, market: str, revision: str) -> list[Group]:
    return groups(BarStore(data_dir), market)


def _groups(market: str, chosen: list[str]) -> None:
    known = _known_groups(settings().data_dir, market, store().revision())
    if not known:
        st.caption(
            "There are no groups yet. On the Data page, import a file of names with the columns "
            "sector, exchange or indices."
        )
        return
    add = st.toggle(
        "Add to those on show",
        key="find_group_adds",
        help="Off: a click shows that group alone.",
    )
    for kind in KINDS:
        of_kind = {group.name: group for group in known if group.kind == kind}
        if not of_kind:
            continue
        key = f"find_group_{kind}"
        st.pills(
            KIND_TITLES[kind],
            list(of_kind),
            key=key,
            format_func=lambda name, of=of_kind: f"{plain(name)} · {len(of[name].symbols)}",
            on_change=_group_picked,
            args=(key, of_kind, chosen if add else []),
        )


def _group_picked(key: str, of_kind: dict[str, Group], kept: list[str]) -> None:
    group = of_kind.get(st.session_state[key])
    st.session_state[key] = None  # a click acts; nothing stays pressed
    if group is not None:
        put_on_show(dict.fromkeys([*kept, *group.symbols]))


def _watchlists(market: str, chosen: list[str]) -> None:
    data_dir = settings().data_dir
    kept = watchlists.watchlists(data_dir, market)
    opened = st.session_state["list"]
    base = st.session_state["list_base"]
    if kept:
        st.session_state["find_list"] = opened or None
        st.pills(
            "Open",
            list(kept),
            key="find_list",
            format_func=lambda name: f"{plain(name)} · {len(kept[name])}",
            on_change=_list_picked,
            args=(kept,),
        )
    elif not chosen:
        st.caption("There is no watchlist yet. Choose some stocks, then save them here.")
    if not (chosen or base):
        return
    name = st.text_input(
        "Save as",
        base,
        key=f"find_list_name_{base}",
        max_chars=watchlists.NAME_LENGTH,
        placeholder="A name, such as Banks",
    )
    try:
        with st.container(horizontal=True):
            over = bool(base) and name.strip().casefold() == base.casefold()
            if st.button(
                "Save",
                key="find_list_save",
                icon=":material/bookmark_add:",
                disabled=not chosen,
                help=f"Keep the {len(chosen)} stocks on show under this name",
            ):
                said = watchlists.save(data_dir, market, name, chosen, replace=over)
                put_on_show(chosen, said)
                _done(f"Saved the watchlist {said}.")
            if base and st.button("Rename", key="find_list_rename"):
                said = watchlists.rename(data_dir, market, base, name)
                st.session_state["list_base"] = said
                if opened == base:
                    put_on_show(chosen, said)
                _done(f"The watchlist {base} is now {said}.")
            if base and st.button("Delete", key="find_list_delete"):
                watchlists.delete(data_dir, market, base)
                put_on_show(chosen)
                st.session_state["list_base"] = ""
                _done(f"Deleted the watchlist {base}; its stocks stay on show.")
    except UserError as error:
        st.error(plain(str(error)))


def _list_picked(kept: dict[str, list[str]]) -> None:
    name = st.session_state["find_list"]
    if name in kept:
        put_on_show(kept[name], name)
    else:
        put_on_show([])


def _done(words: str) -> None:
    st.toast(plain(words))
    st.rerun()
