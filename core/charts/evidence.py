"""What an evaluation measured: coverage of the intervals, and hits against calls given."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.style import Theme, axis, empty, layout, palette
from core.formats import percent
from core.language import _

HEIGHT = 300
LEVELS = (80, 95)


def coverage_chart(coverage: pd.DataFrame, theme: Theme) -> go.Figure:
    """Share of outcomes inside the 80 and the 95 % intervals, each beside its aim.

    Parameters
    ----------
    coverage : DataFrame
        From `core.evaluation.tables.coverage`: ``group`` and ``value_80``,
        ``low_80``, ``high_80`` and so on, fractions.
    theme : "light" or "dark"
    """
    if coverage.empty:
        return empty(_("Too few weeks for an interval's width to be known."), theme)
    colours = palette(theme)
    fig = go.Figure()
    for level, colour, place in zip(
        LEVELS, (colours.accent, colours.second), (-0.12, 0.12), strict=True
    ):
        if coverage[f"value_{level}"].isna().all():
            continue
        value, low, high = (100 * coverage[f"{name}_{level}"] for name in ("value", "low", "high"))
        fig.add_hline(y=level, line={"color": colour, "width": 1.5, "dash": "dash"})
        fig.add_scatter(
            x=[at + place for at in range(len(coverage))],
            y=value,
            name=_("In the {level} % interval").format(level=level),
            mode="markers",
            marker={"size": 9, "color": colour},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": high - value,
                "arrayminus": value - low,
                "color": colour,
                "thickness": 1.5,
                "width": 4,
            },
            customdata=list(zip(coverage["group"], low, high, strict=True)),
            # The places of plotly's own are filled in as they stand.
            hovertemplate=_(
                "{group}: {share} % of outcomes<br>95 % interval {low} to {high} %"
            ).format(
                group="%{customdata[0]}",
                share="%{y:.1f}",
                low="%{customdata[1]:.1f}",
                high="%{customdata[2]:.1f}",
            )
            + "<extra></extra>",
        )
    fig.add_scatter(
        x=[None],
        y=[None],
        name=_("Aim"),
        mode="lines",
        line={"color": colours.muted, "width": 1.5, "dash": "dash"},
    )
    layout(fig, theme, HEIGHT)
    groups = coverage["group"].tolist()
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
        yaxis=axis(theme, ticksuffix=" %", nticks=6, fixedrange=True),
    )
    return fig


def hit_curve_chart(
    curve: pd.DataFrame, always: float, given: float | None, theme: Theme
) -> go.Figure:
    """How often calls are right, by how many are given, the boldest first.

    Parameters
    ----------
    curve : DataFrame
        ``share``, ``hit_rate`` and ``usual_rate``, fractions.
    always : float
        How often naming the usual class every time was right.
    given : float or None
        Share of calls that would have been given.
    theme : "light" or "dark"
    """
    if curve.empty:
        return empty(_("No calls were measured."), theme)
    colours = palette(theme)
    share = 100 * curve["share"]
    fig = go.Figure()
    for name, values, line in (
        (_("Calls right"), curve["hit_rate"], {"color": colours.accent, "width": 2}),
        (
            _("Their classes usually"),
            curve["usual_rate"],
            {"color": colours.muted, "width": 1.5, "dash": "dot"},
        ),
        (
            _("Always naming the usual class"),
            pd.Series(always, curve.index),
            {"color": colours.muted, "width": 1.5, "dash": "dash"},
        ),
    ):
        fig.add_scatter(
            x=share,
            y=100 * values,
            name=name,
            mode="lines",
            line=line,
            hovertemplate="%{y:.1f} %",
        )
    if given:
        fig.add_vline(
            x=100 * given,
            line={"color": colours.third, "width": 1.5},
            annotation={
                "text": _("given: {share}").format(share=percent(given)),
                "font": {"size": 11, "color": colours.third},
                "xanchor": "left" if given < 0.7 else "right",
                "yanchor": "bottom",
                "y": 0,
            },
        )
    layout(fig, theme, HEIGHT)
    fig.update_layout(
        hovermode="x unified",
        xaxis=axis(theme, range=[0, 103], ticksuffix=" %", nticks=6, fixedrange=True),
        yaxis=axis(theme, ticksuffix=" %", nticks=6, fixedrange=True),
    )
    fig.update_xaxes(title_text=_("Share of calls given, the boldest first"))
    fig.update_yaxes(title_text=_("Right"))
    return fig
