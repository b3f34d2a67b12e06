"""Figures that are drawn once for all sessions, until something is written to the data folder."""

from collections.abc import Callable, Hashable

import plotly.graph_objects as go
import streamlit as st

from core.charts.style import Theme
from core.language import language
from pages.parts.reading import shown_state


# Figures are only read once drawn, so all sessions of one language may share one.
@st.cache_resource(max_entries=64, show_spinner=False)
def _kept(
    name: str, state: tuple, theme: Theme, spoken: str, about: Hashable, _draw: Callable
) -> go.Figure:
    return _draw()


def kept_figure(
    name: str, market: str, theme: Theme, draw: Callable[[], go.Figure], about: Hashable = ""
) -> go.Figure:
    """What ``draw`` draws, or has drawn since prices, records or anything else was written.

    Parameters
    ----------
    name : str
        Which chart.
    market : str
    theme : "light" or "dark"
    draw : callable
    about : hashable
        What else it depends on, such as what was chosen on the page or the versions shown.
    """
    return _kept(name, shown_state(market), theme, language(), about, draw)
