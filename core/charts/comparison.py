"""Several versions in one chart: lines and points, each named where it ends."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.style import Theme, axis, empty, layout, palette
from core.charts.training import confusion_chart
from core.formats import number
from core.language import _, retold

HEIGHT = 320
DASHES = ("solid", "dot")
SYMBOLS = ("circle", "diamond", "square", "circle-open", "diamond-open", "square-open")
LABEL_GAP = 0.065
"""Least distance of two names at the lines' ends, as a share of the axis."""


def version_style(place: int, theme: Theme) -> dict:
    """Colour, dash and symbol of the version at some place, the reference first.

    Three colours in two dashes: green and red mean direction, so they are not used.
    """
    colours = palette(theme)
    three = (colours.accent, colours.second, colours.third)
    return {
        "color": three[place % 3],
        "dash": DASHES[place // 3 % 2],
        "symbol": SYMBOLS[place % len(SYMBOLS)],
    }


def lines_chart(
    table: pd.DataFrame,
    versions: Sequence[int],
    theme: Theme,
    *,
    x: str,
    y: str,
    x_title: str,
    y_title: str,
    diagonal: bool = False,
    usual: pd.DataFrame | None = None,
    size: str = "",
) -> go.Figure:
    """One line a version, shares on both axes.

    Parameters
    ----------
    table : DataFrame
        ``version`` and the columns named by ``x`` and ``y``, fractions.
    versions : sequence of int
        In the order of their colours.
    theme : "light" or "dark"
    x, y, x_title, y_title : str
    diagonal : bool
        Draw the line where both are equal.
    usual : DataFrame, optional
        ``x`` and ``y`` of what no skill gives.
    size : str
        A column whose root sets the dots' size.
    """
    if table.empty:
        return empty(_("Nothing was measured here."), theme)
    colours = palette(theme)
    fig = go.Figure()
    low = 100 * min(table[y].min(), np.inf if usual is None else usual[y].min())
    high = 100 * max(table[y].max(), -np.inf if usual is None else usual[y].max())
    pad = max(high - low, 4) * 0.12
    limits = [low - pad, high + pad]
    across = [0, 116] if not diagonal else None
    quiet = {"color": colours.muted, "width": 1.5, "dash": "dash"}
    if diagonal:
        low = min(limits[0], 100 * table[x].min() - 2)
        high = max(limits[1], 100 * table[x].max() + 2)
        limits, across = [low, high], [low, high + 0.1 * (high - low)]
        fig.add_scatter(
            x=[low, high], y=[low, high], name=_("Said is what came"), mode="lines", line=quiet,
            hoverinfo="skip", showlegend=True,
        )  # fmt: skip
    if usual is not None:
        fig.add_scatter(
            x=100 * usual[x], y=100 * usual[y], name=_("No skill"), mode="lines", line=quiet,
            hovertemplate=_("no skill: {share} %").format(share="%{y:.1f}") + "<extra></extra>",
        )  # fmt: skip
    counted = _("{count} forecasts").format(count="%{customdata:,.0f}")
    ends = []
    for place, version in enumerate(versions):
        own = table[table["version"] == version]
        if own.empty:
            continue
        look = version_style(place, theme)
        marker = {"size": 6, "color": look["color"], "symbol": look["symbol"]}
        if size:
            marker["size"] = 5 + 9 * np.sqrt(own[size] / table[size].max())
        fig.add_scatter(
            x=100 * own[x],
            y=100 * own[y],
            name=f"v{version}",
            mode="lines+markers",
            line={"color": look["color"], "width": 2, "dash": look["dash"]},
            marker=marker,
            customdata=own[size] if size else None,
            hovertemplate=f"v{version}: %{{x:.0f}} % → %{{y:.1f}} %"
            + (f"<br>{counted}" if size else "")
            + "<extra></extra>",
            showlegend=False,
        )
        ends.append((100 * own[x].iat[-1], 100 * own[y].iat[-1], f"v{version}", look["color"]))
    _name_ends(fig, ends, limits)
    layout(fig, theme, HEIGHT)
    fig.update_layout(
        hovermode="closest",
        xaxis=axis(theme, range=across, ticksuffix=" %", nticks=6, fixedrange=True),
        yaxis=axis(theme, range=limits, ticksuffix=" %", nticks=6, fixedrange=True),
    )
    if not diagonal:
        ticks = list(range(0, 101, 20))
        fig.update_xaxes(tickvals=ticks, ticktext=[f"{tick} %" for tick in ticks])
    fig.update_xaxes(title_text=x_title)
    fig.update_yaxes(title_text=y_title)
    return fig


def _name_ends(fig: go.Figure, ends: list[tuple], limits: Sequence[float]) -> None:
    """Write each name beside its line's last point, moved apart where they would overlap."""
    gap = LABEL_GAP * (limits[1] - limits[0])
    for (x, __, name, colour), y in zip(ends, apart([end[1] for end in ends], gap), strict=True):
        fig.add_annotation(
            x=x,
            y=y,
            text=f"<b>{name}</b>",
            showarrow=False,
            xanchor="left",
            xshift=8,
            font={"size": 12, "color": colour},
        )


def apart(values: Sequence[float], gap: float) -> list[float]:
    """Values in the same order, moved up as little as leaves ``gap`` between neighbours."""
    order = np.argsort(values, kind="stable")
    moved = list(values)
    for before, at in pairwise(order):
        moved[at] = max(moved[at], moved[before] + gap)
    return moved


def small_confusion_chart(
    matrix: Sequence[Sequence[int]], labels: Sequence[str], theme: Theme
) -> go.Figure:
    """A confusion chart with labels that fit where several stand side by side."""
    fig = confusion_chart(matrix, labels, theme)
    if fig.data:
        words = list(labels)
        fig.update_xaxes(tickvals=list(range(len(words))), ticktext=words, tickangle=0)
        fig.update_yaxes(tickvals=list(range(len(words))), ticktext=words)
        fig.update_layout(height=240, xaxis_title=_("called"), yaxis_title=_("came"))
    return fig


def groups_chart(
    table: pd.DataFrame,
    versions: Sequence[int],
    theme: Theme,
    *,
    percent: bool,
    aim: float | None = None,
    aim_words: str = "",
) -> go.Figure:
    """One score of each version in each group, side by side, with its interval.

    Parameters
    ----------
    table : DataFrame
        ``group, version, value, low, high``.
    versions : sequence of int
        In the order of their colours.
    theme : "light" or "dark"
    percent : bool
        Whether values are fractions to show as per cent.
    aim : float, optional
        Where a line is drawn: an aim, or what no skill scores.
    aim_words : str
        What that line is, in the reader's language; an aim where nothing is said.
    """
    if table.empty:
        return empty(_("Nothing was measured here."), theme)
    colours = palette(theme)
    groups = list(dict.fromkeys(table["group"]))
    times, suffix, digits = (100, " %", 1) if percent else (1, "", 4)
    fig = go.Figure()
    if aim is not None:
        fig.add_hline(y=times * aim, line={"color": colours.muted, "width": 1.5, "dash": "dash"})
        fig.add_scatter(
            x=[None], y=[None], name=aim_words or _("Aim"), mode="lines",
            line={"color": colours.muted, "width": 1.5, "dash": "dash"},
        )  # fmt: skip
    step = min(0.16, 0.7 / max(len(versions), 1))
    for place, version in enumerate(versions):
        own = table[table["version"] == version]
        if own.empty:
            continue
        look = version_style(place, theme)
        value, low, high = (times * own[name] for name in ("value", "low", "high"))
        known = np.isfinite(low) & np.isfinite(high)
        at = [groups.index(g) + step * (place - (len(versions) - 1) / 2) for g in own["group"]]
        fig.add_scatter(
            x=at,
            y=value,
            name=f"v{version}",
            mode="markers",
            marker={"size": 9, "color": look["color"], "symbol": look["symbol"]},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (high - value).where(known, 0),
                "arrayminus": (value - low).where(known, 0),
                "color": look["color"],
                "thickness": 1.5,
                "width": 3,
            },
            text=[
                f"v{version}, {row[0]}: " + _valued(*row[1:], digits, suffix)
                for row in zip(own["group"], value, low, high, known, strict=True)
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    layout(fig, theme, HEIGHT)
    fig.update_layout(
        hovermode="closest",
        xaxis=axis(
            theme,
            tickvals=list(range(len(groups))),
            ticktext=groups,
            range=[-0.5, len(groups) - 0.5],
            showgrid=False,
            fixedrange=True,
        ),
        yaxis=axis(theme, ticksuffix=suffix, nticks=6, fixedrange=True),
    )
    return fig


def _valued(value: float, low: float, high: float, known: bool, digits: int, unit: str) -> str:
    """A value with its interval, where there is one."""
    said = number(value, digits) + unit
    if known:
        span = _("95 % interval {low} to {high}")
        said += f"<br>{span.format(low=number(low, digits), high=number(high, digits))}{unit}"
    return said


def over_versions_chart(
    table: pd.DataFrame,
    theme: Theme,
    *,
    percent: bool,
    common: dict[int, float] | None = None,
) -> go.Figure:
    """One recorded score from version to version, beside its baseline.

    Parameters
    ----------
    table : DataFrame
        From `core.comparison.over.over_versions`.
    theme : "light" or "dark"
    percent : bool
        Whether values are fractions to show as per cent.
    common : dict of float, optional
        The same score of the compared versions on the weeks they share.
    """
    if table.empty:
        return empty(_("No version recorded this score."), theme)
    colours = palette(theme)
    times, suffix, form = (100, " %", ".2f") if percent else (1, "", ".4f")
    names = [f"v{version}" for version in table["version"]]
    fig = go.Figure()
    if table["baseline"].notna().any():
        fig.add_scatter(
            x=names,
            y=times * table["baseline"],
            name=_("Its baseline"),
            mode="lines+markers",
            line={"color": colours.muted, "width": 1.5, "dash": "dash"},
            marker={"size": 5},
            hovertemplate=_("{version}, baseline: {value}").format(
                version="%{x}", value=f"%{{y:{form}}}{suffix}"
            )
            + "<extra></extra>",
        )
    low, high = times * table["low"], times * table["high"]
    value = times * table["value"]
    fig.add_scatter(
        x=names,
        y=value,
        name=_("On its own test weeks"),
        mode="lines+markers",
        line={"color": colours.accent, "width": 2},
        marker={"size": 8},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (high - value).fillna(0),
            "arrayminus": (value - low).fillna(0),
            "color": colours.accent,
            "thickness": 1.5,
            "width": 3,
        },
        customdata=table[["stage", "test_period"]].map(retold).replace("", "–"),
        hovertemplate=f"%{{x}}: %{{y:{form}}}{suffix}<br>%{{customdata[0]}}<br>"
        + _("tested {period}").format(period="%{customdata[1]}")
        + "<extra></extra>",
    )
    shared = {n: v for n, v in (common or {}).items() if f"v{n}" in names}
    if shared:
        fig.add_scatter(
            x=[f"v{version}" for version in shared],
            y=[times * value for value in shared.values()],
            name=_("On the weeks in common"),
            mode="markers",
            marker={"size": 12, "color": "rgba(0,0,0,0)", "symbol": "diamond",
                    "line": {"color": colours.second, "width": 2}},
            hovertemplate=_("{version}, weeks in common: {value}").format(
                version="%{x}", value=f"%{{y:{form}}}{suffix}"
            )
            + "<extra></extra>",
        )  # fmt: skip
    layout(fig, theme, HEIGHT)
    fig.update_layout(
        hovermode="closest",
        xaxis=axis(theme, type="category", showgrid=False, fixedrange=True),
        yaxis=axis(theme, ticksuffix=suffix, nticks=6, fixedrange=True),
    )
    return fig
