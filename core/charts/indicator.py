"""The 20 indicators as small charts below each other, on one time axis."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.style import (
    Palette,
    Theme,
    assembled,
    axis,
    base,
    by_direction,
    empty,
    palette,
    translucent,
)
from core.formats import day_pattern
from core.indicators.catalogue import INDICATORS, Indicator
from core.language import N_, _, language

Domain = tuple[float, float]
"""Bottom and top of a row, as shares of the drawing area."""

ROW = 128
"""Height of one indicator, in pixels, heading included."""
FAMILY = 52
"""Height of a family's name and its dates, above its first indicator."""
HEADING = 26
GAP = 10
FOOT = 34
UNDIRECTED = {"vol_zscore_12w", "turnover_w"}
"""Bars whose sign is no direction of the price, so neither green nor red."""
NO_VALUE = N_("No value yet: the history is too short or nothing was traded.")
SHORT_MONTHS = {"en": "%b ’%y", "vi": "%m/%y"}


def indicator_chart(
    weekly: pd.DataFrame,
    theme: Theme,
    weeks: int = 156,
    indicators: Sequence[Indicator] = INDICATORS,
) -> go.Figure:
    """Indicators below each other, a heading above each family.

    One figure, because pointing at a week then shows that week in every row.

    Parameters
    ----------
    weekly : DataFrame
        Result of ``WeeklyIndicatorCalculator.compute``.
    theme : "light" or "dark"
    weeks : int
        How many of the last market weeks are shown.
    indicators : sequence of Indicator
        In order of family.
    """
    shown = weekly.iloc[-weeks:]
    if shown.empty:
        return empty(_(NO_VALUE), theme)
    colours = palette(theme)
    tops = row_tops(indicators)
    inner = tops[-1] + ROW
    weeks_text = np.datetime_as_string(shown.index.to_numpy("datetime64[D]")).tolist()
    ticks, tick_texts = _ticks(shown.index)
    first, last = shown.index[0], shown.index[-1]
    margin = pd.Timedelta(days=4) + (last - first) * 0.01
    left, right = first - margin, last + margin
    traces: list[dict] = []
    notes: list[dict] = []
    shapes: list[dict] = []
    options: dict = {
        "hovermode": "x",
        "hoversubplots": "axis",
        "showlegend": False,
        "bargap": 0.2,
        "margin": {"l": 8, "r": 8, "t": 0, "b": 4},
        "xaxis": axis(
            theme,
            type="date",
            anchor=_axis("y", len(indicators)),
            range=[str(left), str(right)],
            hoverformat=_("Week to {day}").format(day=day_pattern()),
            tickmode="array",
            tickvals=ticks,
            ticktext=tick_texts,
            ticklabelstandoff=6,
            showspikes=True,
            spikemode="across",
            spikesnap="hovered data",
            spikethickness=1,
            spikedash="dot",
            spikecolor=colours.muted,
            fixedrange=True,
        ),
    }
    family = ""
    for number, (indicator, top) in enumerate(zip(indicators, tops, strict=True), start=1):
        y = _axis("y", number)
        domain = (1 - (top + ROW - GAP) / inner, 1 - (top + HEADING) / inner)
        values = shown[indicator.name].to_numpy(float)
        traces += _traces(weeks_text, values, indicator, colours, y)
        notes += _notes(values, indicator, colours, domain)
        shapes += _guides(indicator, colours, y)
        options[_axis("yaxis", number)] = _value_axis(indicator, theme, domain, values)
        if indicator.family != family:
            family = indicator.family
            notes += _family(family, 1 - (top - FAMILY) / inner, ticks, tick_texts, colours)
    options |= {"annotations": notes, "shapes": shapes}
    return assembled(traces, base(theme, inner + FOOT) | options)


def row_tops(indicators: Sequence[Indicator] = INDICATORS) -> list[int]:
    """Pixels from the figure's upper edge to each row's, so that a page can write beside it."""
    tops, at, family = [], 0, ""
    for indicator in indicators:
        if indicator.family != family:
            at, family = at + FAMILY, indicator.family
        tops.append(at)
        at += ROW
    return tops


