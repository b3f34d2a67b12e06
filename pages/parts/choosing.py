"""Which market and symbols are on show; kept in the address, so that a copy opens the same view."""

import streamlit as st

from core import watchlists
from core.errors import UserError
from core.language import _, ngettext
from core.market.schema import MARKETS, check_symbol, printable
from core.settings import settings
from pages.parts.finding import find_stocks, put_on_show
from pages.parts.reading import known_symbols
from pages.parts.speaking import ADDRESS
from pages.parts.words import plain


def choose_market() -> str:
    """The market on show: from the address, else the one with the newest prices.

    Ends the page with the next step where there are no prices at all.
    """
    known = known_symbols()
    if known.empty:
        st.info(
            _("There are no prices yet. Bring some in on the Data page."), icon=":material/info:"
        )
        st.page_link("pages/data.py", label=_("Go to Data"), icon=":material/database:")
        st.stop()
    there = [code for code in MARKETS if code in set(known["market"])]
    newest = known.sort_values("last")["market"].iloc[-1]
    asked = st.query_params.get("market", "").strip()
    code = asked.upper()
    if st.session_state.get("market") not in there:
        st.session_state.pop("market", None)
    follow_address("market", code if code in there else None, newest)
    if asked and code not in there:
        if code in MARKETS:
            refused = _("{market} has no prices yet; showing {other}.")
            asked = _(MARKETS[code].name)
        else:
            refused = _("There is no market {market}; showing {other}.")
            asked = plain(repr(printable(asked, 12)))
        shown = MARKETS[st.session_state["market"]]
        st.warning(refused.format(market=asked, other=_(shown.name)))
    if len(there) > 1:
        st.session_state["_market"] = st.session_state["market"]
        st.sidebar.segmented_control(
            _("Market"),
            there,
            key="_market",
            format_func=lambda code: _(MARKETS[code].name),
            on_change=_market_changed,
            required=True,
        )
    return st.session_state["market"]


def choose_symbols(market: str) -> list[str]:
    """The symbols on show; an empty list means every stock of the market."""
    stocks = known_symbols(market)
    known = list(stocks["symbol"])
    _follow_choice(market, known)
    chosen = [symbol for symbol in st.session_state["symbols"] if symbol in known]
    opened = st.session_state["list"]
    if opened and not chosen:
        st.warning(
            _(
                "There are no prices here of the stocks of the watchlist {name}; showing all "
                "stocks. Import them on the Data page."
            ).format(name=plain(opened))
        )
    # Set on every run: a widget on another page is a new one to the browser and starts empty.
    st.session_state["_symbols"] = chosen
    with st.sidebar:
        st.multiselect(
            _("Symbols"),
            known,
            key="_symbols",
            placeholder=_("All stocks"),
            on_change=_symbols_changed,
            help=_(
                "The stocks on show, kept in the page's address. Leave it empty to see all. "
                "*Find stocks* searches by name."
            ),
        )
        find_stocks(market, stocks, chosen)
    return chosen


def choose_one(market: str, chosen: list[str]) -> str:
    """The stock on show on the Stock page, from the address or the first chosen."""
    known = list(known_symbols(market)["symbol"])
    asked, unknown, wrong = readable(st.query_params.get("symbol", ""), known)
    default = (chosen or known)[0]
    follow_address("symbol", asked[0] if asked else None, default)
    if wrong:
        st.warning(
            _(
                "What the address asks for is no symbol; showing {symbol}. Choose another below."
            ).format(symbol=default)
        )
        st.session_state["symbol"] = default
    elif unknown:
        st.warning(
            _(
                "{symbol} is not among the stocks of {market} here; showing {other}. Choose "
                "another below, or import its prices on the Data page."
            ).format(symbol=unknown[0], market=_(MARKETS[market].name), other=default)
        )
        st.session_state["symbol"] = default
    if st.session_state["symbol"] not in known:
        st.session_state["symbol"] = default
    return st.session_state["symbol"]


