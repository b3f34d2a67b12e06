"""Weekly or daily candles with averages, Bollinger band, volume and the forecast."""

from collections.abc import Collection, Mapping
from math import log10

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.dates import date_ticks
from core.charts.fan import Fan, PastFans
from core.charts.style import Palette, Theme, assembled, axis, base, empty, palette, translucent
from core.formats import day_pattern, long_day, percent, price, shares, weekday
from core.language import N_, _
from core.market.schema import PRICES, Market, find_market

HEIGHT = 540
VOLUME_ROOM = 1.3
"""Height of the volume chart in its tallest bar: its title stands above the bars."""
VOLUME_TOP = 0.17
AVERAGES = {
    "MA10": ("MA10_w", "second", "solid"),
    "MA20": ("MA20_w", "accent", "dash"),
    "MA40": ("MA40_w", "third", "dot"),
}
BAND, VOLUME = "Bollinger", N_("Volume")
FORECAST, PAST = N_("Forecast"), N_("Past forecasts")
OVERLAYS = (*AVERAGES, BAND, VOLUME, FORECAST, PAST)
"""What may be drawn over the candles; translated where shown."""
USUAL = OVERLAYS[:-1]
Labels = dict[pd.Timestamp, tuple[float, str]]


def price_chart(
    weekly: pd.DataFrame,
    *,
    market: str,
    theme: Theme,
    forecast: Mapping | None = None,
    weeks: int = 156,
    daily: pd.DataFrame | None = None,
    overlays: Collection[str] = USUAL,
    log: bool = False,
    past: pd.DataFrame | None = None,
) -> go.Figure:
    """Draw a stock's prices, and its forecast where there is one.

    Parameters
    ----------
    weekly : DataFrame
        Result of ``WeeklyIndicatorCalculator.compute``; adjusted prices.
    market : str
        Market code; gives the unit and the decimals.
    theme : "light" or "dark"
    forecast : mapping, optional
        A record of ``core.forecasts``: ``as_of``, ``target_date``, and the log
        returns ``ret``, ``ret_low``, ``ret_high``. One without them is left out.
    weeks : int
        How many of the last market weeks are shown.
    daily : DataFrame, optional
        Bars of the same stock (``core.market.schema.BAR_COLUMNS``): candles and volume
        are then those of its days. Averages and band stay weekly.
    overlays : collection of str
        Of ``OVERLAYS``, what is drawn over the candles.
    log : bool
        Whether equal steps of the price axis are equal percentages.
    past : DataFrame, optional
        Resolved rows of ``core.resolved``, drawn if asked for.
    """
    colours, place = palette(theme), find_market(market)
    shown = weekly.iloc[-weeks:]
    if shown["close"].isna().all():
        return empty(_("There are no weekly prices to draw yet."), theme)
    candles, labels = shown, _week_labels(shown, place, overlays)
    if daily is not None:
        candles = daily[daily["date"] > shown.index[0] - pd.Timedelta(days=7)].set_index("date")
        labels = _day_labels(candles, place)
    traces: list[dict] = []
    if BAND in overlays:
        traces += _band(shown, colours)
    traces.append(_candles(candles, _("Week") if daily is None else _("Day"), colours))
    traces += [_average(shown, name, colours) for name in AVERAGES if name in overlays]
    foot = 0.0
    title = _("Adjusted price, {unit}, log axis") if log else _("Adjusted price, {unit}")
    notes = [(1.0, "top", title.format(unit=_(place.unit)))]
    if VOLUME in overlays:
        traces.append(_volume(candles, colours))
        foot = VOLUME_TOP + 0.05
        notes.append((VOLUME_TOP, "top", _("Volume, shares")))
    end = max(shown.index[-1], candles.index[-1])
    ends = [_extremes(candles, shown, overlays)]
    if past is not None and PAST in overlays:
        past = past[past["target_date"] >= candles.index[0]]
        if len(past):
            fans = PastFans(past)
            traces += fans.traces(colours)
            _join(labels, fans.labels())
            ends.append(fans.ends())
            end = max(end, past["target_date"].max())
    if FORECAST in overlays and Fan.known(forecast):
        fan = Fan(weekly, forecast)
        traces += fan.traces(colours)
        _join(labels, {fan.target: (fan.price, fan.label(place))})
        notes.append((foot, "bottom", fan.summary()))
        ends.append(fan.ends())
        end = max(end, fan.target)
    traces.append(
        {
            "type": "scatter",
            "x": _days(pd.DatetimeIndex(list(labels))),
            "y": [y for y, _ in labels.values()],
            "mode": "markers",
            "marker": {"opacity": 0, "size": 1},
            "showlegend": False,
            "hovertext": [text for _, text in labels.values()],
            "hoverinfo": "text",
        }
    )
    margin = pd.Timedelta(days=5) + (end - candles.index[0]) * 0.01
    time_axis = axis(
        theme,
        type="date",
        anchor="y2" if foot else "y",
        range=[str(candles.index[0] - margin), str(end + margin)],
        rangeslider={"visible": False},
        hoverformat=day_pattern(),
        **date_ticks(),
    )
    if daily is not None:
        time_axis["rangebreaks"] = [{"bounds": ["sat", "mon"]}]
    options = base(theme, HEIGHT) | {
        "hovermode": "x",
        "hoversubplots": "axis",
        "bargap": 0.25,
        "xaxis": time_axis,
        "yaxis": axis(
            theme,
            domain=[foot, 1],
            side="right",
            tickformat=",",
            nticks=8,
            **_price_range(min(low for low, _ in ends), max(high for _, high in ends), log),
        ),
        "annotations": [_note(y, anchor, text, colours) for y, anchor, text in notes],
    }
    options["legend"]["entrywidth"] = 84  # two columns beside a card, on a tablet
    if foot:
        options["yaxis2"] = axis(
            theme,
            domain=[0, VOLUME_TOP],
            side="right",
            nticks=3,
            ticklabelposition="outside top",  # else its 0 touches the last date below
            tickformat="~s",
            range=[0, VOLUME_ROOM * max(1.0, candles["volume"].max())],  # 1: none is known
        )
    return assembled(traces, options)


