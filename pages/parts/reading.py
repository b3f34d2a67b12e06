"""Reads from core, kept until the prices change."""

from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import forecasts
from core.charts.indicator import indicator_charts
from core.charts.price import price_chart
from core.charts.style import Theme
from core.comparison.result import Comparison, compare
from core.evaluation import records
from core.indicators.store import IndicatorStore
from core.language import language
from core.market.store import BarStore
from core.overview import market_overview
from core.registry import Version
from core.settings import settings
from core.training import out_of_sample


def store() -> BarStore:
    """The price store of this data folder."""
    return BarStore(settings().data_dir)


@st.cache_data(max_entries=8, show_spinner=False)
def _symbols(data_dir: Path, market: str | None, revision: str) -> pd.DataFrame:
    return BarStore(data_dir).symbols(market)


def known_symbols(market: str | None = None) -> pd.DataFrame:
    """The stocks in the store, of one market or of all."""
    return _symbols(settings().data_dir, market, store().revision())


@st.cache_data(max_entries=8, show_spinner=False)
def _overview(data_dir: Path, market: str, revision: str) -> pd.DataFrame:
    return market_overview(BarStore(data_dir), market)


def overview(market: str) -> pd.DataFrame:
    """Last close, changes and sparkline of every stock of a market."""
    return _overview(settings().data_dir, market, store().revision())


@st.cache_data(max_entries=64, show_spinner=False)
def _weekly(data_dir: Path, market: str, symbol: str, revision: str) -> pd.DataFrame:
    return IndicatorStore(BarStore(data_dir)).weekly(market, symbol)


def weekly(market: str, symbol: str) -> pd.DataFrame:
    """Weekly bars, helper levels and the 20 indicators of one stock, complete weeks only."""
    return _weekly(settings().data_dir, market, symbol, store().revision())


@st.cache_data(max_entries=8, show_spinner=False)
def _recent(data_dir: Path, market: str, revision: str) -> pd.DataFrame:
    return IndicatorStore(BarStore(data_dir)).recent(market)


def recent_weeks(market: str) -> pd.DataFrame:
    """Weekly bars and indicators of all stocks in the last weeks; see ``IndicatorStore.recent``."""
    return _recent(settings().data_dir, market, store().revision())


# Figures are only read once drawn, so all sessions may share one; building them again on every
# click would cost a fifth of a second.
@st.cache_resource(max_entries=128, show_spinner=False)
def _price_figure(
    data_dir: Path, market: str, symbol: str, revision: str, theme: Theme, weeks: int, record: str
) -> go.Figure:
    frame = _weekly(data_dir, market, symbol, revision)
    fan = None
    if record:
        past = forecasts.history(data_dir, market, symbol)
        fan = past[past["id"] == record].iloc[0].to_dict()
    return price_chart(frame, market=market, theme=theme, forecast=fan, weeks=weeks)


def price_figure(market: str, symbol: str, theme: Theme, weeks: int, record: str) -> go.Figure:
    """The price chart of one stock, with a stored forecast by its id (empty for none)."""
    where = (settings().data_dir, market, symbol, store().revision())
    return _price_figure(*where, theme, weeks, record)


@st.cache_resource(max_entries=128, show_spinner=False)
def _indicator_figures(
    data_dir: Path, market: str, symbol: str, revision: str, theme: Theme, weeks: int
) -> list[tuple[str, go.Figure]]:
    return indicator_charts(_weekly(data_dir, market, symbol, revision), theme, weeks)


def indicator_figures(
    market: str, symbol: str, theme: Theme, weeks: int
) -> list[tuple[str, go.Figure]]:
    """The charts of the 20 indicators of one stock, by family."""
    where = (settings().data_dir, market, symbol, store().revision())
    return _indicator_figures(*where, theme, weeks)


@st.cache_data(max_entries=8, show_spinner=False)
def _evaluations(data_dir: Path, market: str, names: tuple[str, ...]) -> list[dict]:
    return records.all_records(data_dir, market)


def evaluations(market: str) -> list[dict]:
    """The evaluations of a market, the newest first."""
    data_dir = settings().data_dir
    return _evaluations(data_dir, market, records.names(data_dir))


@st.cache_data(max_entries=24, show_spinner=False)
def _rows(uri: str, run_id: str, _version: Version) -> pd.DataFrame:
    return out_of_sample.read(_version)


# Only read once made; a comparison holds the rows of its versions, so few are kept. Its sentences
# are the reader's, hence the language in its key.
@st.cache_resource(max_entries=8, show_spinner="Comparing")
def _comparison(
    data_dir: Path,
    uri: str,
    who: tuple,
    others: tuple,
    prices: str,
    records: int,
    spoken: str,
    _versions: list[Version],
    _known: list[Version],
) -> Comparison:
    return compare(_versions, _known, data_dir, lambda version: _rows(uri, version.run_id, version))


def comparison(versions: list[Version], known: list[Version]) -> Comparison:
    """Versions of one model compared, kept until a version, its stage or what came changes."""
    uri, data_dir = settings().mlflow_uri, settings().data_dir
    ids = [
        tuple((v.name, v.stage, v.run_id, tuple(sorted(v.tags.items()))) for v in some)
        for some in (versions, known)
    ]
    where = (store().revision(), forecasts.count(data_dir), language())
    return _comparison(data_dir, uri, *ids, *where, versions, known)
