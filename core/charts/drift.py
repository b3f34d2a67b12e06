"""Drift drawn: every measure against its own threshold, and one of them closely."""

import itertools
import textwrap
from collections.abc import Iterable

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.dates import date_ticks
from core.charts.style import Theme, axis, empty, filled, layout, palette
from core.formats import day_pattern, number, percent
from core.indicators.catalogue import BY_NAME
from core.language import _
from core.monitoring.measure import DRIFTED, SAME, STATES, UNUSUAL, Group, Measure

ROW, HISTORY_HEIGHT, YEARS_BACK = 30, 280, 2
SIGNS = {SAME: "", UNUSUAL: "▲", DRIFTED: "▲▲"}
"""Beside the number: a state is told without its colour too."""
PATTERNS = {SAME: "", UNUSUAL: "/", DRIFTED: "x"}
LABEL_WIDTH = 26
GAP = pd.Timedelta(weeks=3)
"""The longest closure takes two weeks; a line is broken where more are missing."""
ROOM = 1.25
"""The axis reaches this far beyond the longest bar, for the number at its end."""


def stability_chart(measures: tuple[Measure, ...], theme: Theme) -> go.Figure:
    """Each measure as a share of the PSI above which it is unusual, the furthest on top.

    Parameters
    ----------
    measures : tuple of Measure
    theme : "light" or "dark"
    """
    if not measures:
        return empty(_("There is nothing to draw."), theme)
    colours = palette(theme)
    paints = {SAME: colours.accent, UNUSUAL: colours.second, DRIFTED: colours.down}
    order = sorted(measures, key=lambda measure: measure.unusualness)
    places = {measure.name: at for at, measure in enumerate(order)}
    fig = go.Figure()
    for state in STATES:
        some = [measure for measure in order if measure.state == state]
        if not some:
            continue
        fig.add_bar(
            x=[100 * measure.unusualness for measure in some],
            y=[places[measure.name] for measure in some],
            orientation="h",
            name=" ".join(filter(None, (SIGNS[state], _(state)))),
            marker=filled(paints[state], PATTERNS[state]),
            text=[" ".join(filter(None, (number(m.psi, 2), SIGNS[state]))) for m in some],
            textposition="outside",
            textfont={"size": 11, "color": colours.ink},
            cliponaxis=False,
            customdata=[_said(measure) for measure in some],
            hovertemplate="%{customdata}<extra></extra>",
        )
    fig.add_scatter(
        x=[100 * m.alarm / m.warn if m.warn > 0 else 100 for m in order],
        y=list(places.values()),
        name=_("drifted from here"),
        mode="markers",
        marker={
            "symbol": "line-ns",
            "size": 12,
            "line": {"width": 2, "color": colours.down},
        },
        hoverinfo="skip",
    )
    fig.add_vline(x=100, line={"color": colours.second, "width": 1.5, "dash": "dash"})
    layout(fig, theme, ROW * len(order) + 90)
    # The nearest thresholds of drift are in sight, however short the bars.
    nearest = min(m.alarm / m.warn if m.warn > 0 else 1.0 for m in order)
    most = max(1.0, nearest, *(measure.unusualness for measure in order))
    labels = ["<br>".join(textwrap.wrap(measure.title, LABEL_WIDTH)) for measure in order]
    fig.update_layout(
        bargap=0.35,
        hovermode="closest",
        margin={"t": 44, "r": 12},
        xaxis=axis(theme, range=[0, 100 * max(most * ROOM, 1.12)], ticksuffix=" %", nticks=7)
        | {"fixedrange": True},
        yaxis=axis(
            theme,
            tickvals=list(places.values()),
            ticktext=labels,
            range=[-0.6, len(order) - 0.4],
            showgrid=False,
            fixedrange=True,
        ),
    )
    fig.update_yaxes(tickfont={"size": 11, "color": colours.ink})
    fig.update_xaxes(title_text=_("Share of what is unusual for it"))
    return fig


def history_chart(measure: Measure, theme: Theme) -> go.Figure:
    """PSI of each window over the last two years, with both thresholds.

    Parameters
    ----------
    measure : Measure
    theme : "light" or "dark"
    """
    colours = palette(theme)
    levels = (
        (measure.warn, _("unusual"), colours.second, "dashdot"),
        (measure.alarm, _("drifted"), colours.down, "dash"),
    )
    fig = _over_time(measure.training, measure.since, levels, theme, "%{y:.2f}")
    fig.update_yaxes(title_text=_("Stability index"))
    return fig


def furthest_chart(group: Group, theme: Theme) -> go.Figure:
    """The furthest of all in each window, as a share of the PSI from which it has drifted.

    Parameters
    ----------
    group : Group
        With at least one measure.
    theme : "light" or "dark"
    """
    levels = ((100.0, _("drifted"), palette(theme).down, "dash"),)
    fig = _over_time(100 * group.training, 100 * group.since, levels, theme, "%{y:.0f} %")
    fig.update_yaxes(ticksuffix=" %")
    return fig


