"""Find stocks: search, groups and watchlists, under the symbols in the sidebar."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import streamlit as st

from core import watchlists
from core.access import Role
from core.errors import UserError
from core.language import N_, _
from core.market.brands import brand_names
from core.market.groups import INDEX, KINDS, Group, groups
from core.market.schema import printable
from core.market.search import LONGEST, search
from core.market.store import BarStore
from core.settings import settings
from pages.parts.reading import store
from pages.parts.rights import needs, part
from pages.parts.words import plain

RESULTS_SHOWN = 6
WIDTH = 320
"""Pixels: as much as a telephone's sidebar has room for."""
HEIGHT = 400
"""Pixels, always the same: the browser then opens it on the side that has room for it."""
MOST_PILLS = 6
"""Of more groups or watchlists than these, one is chosen from a list."""
NO_INDEX = {
    "VN": N_("VN30 and other groups come with *Names and groups too* on the Data page"),
    "": N_("Members of an index come with a file of names: import one with the column indices"),
}
KIND_TITLES = {"Index": N_("Indices"), "Sector": N_("Sectors"), "Exchange": N_("Exchanges")}


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
    if st.session_state["list"]:
        name = plain(st.session_state["list"])
        st.caption(_("Watchlist **{name}**").format(name=name))
    elif st.session_state["list_base"] and chosen:
        name = plain(st.session_state["list_base"])
        st.caption(_("Changed since the watchlist {name} was opened").format(name=name))
    opened = st.popover(
        _("Find stocks"), icon=":material/search:", width="stretch", key="find_stocks"
    )
    with opened.container(width=WIDTH, height=HEIGHT, border=False):
        by_name, by_group, by_list = st.tabs([_("Search"), _("Groups"), _("Watchlists")])
        with by_name:
            _search(market, stocks, chosen)
        with by_group:
            _groups(market, chosen)
        with by_list:
            _watchlists(market, chosen)


@part()
def _search(market: str, stocks: pd.DataFrame, chosen: list[str]) -> None:
    text = st.text_input(
        _("Symbol or name"),
        key="find_text",
        type="search",
        live=True,
        placeholder=_("Symbol or name: vnm, sua viet nam"),
        label_visibility="collapsed",
    ).strip()[:LONGEST]
    if not text:
        st.caption(
            _(
                "Type a symbol or a part of a name, with or without accents; then add the stock "
                "with one click."
            )
        )
        return
    brands = brand_names(market)
    found = search(stocks, text, brands)
    names = stocks.set_index("symbol")["name"]
    asked = f"“{plain(printable(text))}”"
    if not found and names.isna().all():
        st.caption(
            _(
                "No symbol fits {text}. Fetch names on the Data page, so that stocks are found by "
                "them too."
            ).format(text=asked)
        )
    elif not found:
        st.caption(
            _("Nothing here is called {text}. Its prices may not be here yet.").format(text=asked)
        )
    elif len(found) > RESULTS_SHOWN:
        st.caption(
            _("{count} of {total} for {text}; type on for fewer").format(
                count=RESULTS_SHOWN, total=len(found), text=asked
            )
        )
    else:
        st.caption(_("{count} for {text}").format(count=len(found), text=asked))
    results = st.container(gap=None)
    for symbol in found[:RESULTS_SHOWN]:
        called = [*brands.get(symbol, ())[:1], names[symbol]]
        there = symbol in chosen
        if results.button(
            plain(" · ".join([symbol, *(name for name in called if isinstance(name, str))])),
            # Of this text alone: a click on a result of an earlier text, still drawn while the
            # new one is looked for, then adds nothing.
            key=f"find_add_{symbol}_{text}",
            icon=":material/check:" if there else ":material/add:",
            type="tertiary",
            disabled=there,
            wrap=False,
            help=_("On show already") if there else _("Add {symbol}").format(symbol=symbol),
        ):
            put_on_show([*chosen, symbol])
            st.rerun()


