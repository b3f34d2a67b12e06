"""Market: every stock at a glance, its forecast beside no change."""

import streamlit as st

from core import forecasts
from core.market.brands import brand_names
from core.market.quality.catalogue import ALARM_WEEKS
from core.market.schema import MARKETS
from core.settings import settings
from core.watch import call_kinds, narrowed, watch_table
from pages.parts.badges import data_warnings
from pages.parts.card import call_record
from pages.parts.choosing import choose_market, choose_symbols, write_address
from pages.parts.doubts import doubts
from pages.parts.export import MARKET_HEADINGS, export_buttons
from pages.parts.jobs import running_note
from pages.parts.missing import explain_no_forecasts, offer_newer_week
from pages.parts.reading import known_symbols, overview
from pages.parts.stale import stale_note
from pages.parts.words import day, percent, sources_label

market = choose_market()
chosen = choose_symbols(market)
write_address(market, chosen)
place = MARKETS[market]
stocks = overview(market)
if chosen:
    stocks = stocks[stocks["symbol"].isin(chosen)]
shown = forecasts.current(settings().data_dir)
records = forecasts.latest(settings().data_dir, market)
table = watch_table(stocks, records)
warnings = data_warnings(market)
table["data"] = [warnings.get(symbol, "") for symbol in table["symbol"]]

st.title("Market", anchor=False)
st.caption(
    f"{place.name} · prices in {place.unit} · {sources_label(stocks['source'])} · "
    f"to {day(stocks['last'].max())}"
)
stale_note(market, stocks)
running_note()
if records.empty:
    explain_no_forecasts(market)
else:
    offer_newer_week(market, shown)
    doubts(shown)
    given = table[table["call"] != ""]
    counts = given["call"].value_counts()
    tiles = st.container(horizontal=True)
    tiles.metric(
        "Stocks with a forecast",
        f"{len(given)} of {len(table)}",
        delta=f"as of {day(shown['as_of'])}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
    )
    for call in call_kinds(shown.get("rule")):
        tiles.metric(
            f"Called {call}" if call.isupper() else call.capitalize(),
            counts.get(call, 0),
            delta=percent(counts.get(call, 0) / max(len(given), 1), 0),
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="content",
        )
    price_scores, pattern_scores = shown["scores"].values()
    st.caption(
        f"Statistical forecast as of {day(shown['as_of'])} for "
        f"{day(records['target_date'].iloc[0])}, price_target_model v{shown['price_version']} and "
        f"pattern_lstm_classifier v{shown['pattern_version']}. Out-of-sample, the price was missed "
        f"by {percent(price_scores['test_MAPE'])} (no change: "
        f"{percent(price_scores['test_MAPE_no_change'])}). "
        + call_record(pattern_scores, shown.get("rule"))
    )

find, calls = st.columns([2, 3], vertical_alignment="bottom")
text = find.text_input("Filter", placeholder="Symbol, name, sector or exchange", key="filter_text")
wanted = []
if not records.empty:
    wanted = calls.pills(
        "Calls", call_kinds(shown.get("rule")), selection_mode="multi", key="calls"
    )
if text:
    table = narrowed(table, known_symbols(market), text, brand_names(market))
if wanted:
    table = table[table["call"].isin(wanted)]

if table.empty:
    other = "clear it." if records.empty else "clear it or choose other calls."
    st.info(f"No stock fits this filter: {other}", icon=":material/info:")
    st.stop()
if doubtful := sum(symbol in warnings for symbol in table["symbol"]):
    st.markdown(
        f":material/warning: {doubtful} of these stocks {'has' if doubtful == 1 else 'have'} "
        "doubtful prices."
    )
    st.page_link("pages/quality.py", label="See what was found", icon=":material/fact_check:")
prices = ["close", "week_change", "spark"]
forecast = ["price", "change", "call", "p_up", "p_sideways", "p_down", "low_change", "high_change"]
columns = (
    ["name", "exchange", "sector", *prices]
    if records.empty
    else [*prices, *forecast, "name", "exchange", "reason"]
)
money = f"%.{place.price_digits}f"
picked = st.dataframe(
    table,
    key="watch",
    hide_index=True,
    height=min(38 * (len(table) + 1) + 2, 640),
    row_height=38,
    on_select="rerun",
    selection_mode="single-row",
    placeholder="–",
    column_order=["symbol", *(["data"] if warnings else []), *columns],
    column_config={
        "symbol": st.column_config.TextColumn("Symbol", pinned=True, width="small"),
        "name": st.column_config.TextColumn("Name", width="medium"),
        "exchange": st.column_config.TextColumn("Exchange", width="small"),
        "sector": st.column_config.TextColumn("Sector", width="medium"),
        "close": st.column_config.NumberColumn("Close", format=money, help="Last close"),
        "week_change": st.column_config.NumberColumn(
            "Week", format="%+.1f %%", help="Change over the last complete week, per cent"
        ),
        "spark": st.column_config.LineChartColumn("26 weeks", help="Weekly closes"),
        "price": st.column_config.NumberColumn(
            "Forecast", format=money, help="Forecast price; its baseline is the close"
        ),
        "change": st.column_config.NumberColumn(
            "vs no change", format="%+.1f %%", help="Forecast against no change, per cent"
        ),
        "low_change": st.column_config.NumberColumn(
            "80 % from", format="%+.1f %%", help="Lower end of the 80 % interval, per cent"
        ),
        "high_change": st.column_config.NumberColumn(
            "to", format="%+.1f %%", help="Upper end of the 80 % interval, per cent"
        ),
        "call": st.column_config.TextColumn("Call", width=125),
        "p_up": st.column_config.NumberColumn(
            "P(UP)", format="%.0f %%", help="Probability of rising more than the band, per cent"
        ),
        "p_sideways": st.column_config.NumberColumn(
            "P(SIDE)", format="%.0f %%", help="Probability of staying within the band"
        ),
        "p_down": st.column_config.NumberColumn(
            "P(DOWN)", format="%.0f %%", help="Probability of falling more than the band"
        ),
        "data": st.column_config.TextColumn(
            "Data",
            width=64,
            help=f"⚠: how many kinds of oddities the prices of the last {ALARM_WEEKS} weeks show; "
            "the Quality page lists them",
        ),
        "reason": st.column_config.TextColumn("Note", width="medium"),
    },
)
st.caption("Select a row to open the stock. Click a heading to sort.")
saved = {name: MARKET_HEADINGS[name] for name in ("symbol", *columns) if name in MARKET_HEADINGS}
export_buttons(table, f"weeklens-{market}-market", saved)
if picked["selection"]["rows"]:
    symbol = table.iloc[picked["selection"]["rows"][0]]["symbol"]
    st.session_state["symbol"] = symbol
    st.switch_page("pages/stock.py")
