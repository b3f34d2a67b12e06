"""Stock: weekly candles, the forecast card and the 20 indicators."""

import streamlit as st

from core import forecasts
from core.charts.style import CONFIG, STATIC_CONFIG
from core.indicators.catalogue import INDICATORS, of_family
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.badges import badge_line
from pages.parts.card import forecast_card
from pages.parts.choosing import choose_market, choose_one, choose_symbols, write_address
from pages.parts.jobs import running_note
from pages.parts.missing import explain_no_forecasts
from pages.parts.reading import indicator_figures, overview, price_figure, weekly
from pages.parts.sharing import share_button
from pages.parts.stale import stale_note
from pages.parts.words import day, percent, plain, price, source_label

SPANS = {"1 year": 52, "3 years": 156, "5 years": 260, "All": 10_000}

market = choose_market()
chosen = choose_symbols(market)
symbol = choose_one(market, chosen)
stocks = overview(market).set_index("symbol")
listed = chosen if chosen and symbol in chosen else list(stocks.index)


def pick() -> None:
    """Take over the stock chosen in the list."""
    st.session_state["symbol"] = st.session_state["_symbol"]


def step(by: int) -> None:
    """Go to a neighbour in the list."""
    st.session_state["symbol"] = listed[(listed.index(symbol) + by) % len(listed)]


st.session_state["_symbol"] = symbol
bar, span_place = st.columns([3, 2], vertical_alignment="bottom")
with bar.container(horizontal=True, vertical_alignment="bottom"):
    st.button("◀", help="Previous stock", on_click=step, args=(-1,))
    st.selectbox(
        "Stock",
        listed,
        key="_symbol",
        on_change=pick,
        format_func=lambda s: f"{s} · {stocks['name'][s]}" if stocks["name"][s] else s,
    )
    st.button("▶", help="Next stock", on_click=step, args=(1,))
span = span_place.segmented_control(
    "Time shown", list(SPANS), default="3 years", key="span", required=True
)
write_address(market, chosen, symbol)

row = stocks.loc[symbol]
frame = weekly(market, symbol)
theme = st.context.theme.type or "light"
st.title(f"{symbol} {plain(row['name'])}".rstrip(), anchor=False)
st.caption(
    " · ".join(
        part
        for part in (
            plain(row["exchange"]),
            plain(row["sector"]),
            f"close {price(row['close'], market)} {MARKETS[market].unit} on {day(row['last'])}",
            f"week {percent(row['week_change'], sign=True)}",
            source_label(row["source"]),
        )
        if part
    )
)
if row["partial"]:
    st.info("The newest bars belong to a week that is not complete; it feeds no forecast yet.")
stale_note(market, stocks.loc[[symbol]])
running_note()

records = forecasts.latest(settings().data_dir, market)
mine = records[records["symbol"] == symbol]
record = mine.iloc[0].to_dict() if len(mine) else None
wide, side = st.columns([5, 3], gap="medium")
with wide:
    drawn = record["id"] if record is not None and record["call"] else ""
    figure = price_figure(market, symbol, theme, SPANS[span], drawn)
    st.plotly_chart(figure, key="price", theme=None, config=CONFIG)
    st.caption("Weekly candles, prices adjusted for splits and dividends.")
with side:
    if record is not None:
        forecast_card(record, forecasts.current(settings().data_dir), market)
        share_button(record)
    else:
        badge_line(market, symbol)
        explain_no_forecasts(market)

st.header("The 20 weekly indicators", anchor=False)
last = frame.index[-1]
st.caption(f"Values of the week to {day(last)}. A gap in a line is a missing value, never a guess.")
for family, figure in indicator_figures(market, symbol, theme, SPANS[span]):
    st.subheader(family, anchor=False)
    chart, words = st.columns([5, 3], gap="medium")
    chart.plotly_chart(figure, key=f"family-{family}", theme=None, config=STATIC_CONFIG)
    with words:
        for indicator in of_family(family):
            value = indicator.text(float(frame[indicator.name].iloc[-1]))
            st.markdown(
                f"**{indicator.title}** `{indicator.name}` **{value}**  \n{indicator.reading}",
                help=f"{indicator.formula}"
                + (f" Unit: {indicator.unit}." if indicator.unit else ""),
            )
st.caption(f"{len(INDICATORS)} indicators, computed from complete weeks only.")