def _ticks(index: pd.DatetimeIndex) -> tuple[list[str], list[str]]:
    """Few dates and their words, to stand above each family: the axis is far from most rows."""
    count = len(index)
    step = 2 if count <= 60 else 6 if count <= 170 else 12
    form = "%Y" if step == 12 else SHORT_MONTHS[language()]
    months = pd.date_range(index[0], index[-1], freq="MS")
    months = months[(months.month - 1) % step == 0]
    months = months[:: max(1, -(-len(months) // 8))]
    return [f"{month:%Y-%m-%d}" for month in months], [f"{month:{form}}" for month in months]


def _family(
    family: str, y: float, ticks: list[str], texts: list[str], colours: Palette
) -> list[dict]:
    """A family's name over a row of dates."""
    name = {
        "text": f"<b>{_(family)}</b>",
        "x": 0,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "yshift": -4,
        "showarrow": False,
        "font": {"size": 15, "color": colours.ink},
    }
    dates = [
        {
            "text": text,
            "x": tick,
            "y": y,
            "xref": "x",
            "yref": "paper",
            "yanchor": "top",
            "yshift": -30,
            "showarrow": False,
            "font": {"size": 11, "color": colours.muted},
        }
        for tick, text in zip(ticks, texts, strict=True)
    ]
    return [name, *dates]


def _traces(
    weeks: list[str], values: np.ndarray, indicator: Indicator, colours: Palette, y: str
) -> list[dict]:
    scaled = values * indicator.scale
    trace = {
        "type": "bar",
        "x": weeks,
        "y": scaled,
        "yaxis": y,
        "name": indicator.title,
        "customdata": [indicator.text(value) for value in values],
        "hovertemplate": f"%{{x|{day_pattern()}}}: <b>%{{customdata}}</b><extra></extra>",
    }
    if indicator.kind == "bar":
        trace["marker"] = _bar_colours(scaled, indicator, colours)
    else:
        trace |= {
            "type": "scatter",
            "mode": "lines",
            "line": {"color": colours.accent, "width": 1.6},
        }
    if indicator.kind == "area":
        trace |= {"fill": "tozeroy", "fillcolor": translucent(colours.accent, 0.12)}
    if np.isnan(values[-1]):
        return [trace]
    dot = {
        "type": "scatter",
        "x": weeks[-1:],
        "y": scaled[-1:],
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


def _notes(
    values: np.ndarray, indicator: Indicator, colours: Palette, domain: Domain
) -> list[dict]:
    """Heading and last value above a row; a sentence inside where it is empty."""
    place = {"xref": "paper", "yref": "paper", "showarrow": False}
    latest = indicator.text(values[-1])
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
    if np.isnan(values).all():
        notes.append(
            place
            | {
                "text": _(NO_VALUE),
                "x": 0.5,
                "y": sum(domain) / 2,
                "font": {"size": 12, "color": colours.muted},
            }
        )
    return notes


def _guides(indicator: Indicator, colours: Palette, y: str) -> list[dict]:
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
                "color": colours.muted,
                "width": 1,
                "dash": "solid" if guide == 0 else "dot",
            },
        }
        for guide in indicator.guides
    ]


def _value_axis(indicator: Indicator, theme: Theme, domain: Domain, values: np.ndarray) -> dict:
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
        showticklabels=not np.isnan(values).all(),
        fixedrange=True,
        rangemode="tozero" if indicator.kind == "area" else "normal",
    )


def _bar_colours(values: np.ndarray, indicator: Indicator, colours: Palette) -> dict:
    if indicator.name in UNDIRECTED:
        return {"color": colours.accent, "line": {"width": 0}}
    return by_direction(values >= 0, colours.up, colours.down)


def _axis(letter: str, number: int) -> str:
    return letter if number == 1 else f"{letter}{number}"