@st.cache_data(max_entries=8, show_spinner=False)
def _known_groups(data_dir: Path, market: str, revision: str) -> list[Group]:
    return groups(BarStore(data_dir), market)


def _groups(market: str, chosen: list[str]) -> None:
    known = _known_groups(settings().data_dir, market, store().revision())
    if not known:
        st.caption(
            _(
                "There are no groups yet. On the Data page, fetch *Names and groups too*, or "
                "import a file of names with the columns sector, exchange or indices."
            )
        )
        return
    add = st.toggle(
        _("Add to those on show"),
        key="find_group_adds",
        help=_("Off: a click shows that group alone."),
    )
    for kind in KINDS:
        of_kind = {group.name: group for group in known if group.kind == kind}
        if not of_kind:
            if kind == INDEX:
                st.caption(_(NO_INDEX.get(market, NO_INDEX[""])))
            continue
        key = f"find_group_{kind}"
        _pick(
            _(KIND_TITLES[kind]),
            {name: len(group.symbols) for name, group in of_kind.items()},
            key,
            on_change=_group_picked,
            args=(key, of_kind, chosen if add else []),
        )


def _pick(label: str, sizes: dict[str, int], key: str, **acts: object) -> None:
    """Names with the number of their stocks to click on, or a list where there are many."""
    if len(sizes) > MOST_PILLS:
        st.selectbox(
            label,
            list(sizes),
            index=None,
            key=key,
            placeholder=_("{count} to choose from").format(count=len(sizes)),
            format_func=lambda name: f"{name} · {sizes[name]}",
            **acts,
        )
    else:
        st.pills(
            label,
            list(sizes),
            key=key,
            format_func=lambda name: f"{plain(name)} · {sizes[name]}",
            **acts,
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
        _pick(
            _("Open"),
            {name: len(held) for name, held in kept.items()},
            "find_list",
            on_change=_list_picked,
            args=(kept,),
        )
    elif not chosen:
        st.caption(_("There is no watchlist yet. Choose some stocks, then save them here."))
    if not (chosen or base):
        return
    name = st.text_input(
        _("Save as"),
        base,
        key=f"find_list_name_{base}",
        max_chars=watchlists.NAME_LENGTH,
        placeholder=_("A name, such as Banks"),
    )
    there = watchlists.same_name(name.strip(), kept)
    over = there is not None and there == base
    # Another list is replaced by a button of its own: a click on Save never does it.
    replace = there is not None and not over
    if replace:
        st.caption(
            _("There is a watchlist {name} already; it holds {count}.").format(
                name=plain(there), count=len(kept[there])
            )
        )
    try:
        with st.container(horizontal=True):
            if st.button(
                _("Replace") if replace else _("Save"),
                key="find_list_replace" if replace else "find_list_save",
                icon=":material/bookmark_add:",
                **needs(
                    Role.ANALYST,
                    _("Keep the {count} stocks on show under this name").format(count=len(chosen)),
                    disabled=not chosen,
                ),
            ):
                said = watchlists.save(data_dir, market, name, chosen, replace=over or replace)
                put_on_show(chosen, said)
                _done(_("Saved the watchlist {name}.").format(name=said))
            if base and st.button(_("Rename"), key="find_list_rename", **needs(Role.ANALYST)):
                said = watchlists.rename(data_dir, market, base, name)
                st.session_state["list_base"] = said
                if opened == base:
                    put_on_show(chosen, said)
                _done(_("The watchlist {old} is now {new}.").format(old=base, new=said))
            if base and st.button(_("Delete"), key="find_list_delete", **needs(Role.ANALYST)):
                watchlists.delete(data_dir, market, base)
                put_on_show(chosen)
                st.session_state["list_base"] = ""
                _done(_("Deleted the watchlist {name}; its stocks stay on show.").format(name=base))
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
