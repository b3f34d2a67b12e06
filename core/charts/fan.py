"""A forecast as a fan from its as-of close to its target date, beside "no change"."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.style import Palette, translucent
from core.charts.words import percent_text, price_text
from core.market.schema import Market

RETURNS = ("ret", "ret_low", "ret_high")


class Fan:
    """One forecast, ready to be drawn on a stock's weeks.

    Parameters
    ----------
    weekly : DataFrame indexed by week
        With the column ``close``, adjusted.
    forecast : mapping
        ``as_of``, ``target_date``, ``close`` and the log returns ``ret``,
        ``ret_low``, ``ret_high``.
    """

    def __init__(self, weekly: pd.DataFrame, forecast: Mapping):
        self.as_of = pd.Timestamp(forecast["as_of"])
        self.target = pd.Timestamp(forecast["target_date"])
        # The close of today's adjusted series, so that an old fan still starts on its candle.
        close = weekly["close"].get(self.as_of, np.nan)
        self.close = float(forecast["close"] if pd.isna(close) else close)
        self.returns = [float(np.expm1(forecast[name])) for name in RETURNS]
        self.price, self.low, self.high = (self.close * (1 + ret) for ret in self.returns)

    @staticmethod
    def known(forecast: Mapping | None) -> bool:
        """Whether a record holds a return and its interval; without both it is not drawn."""
        return forecast is not None and all(pd.notna(forecast.get(name)) for name in RETURNS)

    def draw(self, fig: go.Figure, colours: Palette) -> None:
        """Add interval, "no change" and forecast to a figure."""
        fig.add_scatter(
            x=[self.as_of, self.target, self.target, self.as_of],
            y=[self.close, self.high, self.low, self.close],
            mode="lines",
            fill="toself",
            fillcolor=translucent(colours.accent, 0.22),
            line={"width": 1, "color": translucent(colours.accent, 0.6)},
            name="Interval",
            hoverinfo="skip",
        )
        fig.add_scatter(
            x=[self.as_of, self.target],
            y=[self.close, self.close],
            mode="lines",
            line={"color": colours.muted, "width": 1.5, "dash": "dash"},
            name="No change",
            hoverinfo="skip",
        )
        fig.add_scatter(
            x=[self.as_of, self.target],
            y=[self.close, self.price],
            mode="lines+markers",
            line={"color": colours.accent, "width": 2.5},
            marker={"color": colours.accent, "size": [0, 7], "line": {"width": 0}},
            name="Forecast",
            hoverinfo="skip",
        )

    def interval(self) -> str:
        """The interval of the return, lower end first."""
        return f"{percent_text(self.returns[1])} to {percent_text(self.returns[2])}"

    def summary(self) -> str:
        """Two lines that stand on the chart."""
        return (
            f"<b>Statistical forecast for {self.target:%d %b %Y}: "
            f"{percent_text(self.returns[0])}</b><br>"
            f"Interval {self.interval()}; no change: 0 %"
        )

    def label(self, market: Market) -> str:
        """The hover label of the target date."""
        return (
            f"<b>Statistical forecast for {self.target:%d %b %Y}</b><br>"
            f"{price_text(self.price, market)} {market.unit} ({percent_text(self.returns[0])})<br>"
            f"Interval {price_text(self.low, market)} to {price_text(self.high, market)}<br>"
            f"({self.interval()})<br>"
            f"No change {price_text(self.close, market)}<br>"
            f"Made on prices up to {self.as_of:%d %b %Y}"
        )
