"""The 20 indicators as small charts, one figure a family."""

import textwrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.style import Palette, Theme, axis, base, by_direction, palette, translucent
from core.indicators.catalogue import FAMILIES, Indicator, of_family

Domain = tuple[float, float]
"""Bottom and top of a row, as shares of the drawing area."""

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
    inner = ROW * len(indicators)
    rows = [
        (
            indicator,
            weekly[indicator.name].iloc[-weeks:],
            (1 - ((row + 1) * ROW - GAP) / inner, 1 - (row * ROW + HEADING) / inner),
        )
        for row, indicator in enumerate(indicators)
    ]
    return _figure(rows, theme, inner + FOOT)


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
    return _figure([(indicator, series, (0, 1 - HEADING / (height - FOOT)))], theme, height)


def _figure(
    rows: list[tuple[Indicator, pd.Series, Domain]], theme: Theme, height: int
) -> go.Figure:
    """One row for each indicator, assembled as plain dicts.

    Plotly checks a figure's parts every time one is added; handed over at once
    they are checked once, which is several times faster.
    """
    index = rows[0][1].index
    time_axis = axis(
        theme,
        type="date",
        anchor=_axis("y", len(rows)),
        hoverformat="Week to %d %b %Y",
        nticks=8,
        ticklabelstandoff=6,
        showspikes=False,
    )
    if len(index):
        margin = pd.Timedelta(days=4) + (index[-1] - index[0]) * 0.01
        time_axis["range"] = [index[0] - margin, index[-1] + margin]
    traces: list[dict] = []
    notes: list[dict] = []
    shapes: list[dict] = []
    options = {
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "showlegend": False,
        "bargap": 0.2,
        "margin": {"l": 8, "r": 8, "t": 0, "b": 4},
        "xaxis": time_axis,
    }
    for number, (indicator, series, domain) in enumerate(rows, start=1):
        y = _axis("y", number)
        traces += _traces(series, indicator, theme, y)
        notes += _notes(series, indicator, theme, domain)
        shapes += _guides(indicator, theme, y)
        known = series.notna().any()
        options[_axis("yaxis", number)] = _value_axis(indicator, theme, domain, known)
    options |= {"annotations": notes, "shapes": shapes}
    return go.Figure(traces, base(theme, height) | options)


def _traces(series: pd.Series, indicator: Indicator, theme: Theme, y: str) -> list[dict]:
    colours = palette(theme)
    values = series.to_numpy(float) * indicator.scale
    trace = {
        "type": "bar",
        "x": series.index,
        "y": values,
        "yaxis": y,
        "name": indicator.title,
        "customdata": [indicator.text(value) for value in series],
        "hovertemplate": "%{customdata}",
    }
    if indicator.kind == "bar":
        trace["marker"] = _bar_colours(values, indicator, colours)
    else:
        trace |= {
            "type": "scatter",
            "mode": "lines",
            "line": {"color": colours.accent, "width": 1.6},
        }
    if indicator.kind == "area":
        trace |= {"fill": "tozeroy", "fillcolor": translucent(colours.accent, 0.12)}
    if not len(values) or np.isnan(values[-1]):
        return [trace]
    dot = {
        "type": "scatter",
        "x": series.index[-1:],
        "y": values[-1:],
        "yaxis": y,
        "mode": "markers",
        "marker": {
            "color": colours.accent,
            "size": 6,
            "line": {"color": colours.paper, "width": 1},
        },
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    return [trace, dot]


def _notes(series: pd.Series, indicator: Indicator, theme: Theme, domain: Domain) -> list[dict]:
    """Heading and last value above a row; a sentence inside where it is empty."""
    colours = palette(theme)
    place = {"xref": "paper", "yref": "paper", "showarrow": False}
    latest = indicator.text(series.iloc[-1]) if len(series) else "–"
    notes = [
        place
        | {
            "text": text,
            "hovertext": "<br>".join(textwrap.wrap(indicator.reading, 46)),
            "x": x,
            "y": domain[1],
            "yshift": 2,
            "xanchor": anchor,
            "yanchor": "bottom",
            "font": {"size": 13, "color": colours.ink},
        }
        for x, anchor, text in ((0, "left", indicator.title), (1, "right", f"<b>{latest}</b>"))
    ]
    if series.isna().all():
        notes.append(
            place
            | {
                "text": "No value yet: the history is too short or nothing was traded.",
                "x": 0.5,
                "y": sum(domain) / 2,
                "font": {"size": 12, "color": colours.muted},
            }
        )
    return notes


def _guides(indicator: Indicator, theme: Theme, y: str) -> list[dict]:
    return [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "yref": y,
            "y0": guide * indicator.scale,
            "y1": guide * indicator.scale,
            "layer": "below",
            "line": {
                "color": palette(theme).muted,
                "width": 1,
                "dash": "solid" if guide == 0 else "dot",
            },
        }
        for guide in indicator.guides
    ]


def _value_axis(indicator: Indicator, theme: Theme, domain: Domain, known: bool) -> dict:
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


def _bar_colours(values: np.ndarray, indicator: Indicator, colours: Palette) -> dict:
    if indicator.name in UNDIRECTED:
        return {"color": colours.accent}
    return by_direction(values >= 0, colours.up, colours.down)


def _axis(letter: str, number: int) -> str:
    return letter if number == 1 else f"{letter}{number}"