def _over_time(
    training: pd.Series,
    since: pd.Series,
    levels: Iterable[tuple[float, str, str, str]],
    theme: Theme,
    hover: str,
) -> go.Figure:
    colours = palette(theme)
    start = since.index[-1] - pd.DateOffset(years=YEARS_BACK)
    fig = go.Figure()
    for name, values, line in (
        (_("In the training period"), training, {"color": colours.muted, "dash": "dot"}),
        (_("Since"), since, {"color": colours.accent, "dash": "solid"}),
    ):
        shown = _broken(values[values.index >= start])
        if not len(shown):
            continue
        fig.add_scatter(
            x=shown.index,
            y=shown.to_numpy(),
            name=name,
            mode="lines" if len(shown) > 1 else "markers",
            line=line | {"width": 2},
            marker={"size": 9, "color": line["color"]},
            hovertemplate=hover,
        )
    for level, words, colour, dash in levels:
        # A trace, not a line across, so that the axis makes room for it.
        fig.add_scatter(
            x=[start, since.index[-1]],
            y=[level, level],
            name=words,
            mode="lines",
            line={"color": colour, "width": 1.5, "dash": dash},
            hoverinfo="skip",
        )
    layout(fig, theme, HISTORY_HEIGHT)
    fig.update_layout(
        hovermode="x unified",
        xaxis=axis(
            theme,
            showgrid=False,
            fixedrange=True,
            hoverformat=day_pattern(),
            ticklabelstandoff=6,
            **date_ticks(),
        ),
        yaxis=axis(theme, rangemode="tozero", nticks=6, fixedrange=True),
    )
    return fig


def shares_chart(measure: Measure, theme: Theme) -> go.Figure:
    """Shares of values in each bin: of the training period, and of the newest weeks.

    Parameters
    ----------
    measure : Measure
    theme : "light" or "dark"
    """
    colours = palette(theme)
    bins, then, now = bin_names(measure), measure.shares_then, measure.shares_now
    if not then[-1] and not now[-1]:  # nothing is missing
        bins, then, now = bins[:-1], then[:-1], now[:-1]
    fig = go.Figure()
    # Drawn upwards, and the legend is to say them in the order in which they stand.
    for name, shares, colour, shape in (
        (_("Newest weeks"), now, colours.accent, ""),
        (_("Training period"), then, colours.muted, "/"),
    ):
        fig.add_bar(
            x=100 * shares,
            y=bins,
            orientation="h",
            name=name,
            marker=filled(colour, shape),
            hovertemplate="%{y}: %{x:.1f} %",
        )
    layout(fig, theme, ROW * len(bins) + 90)
    fig.update_layout(
        barmode="group",
        bargap=0.3,
        hovermode="closest",
        legend={"traceorder": "reversed"},
        xaxis=axis(theme, ticksuffix=" %", nticks=6, fixedrange=True),
        yaxis=axis(theme, type="category", showgrid=False, fixedrange=True),
    )
    fig.update_xaxes(title_text=_("Share of stocks and weeks"))
    return fig


def _broken(values: pd.Series) -> pd.Series:
    """Values with a gap where weeks are missing, so that no line crosses it."""
    away = values.index.to_series().diff() > GAP
    holes = pd.Series(np.nan, values.index[away] - pd.Timedelta(days=1))
    return pd.concat([values, holes]).sort_index() if len(holes) else values


def bin_names(measure: Measure) -> list[str]:
    """What each bin holds, the last one what is missing."""
    known = [value_text(measure.name, edge) for edge in measure.edges]
    if not known:
        return [_("all values"), _("missing")]
    between = [
        _("{low} to {high}").format(low=low, high=high) for low, high in itertools.pairwise(known)
    ]
    lowest = _("up to {value}").format(value=known[0])
    highest = _("above {value}").format(value=known[-1])
    # Edges may read alike once rounded, but two bins of one name would be one.
    names = [lowest, *between, highest, _("missing")]
    return [name + "\u200b" * names[:at].count(name) for at, name in enumerate(names)]


def value_text(name: str, value: float) -> str:
    """A value of an indicator or forecast as a reader sees it."""
    if name not in BY_NAME:
        return percent(value)
    known = BY_NAME[name]
    return percent(value, known.digits) if known.percent else number(value, known.digits)


def _said(measure: Measure) -> str:
    return _(
        "<b>{title}</b>: {state}<br>Stability index {psi}, unusual above {warn}, drifted above "
        "{alarm}<br>{above} of training windows differed as much<br>Median {then} in training, "
        "{now} now"
    ).format(
        title=measure.title,
        state=_(measure.state),
        psi=number(measure.psi, 2),
        warn=number(measure.warn, 2),
        alarm=number(measure.alarm, 2),
        above=percent(measure.above),
        then=value_text(measure.name, measure.then),
        now=value_text(measure.name, measure.now),
    )
