"""A backtest drawn: worth and drawdown beside what it is held against, months, stocks."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.backtest.words import CURVE_NAMES
from core.charts.style import Theme, axis, empty, layout, palette, translucent
from core.formats import number, percent
from core.language import _

EQUITY_HEIGHT, DRAWDOWN_HEIGHT, ROW = 360, 200, 34
BASE = 100.0
MOST_STOCKS = 12
"""Half of them those that gained most, half those that lost most."""
MONTHS = 12


def equity_chart(equity: pd.DataFrame, theme: Theme, names: Mapping[str, str]) -> go.Figure:
    """Worth of each curve, from 100, on a logarithmic scale.

    Parameters
    ----------
    equity : DataFrame
        Indexed by day, a column a curve; each starts at its first value.
    theme : "light" or "dark"
    names : mapping of str to str
        What a reader reads of each column.
    """
    if equity.empty:
        return empty(_("There is nothing to draw."), theme)
    fig = _lines(equity / equity.bfill().iloc[0] * BASE, theme, names, "%{y:.1f}")
    layout(fig, theme, EQUITY_HEIGHT)
    fig.update_layout(
        hovermode="x unified",
        xaxis=axis(theme, showgrid=False),
        yaxis=axis(theme, type="log", nticks=7, fixedrange=True),
    )
    return fig


def drawdown_chart(equity: pd.DataFrame, theme: Theme, names: Mapping[str, str]) -> go.Figure:
    """How far each curve lies below its highest so far, in per cent; as `equity_chart`."""
    if equity.empty:
        return empty(_("There is nothing to draw."), theme)
    below = 100 * (equity / equity.cummax() - 1)
    fig = _lines(below, theme, names, "%{y:.1f} %")
    layout(fig, theme, DRAWDOWN_HEIGHT)
    fig.update_layout(
        hovermode="x unified",
        showlegend=False,
        xaxis=axis(theme, showgrid=False),
        yaxis=axis(theme, ticksuffix=" %", nticks=5, fixedrange=True),
    )
    return fig


def months_chart(months: Mapping[str, float], theme: Theme) -> go.Figure:
    """Return of each month: a row a year, painted by gain and loss.

    Parameters
    ----------
    months : mapping of str to float
        By ``2024-05``, as a fraction.
    theme : "light" or "dark"
    """
    if not months:
        return empty(_("There is nothing to draw."), theme)
    colours = palette(theme)
    years = sorted({at[:4] for at in months}, reverse=True)
    grid = np.full((len(years), MONTHS), np.nan)
    for at, value in months.items():
        grid[years.index(at[:4]), int(at[5:]) - 1] = value
    most = max(float(np.nanmax(np.abs(grid))), 1e-9)
    exact = [[percent(v, 1, sign=True) if np.isfinite(v) else "" for v in row] for row in grid]
    # Twelve cells on a phone have room for two digits.
    text = [[number(100 * v) if np.isfinite(v) else "" for v in row] for row in grid]
    fig = go.Figure(
        go.Heatmap(
            z=grid,
            x=list(range(1, MONTHS + 1)),
            y=years,
            text=text,
            texttemplate="%{text}",
            textfont={"size": 11, "color": colours.ink},
            customdata=exact,
            hovertemplate="%{y}-%{x:02d}: %{customdata}<extra></extra>",
            zmin=-most,
            zmax=most,
            colorscale=[
                [0, translucent(colours.down, 0.55)],
                [0.5, translucent(colours.sideways, 0.06)],
                [1, translucent(colours.up, 0.55)],
            ],
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    layout(fig, theme, ROW * len(years) + 50)
    fig.update_layout(
        xaxis=axis(theme, dtick=1, showgrid=False, fixedrange=True, side="top"),
        yaxis=axis(theme, type="category", showgrid=False, fixedrange=True, autorange="reversed"),
    )
    return fig


def contribution_chart(contribution: Mapping[str, float], theme: Theme) -> go.Figure:
    """What single stocks gave and took, as shares of the worth at the start.

    Parameters
    ----------
    contribution : mapping of str to float
    theme : "light" or "dark"
    """
    if not contribution:
        return empty(_("Nothing was ever bought."), theme)
    colours = palette(theme)
    order = sorted(contribution, key=contribution.get)
    if len(order) > MOST_STOCKS:
        order = [*order[: MOST_STOCKS // 2], *order[-MOST_STOCKS // 2 :]]
    values = [100 * contribution[symbol] for symbol in order]
    fig = go.Figure(
        go.Bar(
            x=values,
            y=order,
            orientation="h",
            marker={"color": [colours.up if v > 0 else colours.down for v in values]},
            hovertemplate="%{y}: %{x:+.1f} %<extra></extra>",
        )
    )
    layout(fig, theme, 24 * len(order) + 50)
    fig.update_layout(
        xaxis=axis(theme, ticksuffix=" %", nticks=6, fixedrange=True),
        yaxis=axis(theme, type="category", showgrid=False, fixedrange=True),
    )
    return fig


def curve_names(market_index: str) -> dict[str, str]:
    """What a reader reads of each curve; the index by its own name."""
    named = {name: _(said) for name, said in CURVE_NAMES.items()}
    return named | {"index": _("{index}, prices alone").format(index=market_index)}


def _lines(curves: pd.DataFrame, theme: Theme, names: Mapping[str, str], hover: str) -> go.Figure:
    colours = palette(theme)
    paints = (colours.accent, colours.third, colours.second, colours.muted)
    dashes = ("solid", "dot", "solid", "dash")
    fig = go.Figure()
    for place, name in enumerate(curves):
        known = curves[name].dropna()
        fig.add_scatter(
            x=known.index,
            y=known.to_numpy(),
            name=names.get(name, name),
            mode="lines",
            line={"color": paints[place % 4], "width": 2 - 0.5 * (place > 0)}
            | {"dash": dashes[place % 4]},
            hovertemplate=hover,
        )
    return fig
