"""Every symbol with its source and how fresh it is."""

import streamlit as st

from core.formats import day, number
from core.freshness import freshness
from core.language import N_, _, retold
from core.market.sample import SAMPLE_SOURCE
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.columns import day_column
from pages.parts.export import PRICE_HEADINGS, export_buttons
from pages.parts.words import source_label

STATES = {
    "ok": N_("answered"),
    "refused": N_("refused"),
    "failed": N_("failed"),
    "": N_("never asked"),
}
KINDS = (N_("stock"), N_("index"))


def prices_section(market: str) -> None:
    """The table of symbols, or the next step where there is none."""
    table = freshness(settings().data_dir, market)
    if table.empty:
        st.info(
            _(
                "There are no prices of {market} yet: fetch some under Sources and refresh, or "
                "bring in a file under Import files."
            ).format(market=_(MARKETS[market].name)),
            icon=":material/info:",
        )
        return
    _summary(table)
    shown = table.assign(
        source=[_source(source) for source in table["source"]],
        kind=table["kind"].map(_),
        first=table["first"].dt.date,
        last=table["last"].dt.date,
        state=[_(STATES[state]) for state in table["state"]],
        message=table["message"].map(retold),
        asked=table["asked"].str.slice(0, 16).str.replace("T", " "),
    )
    st.dataframe(
        shown,
        key="freshness",
        hide_index=True,
        height=min(36 * (len(shown) + 1) + 3, 480),
        placeholder="–",
        column_order=[
            *("symbol", "last", "behind", "source", "follows", "asked", "state", "message"),
            *("name", "exchange", "sector", "kind", "rows", "first"),
        ],
        column_config={
            "symbol": st.column_config.TextColumn(_("Symbol"), pinned=True, width="small"),
            "name": st.column_config.TextColumn(_("Name"), width="medium"),
            "kind": st.column_config.TextColumn(_("Kind"), width="small"),
            "exchange": st.column_config.TextColumn(_("Exchange"), width="small"),
            "sector": st.column_config.TextColumn(_("Sector")),
            "source": st.column_config.TextColumn(
                _("From"), width="small", help=_("Where the stored prices came from")
            ),
            "follows": st.column_config.TextColumn(
                _("Follows"), width="small", help=_("The source a refresh asks; empty: none")
            ),
            "rows": st.column_config.NumberColumn(_("Days"), format="localized"),
            "first": day_column(_("First")),
            "last": day_column(_("Last session")),
            "behind": st.column_config.NumberColumn(
                _("Weeks behind"),
                format="%d",
                help=_("Weeks that have ended since the last session"),
            ),
            "asked": st.column_config.TextColumn(_("Last asked"), help="UTC"),
            "state": st.column_config.TextColumn(
                _("Last answer"), help=_("How the last asking of its source went")
            ),
            "message": st.column_config.TextColumn(_("Note"), width="medium"),
        },
    )
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        export_buttons(shown, f"prices-{market}", PRICE_HEADINGS)
    right.page_link("pages/quality.py", label=_("Quality of these prices"), icon=":material/rule:")


def _source(name: str) -> str:
    """Where stored prices came from: the sample says what it is, others by their name."""
    return source_label(name) if name == SAMPLE_SOURCE else name


def _summary(table) -> None:
    stocks = table[table["kind"] != "index"]
    behind = stocks["behind"].dropna()
    tiles = st.container(horizontal=True, key="tiles-prices")
    tiles.metric(_("Stocks"), number(len(stocks)), border=True, width="content")
    newest = table["last"].max()
    tiles.metric(
        _("Newest session"),
        day(newest),
        border=True,
        width="content",
    )
    tiles.metric(
        _("Up to date"),
        _("{count} of {total}").format(
            count=number((behind <= 0).sum()), total=number(len(stocks))
        ),
        border=True,
        width="content",
        help=_("Stocks whose last session lies in the newest week that has ended."),
    )
    follow = int((stocks["follows"] != "").sum())
    tiles.metric(_("Follow a source"), number(follow), border=True, width="content")
    troubled = int(stocks["state"].isin(["refused", "failed"]).sum())
    tiles.metric(
        _("Refused or failed"),
        number(troubled),
        border=True,
        width="content",
        help=_("Stocks whose last asking brought nothing that was believed; see the notes."),
    )
