"""Live forecasts beside what was to be expected: a score by week, and how sure they were."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.dates import date_ticks
from core.charts.style import Theme, axis, empty, layout, palette, translucent
from core.formats import day_pattern, number
from core.language import _
from core.monitoring.standing import ROLLING, Line

HEIGHT = 260
RELIABILITY_HEIGHT = 340


def score_chart(line: Line, theme: Theme) -> go.Figure:
    """A score's weeks and rolling mean over the band it should lie in.

    Parameters
    ----------
    line : core.monitoring.standing.Line
    theme : "light" or "dark"
    """
    if not line.known:
        return empty(_("No week of this score has come due yet."), theme)
    colours = palette(theme)
    scale = 100 if line.score.share else 1
    unit = " %" if line.score.share else ""
    x = line.weeks
    fig = go.Figure()
    if line.band is not None:
        edges = [x[0], x[-1]] if len(x) > 1 else [x[0] - pd.Timedelta(days=7), x[0]]
        for name, value, more in (
            ("", line.band.low, {"line": {"width": 0}, "showlegend": False}),
            (
                _("To be expected of {weeks} weeks").format(weeks=ROLLING),
                line.band.high,
                {
                    "line": {"width": 0},
                    "fill": "tonexty",
                    "fillcolor": translucent(colours.sideways, 0.22),
                },
            ),
            (
                _("Expected mean"),
                line.band.mean,
                {
                    "line": {"color": colours.muted, "width": 1.5, "dash": "dash"},
                    "showlegend": False,
                },
            ),
        ):
            fig.add_scatter(
                x=edges,
                y=[scale * value] * 2,
                name=name,
                mode="lines",
                hoverinfo="skip",
                **more,
            )
    if line.usual is not None or line.score.level is not None:
        level = np.full(len(x), line.score.level) if line.usual is None else line.usual
        fig.add_scatter(
            x=x,
            y=scale * level,
            name=_("Aim") if line.score.name == "coverage" else _("No skill"),
            mode="lines",
            line={"color": colours.third, "width": 1.5, "dash": "dot"},
            hovertemplate=f"%{{y:.3~f}}{unit}",
        )
    fig.add_scatter(
        x=x,
        y=scale * line.values,
        name=_("Single weeks"),
        mode="markers",
        marker={"size": 5, "color": translucent(colours.accent, 0.5)},
        showlegend=False,
        hovertemplate=f"%{{y:.3~f}}{unit}",
    )
    fig.add_scatter(
        x=x,
        y=scale * line.rolling,
        name=_("Mean of {weeks} weeks").format(weeks=ROLLING),
        mode="lines",
        line={"color": colours.accent, "width": 2.5},
        hovertemplate=f"%{{y:.3~f}}{unit}",
    )
    if line.since is not None:
        fig.add_vline(x=line.since, line={"color": colours.down, "width": 2})
        fig.add_scatter(
            x=[None],
            y=[None],
            name=_("Alarm"),
            mode="lines",
            line={"color": colours.down, "width": 2},
        )
    layout(fig, theme, HEIGHT)
    fig.update_layout(
        hovermode="x unified",
        xaxis=axis(theme, showgrid=False, hoverformat=day_pattern(), **date_ticks()),
        yaxis=axis(theme, ticksuffix=unit, nticks=5, fixedrange=True),
    )
    return fig


def reliability_chart(live: pd.DataFrame, expected: pd.DataFrame, theme: Theme) -> go.Figure:
    """How often the most probable class came, by how probable it was said to be.

    Parameters
    ----------
    live, expected : DataFrame
        From `core.monitoring.tables.reliability`: ``said, came, count``. The number of
        forecasts stands at each point.
    theme : "light" or "dark"
    """
    if live.empty:
        return empty(_("No forecast has come due yet."), theme)
    colours = palette(theme)
    both = pd.concat([live, expected]) if len(expected) else live
    low = max(0.0, 100 * float(both[["said", "came"]].min().min()) - 5)
    high = min(105.0, 100 * float(both[["said", "came"]].max().max()) + 8)
    fig = go.Figure()
    fig.add_scatter(
        x=[low, high],
        y=[low, high],
        name=_("Said is what came"),
        mode="lines",
        line={"color": colours.muted, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )
    hover = (
        _("said {said} %, came {came} %<br>{count} forecasts").format(
            said="%{x:.0f}", came="%{y:.1f}", count="%{customdata:,.0f}"
        )
        + "<extra></extra>"
    )
    if len(expected):
        fig.add_scatter(
            x=100 * expected["said"],
            y=100 * expected["came"],
            name=_("Out-of-sample, before promotion"),
            mode="lines+markers",
            line={"color": colours.third, "width": 1.5, "dash": "dot"},
            marker={"size": 5, "color": colours.third},
            customdata=expected["count"],
            hovertemplate=hover,
        )
    fig.add_scatter(
        x=100 * live["said"],
        y=100 * live["came"],
        name=_("Live"),
        mode="lines+markers+text",
        line={"color": colours.accent, "width": 2.5},
        marker={"size": 5 + 9 * np.sqrt(live["count"] / live["count"].max())}
        | {"color": colours.accent},
        text=[number(count) for count in live["count"]],
        textposition="top center",
        textfont={"size": 11, "color": colours.accent},
        customdata=live["count"],
        hovertemplate=hover,
    )
    layout(fig, theme, RELIABILITY_HEIGHT)
    fig.update_layout(
        hovermode="closest",
        xaxis=axis(theme, range=[low, high], ticksuffix=" %", nticks=6, fixedrange=True),
        yaxis=axis(theme, range=[low, high], ticksuffix=" %", nticks=6, fixedrange=True),
    )
    fig.update_xaxes(title_text=_("Said of the most probable class"))
    fig.update_yaxes(title_text=_("How often it came"))
    return fig
