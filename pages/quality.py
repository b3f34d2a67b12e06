"""Quality: what is odd about the stored prices, by rule and by stock."""

import pandas as pd
import streamlit as st

from core.charts.style import CONFIG
from core.formats import number
from core.language import _, retold
from core.market.quality.catalogue import ALARM_WEEKS, RULES
from core.market.quality.record import by_stock, findings, summary
from core.market.quality.verdicts import told
from core.market.schema import MARKETS
from pages.parts.choosing import choose_market, choose_one, choose_symbols, write_address
from pages.parts.columns import day_column
from pages.parts.jobs import running_note
from pages.parts.reading import inspected, known_symbols, store
from pages.parts.stock_figures import quality_figure
from pages.parts.words import day, plain, source_label

ROW = 36
RULE, NUMBER, RECENT_WIDTH = 190, 80, 190  # pixels that hold the longest title, a number


def tall(rows: int, most: int) -> int:
    """The height of a table of so many rows, at most ``most`` pixels."""
    return min(ROW * (rows + 1) + 3, most)


def recent_column() -> dict:
    """The column that counts the findings of late."""
    return st.column_config.NumberColumn(
        _("Findings, last {weeks} weeks").format(weeks=ALARM_WEEKS),
        width=RECENT_WIDTH,
        help=_("Findings that put a badge; the weeks end at the market's newest session"),
    )


market = choose_market()
chosen = choose_symbols(market)
symbol = choose_one(market, chosen)
write_address(market, chosen, symbol)

known = known_symbols(market)
st.title(_("Quality"), anchor=False)
st.caption(
    _(
        "{market} · Every row is checked before it is stored, and every stored price again as part "
        "of its series. Findings of the last {weeks} weeks put a badge beside the stock, because "
        "today's indicators rest on them; older ones are listed. The weeks end at the market's "
        "newest session, {day}."
    ).format(market=_(MARKETS[market].name), weeks=ALARM_WEEKS, day=day(known["last"].max()))
)
running_note()
with st.spinner(_("Checking the prices")):
    inspected(market)
table = findings(store(), market)
if chosen:
    table = table[table["symbol"].isin(chosen)]

st.header(_("The rules and what they found"), anchor=False)
rules = summary(table)
rules["title"] = rules["title"].map(_)
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
        "title": st.column_config.TextColumn(_("Rule"), pinned=True, width=RULE),
        "findings": st.column_config.NumberColumn(
            _("Findings"),
            format="localized",
            width=NUMBER,
            help=_("Stretches of days, or single days"),
        ),
        "days": st.column_config.NumberColumn(
            _("Days"),
            format="localized",
            width=NUMBER,
            help=_("Bars, sessions or rows they concern"),
        ),
        "stocks": st.column_config.NumberColumn(
            _("Stocks"), width=NUMBER, help=_("Stocks concerned")
        ),
        "recent": recent_column(),
    },
)
picked = picked_rule["selection"]["rows"]
if picked:
    rule = RULES[rules["rule"].iat[picked[0]]]
    st.markdown(f"**{_(rule.title)}.** {plain(_(rule.reason))}")
    st.markdown(plain(retold(rule.written)))
    if rule.limits:
        case, limit = _("Case"), _("Limit")
        lines = [f"| {case} | {limit} |", "|---|---|"]
        lines += [f"| {plain(_(case))} | {plain(_(limit))} |" for case, limit in rule.limits]
        st.markdown("\n".join(lines))
    table = table[table["rule"] == rule.id]
else:
    st.caption(_("Select a rule to read why it matters and to see only its stocks."))

st.header(_("Stocks concerned"), anchor=False)
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
    st.success(_("Nothing was found here."), icon=":material/check:")
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
            "symbol": st.column_config.TextColumn(_("Symbol"), pinned=True, width="small"),
            "name": st.column_config.TextColumn(_("Name"), width="large"),
            "exchange": st.column_config.TextColumn(_("Exchange"), width="small"),
            "findings": st.column_config.NumberColumn(_("Findings"), width="small"),
            "recent": recent_column(),
            "last": day_column(_("Newest")),
        },
    )
    st.caption(
        _("{count} of {total} stocks. Select one to see it below.").format(
            count=number(len(concerned)), total=number(len(chosen or known))
        )
    )

names = known.set_index("symbol")["name"].to_dict()
st.session_state["_quality_symbol"] = symbol
st.header(_("One stock"), anchor=False)
st.selectbox(
    _("Stock"),
    list(known["symbol"]),
    key="_quality_symbol",
    on_change=pick,
    format_func=lambda s: f"{s} · {names[s]}" if isinstance(names[s], str) else s,
)
mine = findings(store(), market, symbol).iloc[::-1].reset_index(drop=True)
mine["title"] = [_(RULES[rule].title) for rule in mine["rule"]]
focus = None
if mine.empty:
    st.success(
        _("Nothing was found in the prices of {symbol}.").format(symbol=symbol),
        icon=":material/check:",
    )
else:
    rows = st.dataframe(
        mine.assign(
            action=mine["action"].map(_),
            detail=list(map(told, mine["rule"], mine["action"], mine["detail"])),
        ),
        key=f"quality_findings_{symbol}",
        hide_index=True,
        row_height=ROW,
        height=tall(len(mine), 330),
        on_select="rerun",
        selection_mode="single-row",
        placeholder="–",
        column_order=["title", "action", "first", "last", "count", "recent", "detail"],
        column_config={
            "first": day_column(_("From")),
            "last": day_column(_("To")),
            "title": st.column_config.TextColumn(_("Rule"), width=RULE),
            "action": st.column_config.TextColumn(_("Done"), width="small"),
            "count": st.column_config.NumberColumn(_("Days"), width="small"),
            "recent": st.column_config.CheckboxColumn(
                _("Badge"),
                width="small",
                help=_(
                    "Whether it puts a badge beside the stock: a warning of the last {weeks} "
                    "weeks; the weeks end at the market's newest session"
                ).format(weeks=ALARM_WEEKS),
            ),
            "detail": st.column_config.TextColumn(_("What was found"), width="large"),
        },
    )["selection"]["rows"]
    if rows:
        finding = mine.iloc[rows[0]]
        st.markdown(
            f"**{finding['title']}.** {plain(told(*finding[['rule', 'action', 'detail']]))}"
        )
        if pd.notna(finding["first"]):
            focus = (finding["first"], finding["last"])
    else:
        st.caption(_("Select a finding to read it in full and to see it closely in the chart."))
figure = quality_figure(market, symbol, st.context.theme.type or "light", mine, focus)
st.plotly_chart(figure, key="quality_chart", theme=None, config=CONFIG)
source = known.set_index("symbol")["source"][symbol]
st.caption(
    _(
        "Daily prices as stored, {source}. Nothing is changed by a flag: where a price is wrong, "
        "import the mended days and a day on either side on the Data page; they are checked again."
    ).format(source=source_label(source))
)
st.page_link("pages/data.py", label=_("Go to Data"), icon=":material/database:")
