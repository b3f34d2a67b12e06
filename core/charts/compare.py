"""Several symbols on one scale."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.dates import date_ticks
from core.charts.style import Theme, assembled, axis, base, empty, palette
from core.compare import BASE
from core.formats import day_pattern, number
from core.language import _

HEIGHT = 440
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def compare_chart(table: pd.DataFrame, theme: Theme, *, log: bool = False) -> go.Figure:
    """Lines from 100; told apart by dash and by a name at their end, not by colour alone.

    Parameters
    ----------
    table : DataFrame
        From ``core.compare.rebased``; at most five columns.
    theme : "light" or "dark"
    log : bool
        Whether equal steps of the axis are equal percentages.
    """
    if len(table) < 2:
        return empty(_("These symbols share no weeks in the time shown."), theme)
    colours = palette(theme)
    inks = (colours.accent, colours.second, colours.third, colours.ink, colours.muted)
    weeks = np.datetime_as_string(table.index.to_numpy("datetime64[D]")).tolist()
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": weeks,
            "y": table[name].to_numpy(float),
            "name": name,
            "line": {"color": ink, "width": 2, "dash": dash},
            "hovertemplate": "%{y:.1f}",
        }
        for name, ink, dash in zip(table.columns, inks, DASHES, strict=False)
    ]
    base_line = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": BASE,
        "y1": BASE,
        "layer": "below",
        "line": {"color": colours.muted, "width": 1},
    }
    options = base(theme, HEIGHT) | {
        "hovermode": "x unified",
        "shapes": [base_line],
        "margin": {"l": 8, "r": 84, "t": 12, "b": 8},
        "xaxis": axis(
            theme,
            type="date",
            hoverformat=_("Week to {day}").format(day=day_pattern()),
            nticks=8,
            **date_ticks(),
        ),
        "yaxis": axis(
            theme, side="left", nticks=7, tickformat=".0f", **({"type": "log"} if log else {})
        ),
        "annotations": _names(table, inks, log),
    }
    return assembled(lines, options)


def _names(table: pd.DataFrame, inks: tuple[str, ...], log: bool) -> list[dict]:
    """Symbol and last value at each line's end, moved apart where they would overlap."""
    last = table.ffill().iloc[-1]
    shown = np.log10(last) if log else last
    every = np.log10(table) if log else table
    pixel = (every.max(axis=None) - every.min(axis=None)) / (0.8 * HEIGHT) or 1.0
    wanted = shown.sort_values()
    notes, below = [], -np.inf
    colour = dict(zip(table.columns, inks, strict=False))
    for name, at in wanted.items():
        y = max(at, below + 15 * pixel)
        below = y
        notes.append(
            {
                "text": f"<b>{name}</b> {number(last[name])}",
                "x": 1,
                "xref": "paper",
                "xanchor": "left",
                "xshift": 6,
                "y": float(y),
                "yref": "y",
                "yanchor": "middle",
                "showarrow": False,
                "font": {"size": 12, "color": colour[name]},
            }
        )
    return notes
