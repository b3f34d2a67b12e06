"""What a training run did: losses, calls against what came, and calibration."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.charts.style import Theme, axis, empty, layout, palette, translucent
from core.formats import number
from core.language import _

HEIGHT = 300
FEW_EPOCHS = 12


def loss_chart(
    epochs: Sequence[int],
    loss: Sequence[float],
    val_loss: Sequence[float] | None,
    theme: Theme,
) -> go.Figure:
    """Training and validation loss by epoch; the best validation epoch is marked.

    Parameters
    ----------
    epochs, loss, val_loss : sequences of equal length
        ``val_loss`` is None or empty where there was no validation.
    theme : "light" or "dark"
    """
    if not len(epochs):
        return empty(_("The first epoch has not ended yet."), theme)
    colours = palette(theme)
    fig = go.Figure()
    series = [(_("Training weeks"), loss, colours.sideways)]
    if val_loss is not None and len(val_loss):
        series.append((_("Validation weeks"), val_loss, colours.accent))
    for name, values, colour in series:
        fig.add_scatter(
            x=list(epochs),
            y=list(values),
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 5},
            hovertemplate="%{y:.4f}",
        )
    if len(series) == 2 and np.isfinite(np.asarray(val_loss, float)).any():
        best = int(np.nanargmin(np.asarray(val_loss, float)))
        fig.add_scatter(
            x=[epochs[best]],
            y=[val_loss[best]],
            name=_("Lowest: epoch {epoch}").format(epoch=epochs[best]),
            mode="markers",
            marker={
                "size": 12,
                "color": "rgba(0,0,0,0)",
                "line": {"color": colours.accent, "width": 2},
            },
            hoverinfo="skip",
        )
    layout(fig, theme, HEIGHT)
    # Left alone, two epochs would be marked 1, 1, 1, 2, 2, 2.
    ticks = {"dtick": 1} if len(epochs) <= FEW_EPOCHS else {}
    fig.update_layout(
        hovermode="x unified",
        xaxis=axis(theme, tickformat="d", hoverformat="d", showspikes=False, **ticks),
        yaxis=axis(theme, nticks=6),
    )
    fig.update_xaxes(title_text=_("Epoch"))
    fig.update_yaxes(title_text="Log loss")
    return fig


def confusion_chart(
    matrix: Sequence[Sequence[int]], labels: Sequence[str], theme: Theme
) -> go.Figure:
    """Counts of what came (rows) by what was called (columns).

    Parameters
    ----------
    matrix : array of shape (n, n)
        Rows are what came, columns what was called, both in the order of ``labels``.
    labels : sequence of n str
    theme : "light" or "dark"
    """
    counts = np.asarray(matrix, float)
    if not counts.sum():
        return empty(_("There are no test weeks to compare with."), theme)
    colours = palette(theme)
    rows = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, rows, out=np.zeros_like(counts), where=rows > 0)
    called = [_("called {call}").format(call=label) for label in labels]
    came = [_("came {call}").format(call=label) for label in labels]
    fig = go.Figure(
        go.Heatmap(
            z=share,
            x=called,
            y=came,
            text=[
                [f"{number(n)}<br>{number(100 * s)} %" for n, s in zip(*row, strict=True)]
                for row in zip(counts, share, strict=True)
            ],
            texttemplate="%{text}",
            textfont={"size": 13, "color": colours.ink},
            # Pale even at 100 %, so that the ink on it stays legible.
            colorscale=[
                [0, translucent(colours.accent, 0.04)],
                [1, translucent(colours.accent, 0.45)],
            ],
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="%{y}, %{x}: %{text}<extra></extra>",
        )
    )
    layout(fig, theme, HEIGHT)
    fig.update_layout(
        xaxis=axis(theme, side="top", showgrid=False, fixedrange=True),
        yaxis=axis(theme, autorange="reversed", showgrid=False, fixedrange=True),
    )
    return fig


def reliability_chart(bins: Mapping[str, Sequence[float]], theme: Theme) -> go.Figure:
    """How often the call came, by how probable it was said to be.

    Parameters
    ----------
    bins : mapping
        ``said`` and ``came`` in [0, 1] and ``count``, one entry a bin, as in
        ``core.training.evaluation.Reliability``.
    theme : "light" or "dark"
    """
    if not len(bins["said"]):
        return empty(_("There are no test weeks to compare with."), theme)
    colours = palette(theme)
    said, came, count = (np.asarray(bins[name], float) for name in ("said", "came", "count"))
    said, came = said * 100, came * 100
    fig = go.Figure()
    fig.add_scatter(
        x=[0, 100],
        y=[0, 100],
        name=_("Said is what came"),
        mode="lines",
        line={"color": colours.muted, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=said,
        y=came,
        name=_("Test weeks (larger dot: more forecasts)"),
        mode="lines+markers",
        line={"color": colours.accent, "width": 1.5},
        marker={
            "size": 7 + 15 * np.sqrt(count / count.max()),
            "color": translucent(colours.accent, 0.6),
            "line": {"color": colours.accent, "width": 1},
        },
        customdata=count,
        hovertemplate=_("said {said}, came {came}").format(said="%{x:.0f} %", came="%{y:.0f} %")
        + "<br>"
        + _("{count} forecasts").format(count="%{customdata:,.0f}")
        + "<extra></extra>",
    )
    layout(fig, theme, HEIGHT)
    limits = [min(said.min(), came.min()) - 8, max(said.max(), came.max()) + 8]
    fig.update_layout(
        hovermode="closest",
        xaxis=axis(theme, range=limits, ticksuffix=" %", nticks=6),
        yaxis=axis(theme, range=limits, ticksuffix=" %", nticks=6),
    )
    fig.update_xaxes(title_text=_("Probability said"))
    fig.update_yaxes(title_text=_("Share that came"))
    return fig
