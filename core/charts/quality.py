"""A stock's daily closes with what the quality checks found marked on them."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.style import Palette, Theme, axis, empty, layout, palette, translucent
from core.formats import day_pattern, long_day, price, shares
from core.language import N_, _, separators
from core.market.quality.catalogue import RULES
from core.market.quality.verdicts import told
from core.market.schema import Market, find_market

HEIGHT = 440
AROUND = 45
"""Bars shown on either side of a chosen finding."""
CANDLES = 160
"""Up to so many bars are drawn as candles, more as a line."""
MARKS: dict[str, tuple[str, str]] = {
    "split": ("star", "down"),
    "band": ("triangle-up", "down"),
    "unit": ("x", "down"),
    "replaced": ("star-diamond", "second"),
    "stale": ("square", "second"),
    "missing_sessions": ("diamond-open", "third"),
    "zero_volume": ("circle-open", "second"),
    "no_session": ("hexagon-open", "third"),
}
"""Symbol and colour of each rule; told apart by either."""
ROW_MARKS = {"dropped": ("cross", "third"), "repaired": ("triangle-down-open", "muted")}
ROW_WORDS = {"dropped": N_("Row dropped: {rule}"), "repaired": N_("Row repaired: {rule}")}


def quality_chart(
    bars: pd.DataFrame,
    findings: pd.DataFrame,
    *,
    market: str,
    theme: Theme,
    focus: tuple[pd.Timestamp, pd.Timestamp] | None = None,
) -> go.Figure:
    """Draw daily prices and the bars that were flagged.

    Parameters
    ----------
    bars : DataFrame, shape (n, ...)
        `core.market.schema.BAR_COLUMNS`.
    findings : DataFrame
        From `core.market.quality.record.findings`, of this stock.
    market : str
    theme : "light" or "dark"
    focus : pair of Timestamp, optional
        First and last day of the finding to look at closely.
    """
    if bars.empty:
        return empty(_("There are no prices to draw yet."), theme, HEIGHT)
    colours, place = palette(theme), find_market(market)
    shown = _window(bars, focus)
    start, end = shown["date"].iat[0], shown["date"].iat[-1]
    if focus is not None:
        start, end = min(start, focus[0]), max(end, focus[1])
    fig = go.Figure()
    _prices(fig, shown, colours, place)
    visible = findings[(findings["last"] >= start) & (findings["first"] <= end)]
    spans = [(first, last) for first, last in zip(visible["first"], visible["last"], strict=True)]
    for (rule, action), part in visible.groupby(["rule", "action"], sort=False):
        days = [marked_days(row, bars, closely=focus is not None) for __, row in part.iterrows()]
        marks = [
            (day, detail)
            for listed, detail in zip(days, part["detail"], strict=True)
            for day in listed
            if start <= day <= end
        ]
        if marks:
            _mark(fig, marks, bars, rule, action, colours)
    layout(fig, theme, HEIGHT)
    if focus is not None and focus in spans:
        fig.add_vrect(
            x0=focus[0] - pd.Timedelta(hours=16),
            x1=focus[1] + pd.Timedelta(hours=16),
            fillcolor=translucent(colours.accent, 0.14),
            line_width=0,
            layer="below",
        )
    margin = pd.Timedelta(days=2) + (end - start) * 0.015
    fig.update_layout(
        hovermode="closest",
        separators=separators(),
        bargap=0.2,
        xaxis=axis(
            theme,
            type="date",
            anchor="y2",
            range=[start - margin, end + margin],
            rangeslider={"visible": False},
            hoverformat=day_pattern(),
        ),
        yaxis=axis(theme, domain=[0.2, 1], side="right", tickformat=","),
        yaxis2=axis(
            theme, domain=[0, 0.15], side="right", nticks=3, tickformat="~s", rangemode="tozero"
        ),
    )
    headings = (
        (1.0, _("Stored daily price, {unit}").format(unit=_(place.unit))),
        (0.15, _("Volume, shares")),
    )
    for y, text in headings:
        fig.add_annotation(
            text=text,
            x=0,
            y=y,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="top",
            showarrow=False,
            bgcolor=translucent(colours.paper, 0.75),
            font={"size": 11, "color": colours.muted},
        )
    return fig


def marked_days(finding: pd.Series, bars: pd.DataFrame, *, closely: bool) -> list[pd.Timestamp]:
    """The days a finding is drawn at.

    Looked at closely every bar of an unbroken stretch, else its two ends; the
    first missing day where there is no bar; the two ends where a finding counts
    scattered days together.
    """
    first, last = finding["first"], finding["last"]
    if pd.isna(first):
        return []
    inside = bars.loc[(bars["date"] >= first) & (bars["date"] <= last), "date"]
    if closely and len(inside) == finding["count"]:
        return list(inside)
    return [first] if inside.empty else list(dict.fromkeys([first, last]))


def _window(bars: pd.DataFrame, focus: tuple[pd.Timestamp, pd.Timestamp] | None) -> pd.DataFrame:
    if focus is None:
        return bars
    first, last = np.searchsorted(bars["date"].to_numpy(), [day.to_datetime64() for day in focus])
    return bars.iloc[max(first - AROUND, 0) : last + AROUND + 1]


def _prices(fig: go.Figure, shown: pd.DataFrame, colours: Palette, place: Market) -> None:
    labels = [
        _(
            "<b>{day}</b><br>Close {close}<br>Open {open}, high {high}, low {low}<br>"
            "Volume {volume}"
        ).format(
            day=long_day(row.date),
            close=price(row.close, place),
            open=price(row.open, place),
            high=price(row.high, place),
            low=price(row.low, place),
            volume=_("unknown") if np.isnan(row.volume) else shares(row.volume),
        )
        for row in shown.itertuples()
    ]
    candles = len(shown) <= CANDLES
    if candles:
        fig.add_candlestick(
            x=shown["date"],
            **{name: shown[name] for name in ("open", "high", "low", "close")},
            increasing={"line": {"color": colours.up, "width": 1}, "fillcolor": colours.up},
            decreasing={"line": {"color": colours.down, "width": 1}, "fillcolor": colours.down},
            hoverinfo="skip",
            showlegend=False,
        )
    fig.add_scatter(
        x=shown["date"],
        y=shown["close"],
        mode="markers" if candles else "lines",
        line={"color": colours.accent, "width": 1.25},
        marker={"opacity": 0, "size": 6},
        hovertext=labels,
        hoverinfo="text",
        name=_("Close"),
        showlegend=False,
    )
    fig.add_bar(
        x=shown["date"],
        y=shown["volume"],
        yaxis="y2",
        marker={"color": translucent(colours.muted, 0.5), "line": {"width": 0}},
        hoverinfo="skip",
        showlegend=False,
    )


def _mark(
    fig: go.Figure,
    marks: list[tuple[pd.Timestamp, str]],
    bars: pd.DataFrame,
    rule: str,
    action: str,
    colours: Palette,
) -> None:
    shape, colour = MARKS.get(rule, ("", "")) if action == "flagged" else ROW_MARKS[action]
    if not shape:
        return
    name = _(RULES[rule].title)
    if action != "flagged":
        name = _(ROW_WORDS[action]).format(rule=f"{name[:1].lower()}{name[1:]}")
    days = pd.DatetimeIndex([day for day, __ in marks])
    # A day without a bar is marked at the close before it.
    before = np.searchsorted(bars["date"].to_numpy(), days.to_numpy(), side="right") - 1
    fig.add_scatter(
        x=days,
        y=bars["close"].to_numpy()[before.clip(min=0)],
        mode="markers",
        name=name,
        marker={
            "symbol": shape,
            "size": 11,
            "color": getattr(colours, colour),
            "line": {"width": 1.5, "color": getattr(colours, colour)},
        },
        hovertext=[
            f"<b>{long_day(day)}: {name}</b><br>{'<br>'.join(_lines(told(rule, action, detail)))}"
            for day, detail in marks
        ],
        hoverinfo="text",
    )


def _lines(text: str, width: int = 60) -> list[str]:
    """A sentence cut into lines that fit a hover label."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
