"""The price chart of the Stock page and what is drawn over it."""

import pandas as pd
import streamlit as st

from core.charts.price import AVERAGES, OVERLAYS, PAST, USUAL
from core.charts.style import CONFIG, Theme
from core.language import N_, _
from pages.parts.export import export_buttons
from pages.parts.reading import daily_bars, weekly
from pages.parts.rights import part
from pages.parts.stock_figures import PriceView, price_figure

CANDLES = (N_("Weekly"), N_("Daily"))
EARLIER = N_(
    "Diamonds are earlier forecasts with their 80 % interval, hollow where in-sample, which "
    "proves nothing; crosses are what came."
)
COLUMNS = ["open", "high", "low", "close", "raw_close", "volume"]


@part()
def price_part(
    market: str, symbol: str, theme: Theme, weeks: int, record: str, found: pd.DataFrame
) -> None:
    """Switches, chart and its data; a switch draws this part alone again.

    Parameters
    ----------
    market, symbol : str
    theme : "light" or "dark"
    weeks : int
        How many weeks are shown.
    record : str
        Id of the stored forecast on show; empty for none.
    found : DataFrame
        From ``pages.parts.reading.past_forecasts``.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        candles = st.segmented_control(
            _("Candles"),
            CANDLES,
            format_func=_,
            default=CANDLES[0],
            required=True,
            key="candles",
            persist_state="session",
            label_visibility="collapsed",
        )
        log = st.toggle(
            _("Log axis"),
            key="log_axis",
            persist_state="session",
            help=_("Equal steps up the axis are equal percentages."),
        )
        overlays = st.pills(
            _("Drawn over the candles"),
            OVERLAYS,
            format_func=_,
            selection_mode="multi",
            default=list(USUAL),
            key="overlays",
            persist_state="session",
            label_visibility="collapsed",
            wrap=True,
        )
    daily = candles == "Daily"
    view = PriceView(theme, weeks, daily, log, tuple(overlays), record)
    st.plotly_chart(
        price_figure(market, symbol, view, found),
        key="price",
        theme=None,
        config=CONFIG,
        alt=(_("Daily prices of {symbol}") if daily else _("Weekly prices of {symbol}")).format(
            symbol=symbol
        ),
    )
    words, saving = st.columns([4, 1], vertical_alignment="center")
    bars = daily_bars(market, symbol)
    words.caption(_basis(bars, daily=daily) + (f" {_(EARLIER)}" if PAST in overlays else ""))
    with saving:
        export_buttons(
            _table(market, symbol, weeks, bars, daily), f"{symbol}-prices", kinds=["csv"]
        )


def _basis(bars: pd.DataFrame, *, daily: bool) -> str:
    raw = bars["raw_close"]
    if raw.isna().all():
        traded = _("The source gives no closes as traded.")
    elif ((raw / bars["close"] - 1).abs() < 1e-4).all():
        traded = _("They are the prices as traded, too.")
    else:
        traded = _("Point at one for its close as traded.")
    if not daily:
        told = _(
            "Weekly candles, hollow where the close lies above the open; prices adjusted for "
            "splits and dividends."
        )
        return f"{told} {traded}"
    told = _(
        "Daily candles, hollow where the close lies above the open; prices adjusted for splits "
        "and dividends."
    )
    return " ".join([told, traded, _("Averages and band stay those of weeks.")])


def _table(market: str, symbol: str, weeks: int, bars: pd.DataFrame, daily: bool) -> pd.DataFrame:
    """What is drawn, as a table."""
    shown = weekly(market, symbol).iloc[-weeks:]
    if daily:
        start = shown.index[0] - pd.Timedelta(days=7) if len(shown) else pd.Timestamp.min
        return bars.loc[bars["date"] > start, ["date", *COLUMNS]]
    return shown[[*COLUMNS, *(column for column, *_ in AVERAGES.values()), "bb_width_w"]]
