"""Reads from core, kept until the prices change."""

from pathlib import Path

import pandas as pd
import streamlit as st

from core.indicators.weekly import WeeklyIndicatorCalculator
from core.market.calendar import complete_weeks
from core.market.store import BarStore
from core.overview import market_overview
from core.settings import settings


def store() -> BarStore:
    """The price store of this data folder."""
    return BarStore(settings().data_dir)


@st.cache_data(max_entries=8, show_spinner=False)
def _overview(data_dir: Path, market: str, revision: str) -> pd.DataFrame:
    return market_overview(BarStore(data_dir), market)


def overview(market: str) -> pd.DataFrame:
    """Last close, changes and sparkline of every stock of a market."""
    return _overview(settings().data_dir, market, store().revision())


@st.cache_data(max_entries=64, show_spinner=False)
def _weekly(data_dir: Path, market: str, symbol: str, revision: str) -> pd.DataFrame:
    kept = BarStore(data_dir)
    weeks = complete_weeks(market, kept.sessions(market))
    return WeeklyIndicatorCalculator().compute(kept.bars(market, symbol), weeks)


def weekly(market: str, symbol: str) -> pd.DataFrame:
    """Weekly bars, helper levels and the 20 indicators of one stock, complete weeks only."""
    return _weekly(settings().data_dir, market, symbol, store().revision())