def _days(index: pd.DatetimeIndex) -> list[str]:
    return np.datetime_as_string(index.to_numpy("datetime64[D]")).tolist()


def _average(shown: pd.DataFrame, name: str, colours: Palette) -> dict:
    column, colour, dash = AVERAGES[name]
    return {
        "type": "scatter",
        "x": _days(shown.index),
        "y": shown[column].to_numpy(float),
        "name": name,
        "mode": "lines",
        # Told apart by their dashes as well.
        "line": {"color": getattr(colours, colour), "width": 1.5, "dash": dash},
        "hoverinfo": "skip",
    }


def _band(shown: pd.DataFrame, colours: Palette) -> list[dict]:
    """Bollinger (2001): the 20-week average plus and minus 2 standard deviations."""
    half = shown["bb_width_w"] * shown["close"]
    upper, lower = shown["MA20_w"] + half, shown["MA20_w"] - half
    # A filled area cannot have holes: each unbroken stretch of weeks is its own outline,
    # in one trace, separated by missing points.
    known = upper.notna().to_numpy()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(int), [0]])))
    weeks = _days(shown.index)
    x: list = []
    y: list = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        stretch = weeks[start:stop]
        x += [*stretch, *stretch[::-1], None]
        y += [*upper.iloc[start:stop], *lower.iloc[start:stop][::-1], None]
    if not x:
        return []
    return [
        {
            "type": "scatter",
            "x": x,
            "y": y,
            "name": BAND,
            "mode": "lines",
            "fill": "toself",
            "line": {"width": 0.5, "color": translucent(colours.accent, 0.35)},
            "fillcolor": translucent(colours.accent, 0.08),
            "hoverinfo": "skip",
        }
    ]


def _candles(bars: pd.DataFrame, name: str, colours: Palette) -> dict:
    """Hollow where the close lies above the open, so that colour alone tells nothing."""
    return {
        "type": "candlestick",
        "x": _days(bars.index),
        **{price: bars[price].to_numpy(float) for price in PRICES},
        "name": name,
        "showlegend": False,
        "increasing": {"line": {"color": colours.up, "width": 1}, "fillcolor": "rgba(0,0,0,0)"},
        "decreasing": {"line": {"color": colours.down, "width": 1}, "fillcolor": colours.down},
        "hoverinfo": "skip",
    }


