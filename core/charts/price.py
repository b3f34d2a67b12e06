"""Weekly candles with averages, Bollinger band, volume and the forecast."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.fan import Fan
from core.charts.style import (
    Palette,
    Theme,
    axis,
    by_direction,
    empty,
    layout,
    palette,
    translucent,
)
from core.charts.words import count_text, percent_text, price_text
from core.indicators.catalogue import HELPERS
from core.market.schema import Market, find_market

HEIGHT = 520
AVERAGES = (("MA10_w", "second"), ("MA20_w", "accent"), ("MA40_w", "third"))


def price_chart(
    weekly: pd.DataFrame,
    *,
    market: str,
    theme: Theme,
    forecast: Mapping | None = None,
    weeks: int = 156,
    partial_week: pd.Timestamp | None = None,
) -> go.Figure:
    """Draw a stock's weeks, and its forecast where there is one.

    Parameters
    ----------
    weekly : DataFrame
        Result of ``WeeklyIndicatorCalculator.compute``; adjusted prices.
    market : str
        Market code; gives the unit and the decimals.
    theme : "light" or "dark"
    forecast : mapping, optional
        A record of ``core.forecasts``: ``as_of``, ``target_date``, and the log
        returns ``ret``, ``ret_low``, ``ret_high``. One without them is left out.
    weeks : int
        How many of the last market weeks are shown.
    partial_week : Timestamp, optional
        Friday of the row that is still trading; drawn paler.
    """
    colours, place = palette(theme), find_market(market)
    shown = weekly.iloc[-weeks:]
    if shown["close"].isna().all():
        return empty("There are no weekly prices to draw yet.", theme)
    fig = go.Figure()
    _band(fig, shown, colours)
    _candles(fig, shown, colours, partial_week)
    for name, colour in AVERAGES:
        fig.add_scatter(
            x=shown.index,
            y=shown[name],
            name=HELPERS[name],
            mode="lines",
            line={"color": getattr(colours, colour), "width": 1.5},
            hoverinfo="skip",
        )
    _volume(fig, shown, colours)
    labels = _labels(shown, place, partial_week)
    notes = [(1.0, "top", f"Adjusted price, {place.unit}"), (0.17, "top", "Volume, shares")]
    end = shown.index[-1]
    lowest, highest = _extremes(shown)
    if Fan.known(forecast):
        fan = Fan(weekly, forecast)
        fan.draw(fig, colours)
        known = labels.get(fan.target)
        text = fan.label(place) if known is None else f"{known[1]}<br>{fan.label(place)}"
        labels[fan.target] = (fan.price if known is None else known[0], text)
        notes.append((0.22, "bottom", fan.summary()))
        end = max(end, fan.target)
        lowest, highest = min(lowest, fan.low), max(highest, fan.high)
    fig.add_scatter(
        x=list(labels),
        y=[y for y, _ in labels.values()],
        mode="markers",
        marker={"opacity": 0, "size": 1},
        showlegend=False,
        hovertext=[text for _, text in labels.values()],
        hoverinfo="text",
    )

    layout(fig, theme, HEIGHT)
    room = (highest - lowest) or highest
    margin = pd.Timedelta(days=5) + (end - shown.index[0]) * 0.01
    fig.update_layout(
        hovermode="x",
        hoversubplots="axis",
        bargap=0.25,
        legend={"entrywidth": 96},  # two columns on a phone
        xaxis=axis(
            theme,
            type="date",
            anchor="y2",
            range=[shown.index[0] - margin, end + margin],
            rangeslider={"visible": False},
            hoverformat="%d %b %Y",
        ),
        yaxis=axis(
            theme,
            domain=[0.22, 1],
            side="right",
            tickformat=",",
            # Room for the notes below and above the prices.
            range=[lowest - 0.14 * room, highest + 0.08 * room],
        ),
        yaxis2=axis(
            theme, domain=[0, 0.17], side="right", nticks=3, tickformat="~s", rangemode="tozero"
        ),
    )
    for y, yanchor, text in notes:
        fig.add_annotation(
            text=text,
            x=0,
            y=y,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor=yanchor,
            align="left",
            showarrow=False,
            bgcolor=translucent(colours.paper, 0.75),
            font={"size": 11, "color": colours.muted},
        )
    return fig


def _band(fig: go.Figure, shown: pd.DataFrame, colours: Palette) -> None:
    """Bollinger (2001): the 20-week average plus and minus 2 standard deviations."""
    half = shown["bb_width_w"] * shown["close"]
    upper, lower = shown["MA20_w"] + half, shown["MA20_w"] - half
    # A filled area cannot have holes: each unbroken stretch of weeks is its own outline,
    # in one trace, separated by missing points.
    known = upper.notna().to_numpy()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(int), [0]])))
    x: list = []
    y: list = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        stretch = shown.index[start:stop]
        x += [*stretch, *stretch[::-1], None]
        y += [*upper.iloc[start:stop], *lower.iloc[start:stop][::-1], None]
    if x:
        fig.add_scatter(
            x=x,
            y=y,
            name="Bollinger, 2 σ",
            mode="lines",
            fill="toself",
            line={"width": 0.5, "color": translucent(colours.accent, 0.35)},
            fillcolor=translucent(colours.accent, 0.08),
            hoverinfo="skip",
        )


def _candles(
    fig: go.Figure, shown: pd.DataFrame, colours: Palette, partial_week: pd.Timestamp | None
) -> None:
    partial = shown.index == partial_week
    for rows, name, opacity in ((~partial, "Week", 1.0), (partial, "Week so far", 0.45)):
        bars = shown[rows]
        if bars.empty:
            continue
        fig.add_candlestick(
            x=bars.index,
            open=bars["open"],
            high=bars["high"],
            low=bars["low"],
            close=bars["close"],
            name=name,
            opacity=opacity,
            showlegend=bool(partial.any()) and name != "Week",
            increasing={"line": {"color": colours.up, "width": 1}, "fillcolor": colours.up},
            decreasing={"line": {"color": colours.down, "width": 1}, "fillcolor": colours.down},
            hoverinfo="skip",
        )


def _volume(fig: go.Figure, shown: pd.DataFrame, colours: Palette) -> None:
    rising = shown["close"] >= shown["open"]
    fig.add_bar(
        x=shown.index,
        y=shown["volume"],
        yaxis="y2",
        name="Volume",
        showlegend=False,
        marker=by_direction(
            rising.to_numpy(bool), translucent(colours.up, 0.55), translucent(colours.down, 0.55)
        ),
        hoverinfo="skip",
    )


def _labels(
    shown: pd.DataFrame, market: Market, partial_week: pd.Timestamp | None
) -> dict[pd.Timestamp, tuple[float, str]]:
    """Where each week's hover label points, and its text."""
    labels = {}
    for row in shown[shown["close"].notna()].itertuples():
        so_far = ", still trading" if row.Index == partial_week else ""
        lines = [
            f"<b>Week to {row.Index:%d %b %Y}{so_far}</b>",
            f"Close {price_text(row.close, market)} {market.unit}",
            f"Open {price_text(row.open, market)}, high {price_text(row.high, market)}, "
            f"low {price_text(row.low, market)}",
        ]
        if pd.notna(row.raw_close) and not np.isclose(row.raw_close, row.close, rtol=1e-4):
            lines.insert(2, f"As traded {price_text(row.raw_close, market)} {market.unit}")
        if pd.notna(row.ret_1w):
            lines.append(f"Change in a week {percent_text(row.ret_1w)}")
        lines.append(f"Volume {count_text(row.volume)} shares in {row.sessions} sessions")
        averages = [getattr(row, name) for name, _ in AVERAGES]
        if pd.notna(averages).all():
            values = " / ".join(price_text(value, market) for value in averages)
            lines.append(f"Averages (10, 20, 40): {values}")
        labels[row.Index] = (row.close, "<br>".join(lines))
    return labels


def _extremes(shown: pd.DataFrame) -> tuple[float, float]:
    """Lowest and highest price drawn, averages and band included."""
    half = shown["bb_width_w"] * shown["close"]
    averages = shown[[name for name, _ in AVERAGES]]
    lows = [shown["low"].min(), (shown["MA20_w"] - half).min(), averages.min(axis=None)]
    highs = [shown["high"].max(), (shown["MA20_w"] + half).max(), averages.max(axis=None)]
    return float(np.nanmin(lows)), float(np.nanmax(highs))
