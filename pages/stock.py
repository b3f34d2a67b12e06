"""Stock: candles, the forecast card, the 20 indicators, past forecasts, comparison."""

import streamlit as st

from core import forecasts
from core.language import N_, _, language
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.badges import badge_line
from pages.parts.card import forecast_card
from pages.parts.choosing import choose_market, choose_one, choose_symbols, write_address
from pages.parts.jobs import running_note
from pages.parts.missing import explain_no_forecasts
from pages.parts.reading import latest_forecasts, overview, past_forecasts
from pages.parts.sharing import share_button
from pages.parts.stale import stale_note
from pages.parts.stock_compare import chosen_beside, compare_part
from pages.parts.stock_indicators import indicators_part
from pages.parts.stock_price import price_part
from pages.parts.stock_record import record_line, record_part
from pages.parts.words import day, percent, plain, price, source_label

SPANS = {N_("1 year"): 52, N_("3 years"): 156, N_("5 years"): 260, N_("All"): 10_000}
PARTS = {"": N_("The 20 indicators"), "record": N_("Past forecasts"), "compare": N_("Compare")}

market = choose_market()
chosen = choose_symbols(market)
symbol = choose_one(market, chosen)
beside = chosen_beside(market)
stocks = overview(market).set_index("symbol")
listed = chosen if chosen and symbol in chosen else list(stocks.index)


def pick() -> None:
    """Take over the stock chosen in the list."""
    st.session_state["symbol"] = st.session_state["_symbol"]


def step(by: int) -> None:
    """Go to a neighbour in the list."""
    st.session_state["symbol"] = listed[(listed.index(symbol) + by) % len(listed)]


names = stocks["name"].to_dict()
st.session_state["_symbol"] = symbol
with st.container(horizontal=True, vertical_alignment="bottom"):
    st.button("◀", help=_("Previous stock: key K"), on_click=step, args=(-1,), shortcut="K")
    st.selectbox(
        _("Stock"),
        listed,
        key="_symbol",
        on_change=pick,
        format_func=lambda s: f"{s} · {names[s]}" if names[s] else s,
        width=360,
    )
    st.button("▶", help=_("Next stock: key J"), on_click=step, args=(1,), shortcut="J")
    span = st.segmented_control(
        _("Time shown"),
        list(SPANS),
        format_func=_,
        default="3 years",
        key="span",
        required=True,
        persist_state="session",
    )
weeks = SPANS[span]

row = stocks.loc[symbol]
theme = st.context.theme.type or "light"
st.title(f"{symbol} {plain(row['name'])}".rstrip(), anchor=False)
st.caption(
    " · ".join(
        part
        for part in (
            plain(row["exchange"]),
            plain(row["sector"]),
            _("close {price} {unit} on {day}").format(
                price=price(row["close"], market),
                unit=_(MARKETS[market].unit),
                day=day(row["last"]),
            ),
            _("week {change}").format(change=percent(row["week_change"], sign=True)),
            source_label(row["source"]),
        )
        if part
    )
)
if row["partial"]:
    st.info(_("The newest bars belong to a week that is not complete; it feeds no forecast yet."))
stale_note(market, stocks.loc[[symbol]])
running_note()

records = latest_forecasts(market)
mine = records[records["symbol"] == symbol]
record = mine.iloc[0].to_dict() if len(mine) else None
found = past_forecasts(market, symbol)
wide, side = st.columns([3, 2], gap="medium")
with wide:
    drawn = record["id"] if record is not None and record["call"] else ""
    price_part(market, symbol, theme, weeks, drawn, found)
with side:
    if record is not None:
        forecast_card(record, forecasts.current(settings().data_dir), market)
        share_button(record)
        st.caption(record_line(found))
    else:
        badge_line(market, symbol)
        explain_no_forecasts(market)

asked = st.query_params.get("part", "")
# Only the part that is open is drawn.
indicators, past, compared = st.tabs(
    [_(title) for title in PARTS.values()],
    # An open part is known by its title, so each language has its own tabs.
    key=f"stock_part_{language()}",
    default=_(PARTS.get(asked or ("compare" if beside else ""), PARTS[""])),
    on_change="rerun",
)
with indicators:
    if indicators.open:
        indicators_part(market, symbol, theme, weeks, chosen)
with past:
    if past.open:
        record_part(symbol, found)
with compared:
    if compared.open:
        compare_part(market, symbol, theme, weeks)
part = "record" if past.open else "compare" if compared.open else ""
write_address(market, chosen, symbol, compare=",".join(beside), part=part)