def _volume(bars: pd.DataFrame, colours: Palette) -> dict:
    """Neither green nor red: volume has no direction."""
    return {
        "type": "bar",
        "x": _days(bars.index),
        "y": bars["volume"].to_numpy(float),
        "yaxis": "y2",
        "name": _(VOLUME),
        "showlegend": False,
        "marker": {"color": translucent(colours.muted, 0.6), "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def _week_labels(shown: pd.DataFrame, market: Market, overlays: Collection[str]) -> Labels:
    """Where each week's hover label points, and its text."""
    labels = {}
    averages = [name for name in AVERAGES if name in overlays]
    spans = ", ".join(name.removeprefix("MA") for name in averages)
    for row in shown[shown["close"].notna()].itertuples():
        lines = _bar_lines(row, _("Week to {day}").format(day=long_day(row.Index)), market)
        if pd.notna(row.ret_1w):
            change = percent(row.ret_1w, sign=True)
            lines.append(_("Change in a week {change}").format(change=change))
        lines.append(
            _("Volume {volume} shares in {count} sessions").format(
                volume=shares(row.volume), count=row.sessions
            )
        )
        values = [getattr(row, AVERAGES[name][0]) for name in averages]
        if values and pd.notna(values).all():
            told = " / ".join(price(value, market) for value in values)
            lines.append(_("Average of {spans} weeks: {values}").format(spans=spans, values=told))
        labels[row.Index] = (row.close, "<br>".join(lines))
    return labels


def _day_labels(candles: pd.DataFrame, market: Market) -> Labels:
    labels = {}
    changes = candles["close"].pct_change().to_numpy(float)
    for row, change in zip(candles.itertuples(), changes, strict=True):
        lines = _bar_lines(row, f"{weekday(row.Index)} {long_day(row.Index)}", market)
        if pd.notna(change):
            moved = percent(float(change), sign=True)
            lines.append(_("Change in a session {change}").format(change=moved))
        lines.append(_("Volume {volume} shares").format(volume=shares(row.volume)))
        labels[row.Index] = (row.close, "<br>".join(lines))
    return labels


def _bar_lines(row: tuple, title: str, market: Market) -> list[str]:
    unit = _(market.unit)
    lines = [
        f"<b>{title}</b>",
        _("Close {price} {unit}").format(price=price(row.close, market), unit=unit),
    ]
    if pd.notna(row.raw_close) and not np.isclose(row.raw_close, row.close, rtol=1e-4):
        raw = price(row.raw_close, market)
        lines.append(_("As traded {price} {unit}").format(price=raw, unit=unit))
    lines.append(
        _("Open {open}, high {high}, low {low}").format(
            open=price(row.open, market), high=price(row.high, market), low=price(row.low, market)
        )
    )
    return lines


def _join(labels: Labels, more: Labels) -> None:
    """Add labels; where a day has one already, the texts stand below each other."""
    for day, (y, text) in more.items():
        known = labels.get(day)
        labels[day] = (y, text) if known is None else (known[0], f"{known[1]}<br>{text}")


def _extremes(
    candles: pd.DataFrame, shown: pd.DataFrame, overlays: Collection[str]
) -> tuple[float, float]:
    """Lowest and highest price drawn, averages and band included."""
    lows, highs = [candles["low"].min()], [candles["high"].max()]
    for name in AVERAGES:
        if name in overlays:
            lows.append(shown[AVERAGES[name][0]].min())
            highs.append(shown[AVERAGES[name][0]].max())
    if BAND in overlays:
        half = shown["bb_width_w"] * shown["close"]
        lows.append((shown["MA20_w"] - half).min())
        highs.append((shown["MA20_w"] + half).max())
    return float(np.nanmin(lows)), float(np.nanmax(highs))


def _price_range(lowest: float, highest: float, log: bool) -> dict:
    """The axis, with room for the notes below and above the prices."""
    if log:
        # A band may reach below zero, which a log axis cannot show.
        lowest, highest = log10(max(lowest, highest / 1000)), log10(highest)
    room = (highest - lowest) or abs(highest) or 1.0
    span = {"range": [lowest - 0.14 * room, highest + 0.08 * room]}
    return span | ({"type": "log"} if log else {})


def _note(y: float, anchor: str, text: str, colours: Palette) -> dict:
    return {
        "text": text,
        "x": 0,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": anchor,
        "align": "left",
        "showarrow": False,
        "bgcolor": translucent(colours.paper, 0.75),
        "font": {"size": 11, "color": colours.muted},
    }
