"""Quality: what is odd about the stored prices, by rule and by stock."""

import pandas as pd
import streamlit as st

from core.charts.quality import quality_chart
from core.charts.style import CONFIG
from core.market.quality.catalogue import ALARM_WEEKS, RULES
from core.market.quality.record import by_stock, findings, inspect, summary
from core.market.schema import MARKETS
from pages.parts.choosing import choose_market, choose_one, choose_symbols, write_address
from pages.parts.jobs import running_note
from pages.parts.reading import known_symbols, store
from pages.parts.words import day, plain, source_label

ROW = 36
RULE, NUMBER, RECENT_WIDTH = 190, 80, 190  # pixels that hold the longest title, a number
RECENT = f"Findings, last {ALARM_WEEKS} weeks"
TO_THE_NEWEST = "the weeks end at the market's newest session"
DAYS = {
    "first": st.column_config.DateColumn("From"),
    "last": st.column_config.DateColumn("To"),
}


def tall(rows: int, most: int) -> int:
    """The height of a table of so many rows, at most ``most`` pixels."""
    return min(ROW * (rows + 1) + 3, most)


market = choose_market()
chosen = choose_symbols(market)
symbol = choose_one(market, chosen)
write_address(market, chosen, symbol)

known = known_symbols(market)
st.title("Quality", anchor=False)
st.caption(
    f"{MARKETS[market].name} · Every row is checked before it is stored, and every stored price "
    f"again as part of its series. Findings of the last {ALARM_WEEKS} weeks put a badge beside "
    "the stock, because today's indicators rest on them; older ones are listed. The weeks end at "
    f"the market's newest session, {day(known['last'].max())}."
)
running_note()
with st.spinner("Checking the prices"):
    inspect(store(), market)
table = findings(store(), market)
if chosen:
    table = table[table["symbol"].isin(chosen)]

st.header("The rules and what they found", anchor=False)
rules = summary(table)
picked_rule = st.dataframe(
    rules,
    key="quality_rules",
    hide_index=True,
    row_height=ROW,
    height=tall(len(rules), 560),
    on_select="rerun",
    selection_mode="single-row",
    column_order=["title", "findings", "days", "stocks", "recent"],
    column_config={
        "title": st.column_config.TextColumn("Rule", pinned=True, width=RULE),
        "findings": st.column_config.NumberColumn(
            "Findings", format="localized", width=NUMBER, help="Stretches of days, or single days"
        ),
        "days": st.column_config.NumberColumn(
            "Days", format="localized", width=NUMBER, help="Bars, sessions or rows they concern"
        ),
        "stocks": st.column_config.NumberColumn("Stocks", width=NUMBER, help="Stocks concerned"),
        "recent": st.column_config.NumberColumn(
            RECENT, width=RECENT_WIDTH, help=f"Findings that put a badge; {TO_THE_NEWEST}"
        ),
    },
)
picked = picked_rule["selection"]["rows"]
if picked:
    rule = RULES[rules["rule"].iat[picked[0]]]
    st.markdown(f"**{rule.title}.** {plain(rule.reason)}")
    st.markdown(plain(rule.written))
    if rule.limits:
        lines = [f"| {plain(case)} | {plain(limit)} |" for case, limit in rule.limits]
        st.markdown("\n".join(["| Case | Limit |", "|---|---|", *lines]))
    table = table[table["rule"] == rule.id]
else:
    st.caption("Select a rule to read why it matters and to see only its stocks.")

st.header("Stocks concerned", anchor=False)
concerned = by_stock(table, known)


def take_over() -> None:
    """Show the stock selected in the table."""
    rows = st.session_state["quality_stocks"]["selection"]["rows"]
    if rows:
        st.session_state["symbol"] = concerned["symbol"].iat[rows[0]]


def pick() -> None:
    """Show the stock chosen in the list."""
    st.session_state["symbol"] = st.session_state["_quality_symbol"]


if concerned.empty:
    st.success("Nothing was found here.", icon=":material/check:")
else:
    st.dataframe(
        concerned,
        key="quality_stocks",
        hide_index=True,
        row_height=ROW,
        height=tall(len(concerned), 330),
        on_select=take_over,
        selection_mode="single-row",
        placeholder="–",
        column_config={
            "symbol": st.column_config.TextColumn("Symbol", pinned=True, width="small"),
            "name": st.column_config.TextColumn("Name", width="large"),
            "exchange": st.column_config.TextColumn("Exchange", width="small"),
            "findings": st.column_config.NumberColumn("Findings", width="small"),
            "recent": st.column_config.NumberColumn(
                RECENT, width=RECENT_WIDTH, help=f"Findings that put a badge; {TO_THE_NEWEST}"
            ),
            "last": st.column_config.DateColumn("Newest"),
        },
    )
    st.caption(
        f"{len(concerned):,} of {len(chosen or known):,} stocks. Select one to see it below."
    )

names = known.set_index("symbol")["name"]
st.session_state["_quality_symbol"] = symbol
st.header("One stock", anchor=False)
st.selectbox(
    "Stock",
    list(known["symbol"]),
    key="_quality_symbol",
    on_change=pick,
    format_func=lambda s: f"{s} · {names[s]}" if isinstance(names[s], str) else s,
)
mine = findings(store(), market, symbol).iloc[::-1].reset_index(drop=True)
mine["title"] = [RULES[rule].title for rule in mine["rule"]]
focus = None
if mine.empty:
    st.success(f"Nothing was found in the prices of {symbol}.", icon=":material/check:")
else:
    rows = st.dataframe(
        mine,
        key=f"quality_findings_{symbol}",
        hide_index=True,
        row_height=ROW,
        height=tall(len(mine), 330),
        on_select="rerun",
        selection_mode="single-row",
        placeholder="–",
        column_order=["title", "action", "first", "last", "count", "recent", "detail"],
        column_config=DAYS
        | {
            "title": st.column_config.TextColumn("Rule", width=RULE),
            "action": st.column_config.TextColumn("Done", width="small"),
            "count": st.column_config.NumberColumn("Days", width="small"),
            "recent": st.column_config.CheckboxColumn(
                "Badge",
                width="small",
                help="Whether it puts a badge beside the stock: a warning of the last "
                f"{ALARM_WEEKS} weeks; {TO_THE_NEWEST}",
            ),
            "detail": st.column_config.TextColumn("What was found", width="large"),
        },
    )["selection"]["rows"]
    if rows:
        finding = mine.iloc[rows[0]]
        st.markdown(f"**{finding['title']}.** {plain(finding['detail'])}")
        if pd.notna(finding["first"]):
            focus = (finding["first"], finding["last"])
    else:
        st.caption("Select a finding to read it in full and to see it closely in the chart.")
figure = quality_chart(
    store().bars(market, symbol),
    mine,
    market=market,
    theme=st.context.theme.type or "light",
    focus=focus,
)
st.plotly_chart(figure, key="quality_chart", theme=None, config=CONFIG)
source = known.set_index("symbol")["source"][symbol]
st.caption(
    f"Daily prices as stored, {source_label(source)}. Nothing is changed by a flag: where a price "
    "is wrong, import the mended days and a day on either side on the Data page; they "
    "are checked again."
)
st.page_link("pages/data.py", label="Go to Data", icon=":material/database:")
