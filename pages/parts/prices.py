"""Every symbol with its source and how fresh it is."""

import streamlit as st

from core.freshness import freshness
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.export import PRICE_HEADINGS, export_buttons
from pages.parts.words import source_label

STATES = {"ok": "answered", "refused": "refused", "failed": "failed", "": "never asked"}


def prices_section(market: str) -> None:
    """The table of symbols, or the next step where there is none."""
    table = freshness(settings().data_dir, market)
    if table.empty:
        st.info(
            f"There are no prices of {MARKETS[market].name} yet: fetch some under Sources and "
            "refresh, or bring in a file under Import files.",
            icon=":material/info:",
        )
        return
    _summary(table)
    shown = table.assign(
        source=[source_label(source).removeprefix("source: ") for source in table["source"]],
        first=table["first"].dt.date,
        last=table["last"].dt.date,
        state=table["state"].map(STATES),
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
            "symbol": st.column_config.TextColumn("Symbol", pinned=True, width="small"),
            "name": st.column_config.TextColumn("Name", width="medium"),
            "kind": st.column_config.TextColumn("Kind", width="small"),
            "exchange": st.column_config.TextColumn("Exchange", width="small"),
            "sector": st.column_config.TextColumn("Sector"),
            "source": st.column_config.TextColumn(
                "From", width="small", help="Where the stored prices came from"
            ),
            "follows": st.column_config.TextColumn(
                "Follows", width="small", help="The source a refresh asks; empty: none"
            ),
            "rows": st.column_config.NumberColumn("Days", format="localized"),
            "first": st.column_config.DateColumn("First"),
            "last": st.column_config.DateColumn("Last session"),
            "behind": st.column_config.NumberColumn(
                "Weeks behind", format="%d", help="Weeks that have ended since the last session"
            ),
            "asked": st.column_config.TextColumn("Last asked", help="UTC"),
            "state": st.column_config.TextColumn(
                "Last answer", help="How the last asking of its source went"
            ),
            "message": st.column_config.TextColumn("Note", width="medium"),
        },
    )
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        export_buttons(shown, f"prices-{market}", PRICE_HEADINGS)
    right.page_link("pages/quality.py", label="Quality of these prices", icon=":material/rule:")


def _summary(table) -> None:
    stocks = table[table["kind"] != "index"]
    behind = stocks["behind"].dropna()
    tiles = st.container(horizontal=True)
    tiles.metric("Stocks", f"{len(stocks):,}", border=True, width="content")
    newest = table["last"].max()
    tiles.metric(
        "Newest session",
        "–" if newest != newest else str(newest.date()),
        border=True,
        width="content",
    )
    tiles.metric(
        "Up to date",
        f"{int((behind <= 0).sum()):,} of {len(stocks):,}",
        border=True,
        width="content",
        help="Stocks whose last session lies in the newest week that has ended.",
    )
    follow = int((stocks["follows"] != "").sum())
    tiles.metric("Follow a source", f"{follow:,}", border=True, width="content")
    troubled = int(stocks["state"].isin(["refused", "failed"]).sum())
    tiles.metric(
        "Refused or failed",
        f"{troubled:,}",
        border=True,
        width="content",
        help="Stocks whose last asking brought nothing that was believed; see the notes.",
    )
