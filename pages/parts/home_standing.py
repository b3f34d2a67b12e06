"""Where things stand, and what wants a person's attention."""

import streamlit as st

from core import forecasts, home
from core.formats import number
from core.language import _, ngettext
from core.market.sample import SAMPLE_LABEL
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.home_tour import tick
from pages.parts.market_header import calls_in_words
from pages.parts.reading import latest_forecasts, notices
from pages.parts.words import day, out_of, plain

PAGES = {
    "market": ("pages/market.py", ":material/table_rows:"),
    "data": ("pages/data.py", ":material/database:"),
    "quality": ("pages/quality.py", ":material/fact_check:"),
    "training": ("pages/training.py", ":material/model_training:"),
    "models": ("pages/models.py", ":material/workspaces:"),
    "evidence": ("pages/evidence.py", ":material/science:"),
    "backtest": ("pages/backtest.py", ":material/finance_mode:"),
    "alerts": ("pages/alerts.py", ":material/notifications:"),
    "monitoring": ("pages/monitoring.py", ":material/monitor_heart:"),
}
PARTS = {"data": "refresh"}


def freshness(state: home.MarketState) -> str:
    """How old the prices of a market are, in words."""
    if state.sample:
        return _(SAMPLE_LABEL)
    if state.behind == 0:
        return _("up to date")
    return ngettext("{count} week ended since", "{count} weeks ended since", state.behind).format(
        count=state.behind
    )


def standing(states: list[home.MarketState]) -> None:
    """Prices by market, and the versions behind the forecasts on show."""
    data_dir, tiles = settings().data_dir, st.container(horizontal=True, key="tiles-standing")
    for state in states:
        stocks = ngettext("{count} stock", "{count} stocks", state.stocks)
        tiles.metric(
            _("{market}: prices to").format(market=_(MARKETS[state.market].name)),
            day(state.last),
            delta=f"{stocks.format(count=number(state.stocks))} · {freshness(state)}",
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="content",
        )
    shown = forecasts.current(data_dir)
    if not shown:
        return
    records = latest_forecasts(shown["market"])
    given = records[records["call"] != ""]
    tiles.metric(
        _("{market}: forecasts of the week to").format(market=_(MARKETS[shown["market"]].name)),
        day(shown["as_of"]),
        delta=f"{out_of(len(given), len(records))} · {calls_in_words(given['call'])}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=_("Stocks with a forecast, and how many of them each call."),
    )
    age = home.production_age(data_dir, shown["market"])
    learned = ngettext(
        "learned until {count} week before", "learned until {count} weeks before", age or 0
    )
    tiles.metric(
        _("Models behind them"),
        _("v{first} and v{second}").format(
            first=shown["price_version"], second=shown["pattern_version"]
        ),
        delta="" if age is None else learned.format(count=age),
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=_(
            "Versions of price_target_model and pattern_lstm_classifier, and the market weeks "
            "since the last one both have learned from."
        ),
    )


def attention() -> None:
    """What a person should look at, with the way there."""
    st.header(_("What needs attention"), anchor=False)
    found = notices()
    if not found:
        st.markdown(tick(True) + " " + _("Nothing: prices, jobs and forecasts are well."))
    for place, notice in enumerate(found):
        path, icon = PAGES[notice.page]
        wanted = {"market": notice.market} if notice.market else {}
        if notice.page in PARTS:
            wanted["part"] = PARTS[notice.page]
        with st.container(horizontal=True, vertical_alignment="center", key=f"notice-{place}"):
            st.markdown(f":material/info: {plain(notice.text)}", width="content")
            st.page_link(path, label=notice.action, icon=icon, query_params=wanted, width="content")
