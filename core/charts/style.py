"""Colours and layout shared by every chart: a calm newspaper by day, a terminal by night.

The colours are those of ``.streamlit/config.toml``. Backgrounds are transparent,
so that a chart stands on its page. Green and red mean direction, grey means
sideways or no change, and blue is ours: lines, and the forecast.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.language import separators

Theme = Literal["light", "dark"]

FONT = "Inter, sans-serif"

CONFIG = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "modeBarButtons": [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
    "responsive": True,
}
"""Plotly's configuration for a chart that may be zoomed."""

STATIC_CONFIG = CONFIG | {"modeBarButtons": [["toImage"]]}
"""The same for charts that stay as they are: their picture can be saved."""


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, as ``#rrggbb``.

    Text in any of them but ``grid`` has at least 4.5 to 1 against ``paper`` and ``panel``.
    """

    paper: str
    panel: str
    ink: str
    muted: str
    grid: str
    up: str
    down: str
    sideways: str
    accent: str
    second: str
    third: str


PALETTES: dict[str, Palette] = {
    "light": Palette(
        paper="#faf8f3",
        panel="#f1ede2",
        ink="#0c1422",
        muted="#596170",
        grid="#e2dccd",
        up="#176349",
        down="#a32d26",
        sideways="#596170",
        accent="#1d5fa6",
        second="#974314",
        third="#6b4fa0",
    ),
    "dark": Palette(
        paper="#0b111b",
        panel="#152033",
        ink="#e3e8ef",
        muted="#a9b5c6",
        grid="#223047",
        up="#4fbf98",
        down="#ef7d74",
        sideways="#98a5b8",
        accent="#74adf2",
        second="#eb9a5b",
        third="#b39ae6",
    ),
}


def palette(theme: Theme) -> Palette:
    """The colours of a theme.

    Raises
    ------
    ValueError
        If the theme is neither ``light`` nor ``dark``.
    """
    if theme not in PALETTES:
        raise ValueError(f"theme must be 'light' or 'dark', not {theme!r}")
    return PALETTES[theme]


def translucent(colour: str, opacity: float) -> str:
    """A ``#rrggbb`` colour as ``rgba()``."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def filled(colour: str, shape: str = "") -> dict:
    """Marker options of bars in one colour, and in a hatching where that is to tell them apart.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.
    shape : str
        Of Plotly's patterns, such as ``/``; empty for none.
    """
    # Without a ground of its own a pattern is drawn in the bar's colour on what lies behind it.
    line = {"width": 1 if shape else 0, "color": colour}
    return {
        "color": translucent(colour, 0.8),
        "line": line,
        "pattern": {"shape": shape, "size": 5, "solidity": 0.35},
    }


def axis(theme: Theme, **options) -> dict:
    """Options of an axis: thin grid lines, small quiet labels, no frame."""
    colours = palette(theme)
    return {
        "gridcolor": colours.grid,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": 11, "color": colours.muted},
        "title": {"font": {"size": 11, "color": colours.muted}, "standoff": 6},
        "automargin": True,
    } | options


def by_direction(rising: NDArray[np.bool_], up: str, down: str) -> dict:
    """Marker options that paint rising bars in one colour and the others in another.

    Names of colours, not numbers on a colour scale: plotly.js warns on the
    console for each of those, which costs more than drawing the chart.
    """
    return {"color": [up if rose else down for rose in rising], "line": {"width": 0}}


def base(theme: Theme, height: int) -> dict:
    """The house's look, as options of a figure's layout."""
    colours = palette(theme)
    return {
        "template": "none",
        "separators": separators(),
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": colours.ink},
        "margin": {"l": 8, "r": 8, "t": 12, "b": 8},
        # A drag scrolls the page: on a phone a chart must not trap the finger.
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": colours.panel,
            "bordercolor": colours.grid,
            "font": {"family": FONT, "size": 12, "color": colours.ink},
            "align": "left",
            "namelength": -1,
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.01,
            "yanchor": "bottom",
            "font": {"size": 11, "color": colours.ink},
            "bgcolor": "rgba(0,0,0,0)",
        },
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": colours.muted,
            "activecolor": colours.accent,
        },
    }


def assembled(traces: list[dict], options: dict) -> go.Figure:
    """A figure of parts that are known to be right, which the tests check.

    Plotly checks every part of a figure against its schema, which takes ten times as long
    as everything else a chart needs.
    """
    return go.Figure(traces, options, _validate=False)


def layout(fig: go.Figure, theme: Theme, height: int) -> go.Figure:
    """Give a figure the house's look; returns the same figure."""
    return fig.update_layout(base(theme, height))


def empty(message: str, theme: Theme, height: int = 160) -> go.Figure:
    """A chart that has nothing to draw, and says why."""
    fig = layout(go.Figure(), theme, height)
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    fig.add_annotation(
        text=message,
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"size": 13, "color": palette(theme).muted},
    )
    return fig
