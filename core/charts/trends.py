"""Prices and production week by week: who traded, what was odd, how old the versions were."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.dates import date_ticks
from core.charts.style import Palette, Theme, axis, empty, filled, layout, palette
from core.formats import day_pattern
from core.language import _
from core.market.quality.catalogue import RULES
from core.monitoring.trends import Trends

HEIGHT = 520
PANELS = ((0.72, 1.0), (0.37, 0.64), (0.0, 0.28))
NAMED = 4
"""Rules drawn by name, those that found most; the rest are one."""
FEW = 4
"""Up to so many findings a week the axis counts them one by one."""


def trends_chart(found: Trends, theme: Theme) -> go.Figure:
    """Share of stocks with a bar and those late; findings by rule; age of production.

    Parameters
    ----------
    found : Trends
    theme : "light" or "dark"
    """
    if found.data.empty:
        return empty(_("There is no complete week of prices yet."), theme)
    colours = palette(theme)
    fig = go.Figure()
    _stocks(fig, found.data, colours)
    _findings(fig, found.findings, colours)
    fig.add_scatter(
        x=found.age.index,
        y=found.age.to_numpy(),
        yaxis="y3",
        name=_("Age of production"),
        mode="lines",
        line={"color": colours.third, "width": 2},
        hovertemplate="%{y:.0f}",
    )
    layout(fig, theme, HEIGHT)
    headings = (
        _("Stocks with a bar in the week, %"),
        _("Findings that begin in the week"),
        _("Weeks since production's last training week"),
    )
    margin = pd.Timedelta(days=5)
    ends = [found.data.index[0] - margin, found.data.index[-1] + margin]
    fig.update_layout(
        hovermode="x unified",
        barmode="stack",
        margin={"t": 60},
        legend={"y": 1.06, "traceorder": "normal"},
        xaxis=axis(
            theme,
            type="date",
            range=ends,
            anchor="y3",
            showgrid=False,
            fixedrange=True,
            hoverformat=day_pattern(),
            **date_ticks(),
        ),
        yaxis=axis(theme, domain=PANELS[0], ticksuffix=" %", nticks=4, fixedrange=True),
        yaxis2=axis(
            theme,
            domain=PANELS[1],
            rangemode="tozero",
            nticks=4,
            # Half a finding is none.
            dtick=1 if found.findings.sum(axis=1).max() <= FEW else None,
            fixedrange=True,
        ),
        yaxis3=axis(theme, domain=PANELS[2], rangemode="tozero", nticks=4, fixedrange=True),
    )
    fig.update_layout(yaxis={"range": _range(found.data["traded"])})
    for (__, top), text in zip(PANELS, headings, strict=True):
        fig.add_annotation(
            text=text,
            x=0,
            y=top,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font={"size": 11, "color": colours.muted},
        )
    for text, axis_name, empty_panel in (
        (_("Nothing was found."), 1, not found.findings.size),
        (_("No version was in production in these weeks."), 2, found.age.isna().all()),
    ):
        if empty_panel:
            fig.add_annotation(
                text=text,
                x=0.5,
                y=sum(PANELS[axis_name]) / 2,
                xref="paper",
                yref="paper",
                showarrow=False,
                font={"size": 12, "color": colours.muted},
            )
    return fig


def _range(traded: pd.Series) -> list[float]:
    """From below the lowest share to just above all, never so close that a stock looks many."""
    low = 100 * float(traded.min())
    return [max(0.0, min(low - 3, 90)), 101.5]


def _stocks(fig: go.Figure, data: pd.DataFrame, colours: Palette) -> None:
    fig.add_scatter(
        x=data.index,
        y=100 * data["traded"],
        name=_("With a bar"),
        mode="lines",
        line={"color": colours.accent, "width": 2},
        customdata=data[["late", "stocks"]].to_numpy(),
        hovertemplate=_("{share} % of {stocks}, {late} late").format(
            share="%{y:.1f}", stocks="%{customdata[1]}", late="%{customdata[0]}"
        ),
    )
    late = data[data["late"] > 0]
    if len(late):
        fig.add_scatter(
            x=late.index,
            y=100 * late["traded"],
            name=_("Some without a bar for two weeks"),
            mode="markers",
            marker={"symbol": "triangle-down", "size": 8, "color": colours.second},
            hoverinfo="skip",
        )


def _findings(fig: go.Figure, found: pd.DataFrame, colours: Palette) -> None:
    paints = (colours.accent, colours.second, colours.third, colours.down, colours.muted)
    shapes = ("", "/", "x", ".", "-")
    named = {rule: _(RULES[rule].title) for rule in list(found)[:NAMED]}
    shown = found[list(named)].rename(columns=named)
    if len(found.columns) > NAMED:
        shown[_("Other rules")] = found.iloc[:, NAMED:].sum(axis=1)
    for place, name in enumerate(shown):
        counts = shown[name]
        fig.add_bar(
            x=counts.index,
            y=counts.where(counts > 0),
            yaxis="y2",
            name=name,
            marker=filled(paints[place], shapes[place]),
            hovertemplate="%{y:.0f}",
        )
