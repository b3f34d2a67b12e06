"""The charts of one stock, drawn once for all sessions, until its prices change."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.charts.indicator import indicator_chart
from core.charts.price import price_chart
from core.charts.quality import quality_chart
from core.charts.style import Theme
from core.language import language
from core.resolved import RESOLVED, one_a_week
from core.settings import settings
from pages.parts.reading import daily_bars, store, weekly


@dataclass(frozen=True)
class PriceView:
    """How the price chart is drawn.

    Attributes
    ----------
    theme : "light" or "dark"
    weeks : int
    daily : bool
        Candles of days instead of weeks.
    log : bool
    overlays : tuple of str
        Of ``core.charts.price.OVERLAYS``.
    record : str
        Id of the stored forecast on show; empty for none.
    """

    theme: Theme
    weeks: int
    daily: bool
    log: bool
    overlays: tuple[str, ...]
    record: str


# Figures are only read once drawn, so all sessions of one language may share one.
@st.cache_resource(max_entries=128, show_spinner=False)
def _price_figure(
    data_dir: Path,
    market: str,
    symbol: str,
    revision: str,
    view: PriceView,
    ids: tuple[str, ...],
    spoken: str,
    _found: pd.DataFrame,
) -> go.Figure:
    drawn = _found[_found["id"] == view.record]
    return price_chart(
        weekly(market, symbol),
        market=market,
        theme=view.theme,
        forecast=drawn.iloc[0].to_dict() if len(drawn) else None,
        weeks=view.weeks,
        daily=daily_bars(market, symbol) if view.daily else None,
        overlays=view.overlays,
        log=view.log,
        past=one_a_week(_found[_found["state"] == RESOLVED]),
    )


def price_figure(market: str, symbol: str, view: PriceView, found: pd.DataFrame) -> go.Figure:
    """The price chart of one stock.

    Parameters
    ----------
    market, symbol : str
    view : PriceView
    found : DataFrame
        From ``pages.parts.reading.past_forecasts``; holds the forecast on show.
    """
    where = (settings().data_dir, market, symbol, store().revision())
    return _price_figure(*where, view, tuple(found["id"]), language(), found)


@st.cache_resource(max_entries=128, show_spinner=False)
def _indicator_figure(
    data_dir: Path, market: str, symbol: str, revision: str, theme: Theme, weeks: int, spoken: str
) -> go.Figure:
    return indicator_chart(weekly(market, symbol), theme, weeks)


def indicator_figure(market: str, symbol: str, theme: Theme, weeks: int) -> go.Figure:
    """The chart of the 20 indicators of one stock."""
    where = (settings().data_dir, market, symbol, store().revision())
    return _indicator_figure(*where, theme, weeks, language())


@st.cache_resource(max_entries=32, show_spinner=False)
def _quality_figure(
    data_dir: Path,
    market: str,
    symbol: str,
    revision: str,
    theme: Theme,
    focus: tuple[pd.Timestamp, pd.Timestamp] | None,
    seen: str,
    spoken: str,
    _findings: pd.DataFrame,
) -> go.Figure:
    bars = daily_bars(market, symbol)
    return quality_chart(bars, _findings, market=market, theme=theme, focus=focus)


def quality_figure(
    market: str,
    symbol: str,
    theme: Theme,
    findings: pd.DataFrame,
    focus: tuple[pd.Timestamp, pd.Timestamp] | None,
) -> go.Figure:
    """The daily prices of one stock and what is odd about them; see ``quality_chart``."""
    where = (settings().data_dir, market, symbol, store().revision())
    return _quality_figure(
        *where, theme, focus, str(findings.to_dict("list")), language(), findings
    )
