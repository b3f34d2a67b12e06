"""The 20 indicators as small charts, one figure a family."""

import textwrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.style import Palette, Theme, axis, layout, palette, translucent
from core.indicators.catalogue import FAMILIES, Indicator, of_family

ROW = 142
"""Height of one indicator in a family's figure, in pixels, heading included."""
HEADING = 30
GAP = 8
FOOT = 38
UNDIRECTED = {"vol_zscore_12w", "turnover_w"}
"""Bars whose sign is no direction of the price, so neither green nor red."""


def indicator_charts(
    weekly: pd.DataFrame, theme: Theme, weeks: int = 156
) -> list[tuple[str, go.Figure]]:
    """One figure for each family, in the catalogue's order."""
    return [(family, indicator_family_chart(weekly, family, theme, weeks)) for family in FAMILIES]


def indicator_family_chart(
    weekly: pd.DataFrame, family: str, theme: Theme, weeks: int = 156
) -> go.Figure:
    """The indicators of a family below each other, on one time axis.

    Parameters
    ----------
    weekly : DataFrame
        Result of ``WeeklyIndicatorCalculator.compute``.
    family : str
        One of the catalogue's ``FAMILIES``.
    theme : "light" or "dark"
    weeks : int
        How many of the last market weeks are shown.
    """
    indicators = of_family(family)
    shown = weekly.iloc[-weeks:]
    inner = ROW * len(indicators)
    fig = go.Figure()
    for row, indicator in enumerate(indicators):
        top = 1 - (row * ROW + HEADING) / inner
        bottom = 1 - ((row + 1) * ROW - GAP) / inner
        _draw(fig, shown[indicator.name], indicator, theme, row + 1, (bottom, top))
    return _finish(fig, shown.index, theme, inner + FOOT, len(indicators))


def indicator_chart(
    series: pd.Series, indicator: Indicator, *, theme: Theme, height: int = 150
) -> go.Figure:
    """One indicator alone.

    Parameters
    ----------
    series : Series indexed by week
    indicator : Indicator
    theme : "light" or "dark"
    height : int
        Pixels.
    """
    fig = go.Figure()
    _draw(fig, series, indicator, theme, 1, (0, 1 - HEADING / (height - FOOT)))
    return _finish(fig, series.index, theme, height, 1)


def _finish(
    fig: go.Figure, index: pd.DatetimeIndex, theme: Theme, height: int, rows: int
) -> go.Figure:
    layout(fig, theme, height)
    options = axis(
        theme,
        type="date",
        anchor=_axis("y", rows),
        hoverformat="Week to %d %b %Y",
        nticks=8,
        ticklabelstandoff=6,
        showspikes=False,
    )
    if len(index):
        margin = pd.Timedelta(days=4) + (index[-1] - index[0]) * 0.01
        options["range"] = [index[0] - margin, index[-1] + margin]
    fig.update_layout(
        hovermode="x unified",
        hoversubplots="axis",
        showlegend=False,
        bargap=0.2,
        margin={"t": 0, "b": 4},
        xaxis=options,
    )
    return fig


def _draw(
    fig: go.Figure,
    series: pd.Series,
    indicator: Indicator,
    theme: Theme,
    number: int,
    domain: tuple[float, float],
) -> None:
    colours, y = palette(theme), _axis("y", number)
    values = series.to_numpy(float) * indicator.scale
    texts = [indicator.text(value) for value in series]
    common = {
        "x": series.index,
        "y": values,
        "yaxis": y,
        "name": indicator.title,
        "customdata": texts,
        "hovertemplate": "%{customdata}",
    }
    if indicator.kind == "bar":
        fig.add_bar(marker={"color": _bar_colours(values, indicator, colours)}, **common)
    else:
        filled = {"fill": "tozeroy", "fillcolor": translucent(colours.accent, 0.12)}
        fig.add_scatter(
            mode="lines",
            line={"color": colours.accent, "width": 1.6},
            **(filled if indicator.kind == "area" else {}),
            **common,
        )
    if len(values) and np.isfinite(values[-1]):
        fig.add_scatter(
            x=series.index[-1:],
            y=values[-1:],
            yaxis=y,
            mode="markers",
            marker={
                "color": colours.accent,
                "size": 6,
                "line": {"color": colours.paper, "width": 1},
            },
            cliponaxis=False,
            hoverinfo="skip",
        )
    for guide in indicator.guides:
        fig.add_shape(
            type="line",
            xref="paper",
            x0=0,
            x1=1,
            yref=y,
            y0=guide * indicator.scale,
            y1=guide * indicator.scale,
            layer="below",
            line={
                "color": colours.muted,
                "width": 1,
                "dash": "solid" if guide == 0 else "dot",
            },
        )
    known = np.isfinite(values).any()
    fig.update_layout({_axis("yaxis", number): _value_axis(indicator, theme, domain, known)})
    latest = texts[-1] if texts else "–"
    for x, text in ((0, indicator.title), (1, f"<b>{latest}</b>")):
        fig.add_annotation(
            text=text,
            hovertext="<br>".join(textwrap.wrap(indicator.reading, 46)),
            x=x,
            y=domain[1],
            yshift=2,
            xref="paper",
            yref="paper",
            xanchor="right" if x else "left",
            yanchor="bottom",
            showarrow=False,
            font={"size": 13, "color": colours.ink},
        )
    if not known:
        fig.add_annotation(
            text="No value yet: the history is too short or nothing was traded.",
            x=0.5,
            y=sum(domain) / 2,
            xref="paper",
            yref="paper",
            showarrow=False,
            font={"size": 12, "color": colours.muted},
        )


def _value_axis(
    indicator: Indicator, theme: Theme, domain: tuple[float, float], known: bool
) -> dict:
    guides = [guide * indicator.scale for guide in indicator.guides]
    between = len(guides) > 1 and not indicator.signed
    return axis(
        theme,
        domain=list(domain),
        side="right",
        autorangeoptions={"include": guides},
        **({"tickvals": guides} if between else {"nticks": 4}),
        tickformat=f".{indicator.digits}~f",
        ticksuffix=" %" if indicator.percent else "",
        showticklabels=bool(known),
        fixedrange=True,
        rangemode="tozero" if indicator.kind == "area" else "normal",
    )


def _bar_colours(values: np.ndarray, indicator: Indicator, colours: Palette) -> list[str] | str:
    if indicator.name in UNDIRECTED:
        return colours.accent
    return [colours.down if value < 0 else colours.up for value in values]


def _axis(letter: str, number: int) -> str:
    return letter if number == 1 else f"{letter}{number}"
