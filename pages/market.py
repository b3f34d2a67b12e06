"""Market: every stock at a glance, its forecast beside no change, and the screener."""

import math

import streamlit as st

from core import forecasts
from core.breadth import MONEY
from core.charts.heatmap import heat_map
from core.charts.moves import move_colours
from core.charts.style import STATIC_CONFIG
from core.formats import number
from core.language import N_, _, ngettext
from core.market.brands import brand_names
from core.market.schema import MARKETS
from core.screener import fits, in_words, screen_table
from core.settings import settings
from core.watch import call_kinds, call_name, narrowed
from pages.parts.badges import data_warnings
from pages.parts.card import call_record
from pages.parts.choosing import choose_market, choose_symbols, follow_address, write_address
from pages.parts.doubts import doubts
from pages.parts.export import MARKET_HEADINGS, export_buttons
from pages.parts.jobs import running_note
from pages.parts.market_header import market_header
from pages.parts.market_table import column_config, saved_columns, shown_columns, styled
from pages.parts.missing import explain_no_forecasts, offer_newer_week
from pages.parts.reading import (
    indices,
    known_symbols,
    latest_forecasts,
    latest_week,
    overview,
    watch,
)
from pages.parts.screening import follow_screen, screen_on_show, screener
from pages.parts.stale import stale_note
from pages.parts.words import day, percent, plain, sources_label

VIEWS = {"Table": N_("Table"), "Heat map": N_("Heat map")}
# What colours a heat map: its name, the column, and what it is in the middle of a sentence.
PAINTS = {
    "Week": (N_("Week"), "week_change", N_("week")),
    "Forecast": (N_("Forecast"), "change", N_("forecast against no change")),
}
GROUPS = {"Sector": N_("Sector"), "Exchange": N_("Exchange")}

market = choose_market()
chosen = choose_symbols(market)
follow_screen()
follow_address("palette", st.query_params.get("palette"), "")
safe = st.session_state["palette"] == "safe"
theme = st.context.theme.type or "light"
place, colours = MARKETS[market], move_colours(theme, market, safe=safe)
every = overview(market)
stocks = every[every["symbol"].isin(chosen)] if chosen else every
lines = indices(market)
shown = forecasts.current(settings().data_dir)
records = latest_forecasts(market)
own = next((line.quarter_change for line in lines if line.symbol == place.index), math.nan)
whole = watch(market, own)
table = whole[whole["symbol"].isin(stocks["symbol"])]
warnings = data_warnings(market)
table = table.assign(data=[warnings.get(symbol, "") for symbol in table["symbol"]])

st.title(_("Market"), anchor=False)
st.caption(
    " · ".join(
        [
            _(place.name),
            _("prices in {unit}").format(unit=_(place.unit)),
            sources_label(stocks["source"]),
            _("to {day}").format(day=day(stocks["last"].max())),
        ]
    )
)
stale_note(market, stocks)
running_note()
calls = None if records.empty else table["call"]
market_header(market, stocks, lines, safe=safe, calls=calls, shown=shown)
if records.empty:
    explain_no_forecasts(market)
else:
    offer_newer_week(market, shown)
    doubts(shown)
    price_scores, pattern_scores = shown["scores"].values()
    st.caption(
        _(
            "Statistical forecast as of {as_of} for {target}, price_target_model v{first} and "
            "pattern_lstm_classifier v{second}. Out-of-sample, the price was missed by {miss} (no "
            "change: {miss_no_change})."
        ).format(
            as_of=day(shown["as_of"]),
            target=day(records["target_date"].iloc[0]),
            first=shown["price_version"],
            second=shown["pattern_version"],
            miss=percent(price_scores["test_MAPE"]),
            miss_no_change=percent(price_scores["test_MAPE_no_change"]),
        )
        + " "
        + call_record(pattern_scores, shown.get("rule"))
    )

screener(market, sorted({name for name in every["sector"] if name}), with_calls=len(records) > 0)
find, choose_calls = st.columns([2, 3], vertical_alignment="bottom")
text = find.text_input(
    _("Filter"), placeholder=_("Symbol, name, sector or exchange"), key="filter_text"
)
if not records.empty:
    # A screen may ask for a call that these versions cannot give: it then stands beside theirs.
    kinds = dict.fromkeys([*call_kinds(shown.get("rule")), *st.session_state["calls"]])
    choose_calls.pills(
        _("Calls"), list(kinds), selection_mode="multi", key="calls", format_func=call_name
    )