def write_address(market: str, chosen: list[str], symbol: str | None = None, **more: str) -> None:
    """Put the view into the page's address: a watchlist by its name, other symbols one by one.

    ``more`` is what else a page keeps there; what is empty is left out.
    """
    wanted = {"market": market}
    if chosen and st.session_state.get("list"):
        wanted["list"] = st.session_state["list"]
    elif chosen:
        wanted["symbols"] = ",".join(chosen)
    if symbol is not None:
        wanted["symbol"] = symbol
    wanted |= {name: value for name, value in more.items() if value}
    put_address(wanted)
    st.session_state["_address"] = wanted


def put_address(wanted: dict[str, str]) -> None:
    """Make this the page's address; a language in it stays."""
    if ADDRESS in st.query_params:
        wanted = {**wanted, ADDRESS: st.query_params[ADDRESS]}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _follow_choice(market: str, known: list[str]) -> None:
    """Take the watchlist or the symbols of the address, else keep the session's."""
    for key in ("list", "list_base"):
        st.session_state.setdefault(key, "")
    kept = watchlists.watchlists(settings().data_dir, market)
    # Another person may have changed, renamed or deleted it.
    if st.session_state["list"] in kept:
        st.session_state["symbols"] = kept[st.session_state["list"]]
    else:
        st.session_state["list"] = ""
    if st.session_state["list_base"] not in kept:
        st.session_state["list_base"] = ""
    if "list" in st.query_params:
        asked = st.query_params["list"]
        if asked != st.session_state.get("_address", {}).get("list") or (
            "symbols" not in st.session_state
        ):
            try:
                name, symbols = watchlists.get(settings().data_dir, market, asked)
            except UserError as error:
                st.warning(plain(str(error)))
            else:
                put_on_show(symbols, name)
                return
    asked, unknown, wrong = readable(st.query_params.get("symbols", ""), known)
    before = st.session_state.get("symbols")
    follow_address("symbols", asked if "symbols" in st.query_params else None, [])
    if st.session_state["symbols"] is not before:
        st.session_state["list"] = ""
    if wrong:
        st.warning(
            ngettext(
                "One of the symbols in the address is no symbol; it was left out.",
                "{count} of the symbols in the address are no symbols; they were left out.",
                wrong,
            ).format(count=wrong)
        )
    if unknown:
        st.warning(
            _(
                "Not among the stocks of {market} here: {names}. Choose from the list, or import "
                "their prices on the Data page."
            ).format(market=_(MARKETS[market].name), names=", ".join(unknown[:5]))
        )


def follow_address(key: str, asked: object, default: object) -> None:
    """Take a value from the address where it came from outside, else keep the session's."""
    written = st.session_state.get("_address", {})
    from_outside = st.query_params.get(key) != written.get(key)
    if asked is not None and (from_outside or key not in st.session_state):
        st.session_state[key] = asked
    st.session_state.setdefault(key, default)


def readable(text: str, known: list[str]) -> tuple[list[str], list[str], int]:
    """Symbols of an address that are there, those that are not, and how many are none."""
    asked, unknown, wrong = [], [], 0
    for part in [part for part in text.split(",") if part.strip()][:2000]:
        try:
            symbol = check_symbol(part)
        except UserError:
            wrong += 1
            continue
        (asked if symbol in known else unknown).append(symbol)
    return list(dict.fromkeys(asked)), list(dict.fromkeys(unknown)), wrong


def _market_changed() -> None:
    st.session_state["market"] = st.session_state["_market"]
    put_on_show([])
    st.session_state["list_base"] = ""
    st.session_state.pop("symbol", None)
    write_address(st.session_state["market"], [])


def _symbols_changed() -> None:
    put_on_show(st.session_state["_symbols"])
    write_address(st.session_state["market"], st.session_state["symbols"])