screen = screen_on_show()
write_address(market, chosen, screen=st.session_state["screen"], palette="safe" if safe else "")
if screen:
    fitting = fits(screen_table(latest_week(market), whole), screen)
    table = table[table["symbol"].map(fitting)]
    st.markdown(
        _("**{count}** of {total} stocks fit: {screen}").format(
            count=number(len(table)), total=number(len(stocks)), screen=plain(in_words(screen))
        )
    )
if text:
    table = narrowed(table, known_symbols(market), text, brand_names(market))

if table.empty:
    told = _("No stock fits this filter: clear it.")
    if screen:
        told = _("No stock fits this filter: clear it or widen the screen.")
    st.info(told, icon=":material/info:")
    st.stop()
if doubtful := sum(symbol in warnings for symbol in table["symbol"]):
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":material/warning: "
            + ngettext(
                "{count} of these stocks has doubtful prices.",
                "{count} of these stocks have doubtful prices.",
                doubtful,
            ).format(count=number(doubtful)),
            width="content",
        )
        st.page_link(
            "pages/quality.py",
            label=_("See what was found"),
            icon=":material/fact_check:",
            width="content",
        )


def switch_palette() -> None:
    """Take over the switch."""
    st.session_state["palette"] = "safe" if st.session_state["_palette"] else ""


st.session_state["_palette"] = safe
with st.container(horizontal=True, vertical_alignment="center"):
    view = st.segmented_control(
        _("View"),
        list(VIEWS),
        default="Table",
        format_func=lambda name: _(VIEWS[name]),
        required=True,
        key="market_view",
        label_visibility="collapsed",
    )
    if view == "Table":
        everything = st.toggle(_("All columns"), key="all_columns")
    st.toggle(
        _("Colour-blind-safe"),
        key="_palette",
        on_change=switch_palette,
        help=_("Blue and orange in place of green and red. Signs stand beside every colour."),
    )


def keep_sector() -> None:
    """Screen by the sector clicked; a click acts, nothing stays pressed."""
    st.session_state["screen_sectors"] = [st.session_state["heat_sector"]]
    st.session_state["heat_sector"] = None


if view == "Heat map":
    paints = ["Week"] if records.empty else ["Week", "Forecast"]
    with st.container(horizontal=True):
        told = st.segmented_control(
            _("Colour"),
            paints,
            default="Week",
            format_func=lambda name: _(PAINTS[name][0]),
            required=True,
            key="heat",
        )
        group = st.segmented_control(
            _("Groups"),
            list(GROUPS),
            default="Sector",
            format_func=lambda name: _(GROUPS[name]),
            required=True,
            key="heat_by",
        )
    __, change, words = PAINTS[told]
    figure = heat_map(
        table,
        colours=colours,
        theme=theme,
        by=group.lower(),
        change=change,
        words=_(words),
        unit=_(MONEY[market]),
    )
    st.plotly_chart(figure, key="heat_map", theme=None, config=STATIC_CONFIG)
    st.caption(
        _(
            "A box is as large as the money traded in a stock (mean of 20 sessions); its colour "
            "grows until ±8 %, its sign and number stand in it. Click a group to look into it."
        )
    )
    names = sorted({name for name in table["sector"] if name})
    if len(names) > 1:
        st.pills(
            _("Keep one sector"),
            names,
            key="heat_sector",
            format_func=plain,
            on_change=keep_sector,
            help=_("A click screens by it; *Clear* in the screener brings the others back."),
        )
    st.stop()

columns = shown_columns(forecast=not records.empty, everything=everything, index=math.isfinite(own))
if warnings:
    columns.insert(columns.index("spark"), "data")
order = ["symbol", *columns]
band = ""
if not records.empty:
    band = _("SIDEWAYS is within ±{band}").format(band=percent(records["band"].iloc[0], 0))
picked = st.dataframe(
    styled(market, table, order, colours, theme),
    key="watch",
    hide_index=True,
    height=min(38 * (len(table) + 1) + 2, 640),
    row_height=38,
    on_select="rerun",
    selection_mode="single-row",
    placeholder="–",
    column_order=order,
    column_config=column_config(market, band, len(table)),
)
st.caption(
    _(
        "Select a row to open the stock. Click a heading to sort; point at it for what it means. "
        "Ex-dates, exchange warnings and foreign net buying: not available from these sources."
    )
)
saved = {name: MARKET_HEADINGS[name] for name in saved_columns(columns)}
export_buttons(table, f"weeklens-{market}-market", saved)
if picked["selection"]["rows"]:
    symbol = table.iloc[picked["selection"]["rows"][0]]["symbol"]
    st.session_state["symbol"] = symbol
    st.switch_page("pages/stock.py")
