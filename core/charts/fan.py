"""A forecast as a fan from its as-of close to its target date, beside "no change"; and old ones."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.charts.style import Palette, translucent
from core.formats import long_day, percent, price
from core.language import N_, _
from core.market.schema import Market

RETURNS = ("ret", "ret_low", "ret_high")
WIDE = ("ret_low_95", "ret_high_95")


class Fan:
    """One forecast, ready to be drawn on a stock's weeks.

    Parameters
    ----------
    weekly : DataFrame indexed by week
        With the column ``close``, adjusted.
    forecast : mapping
        ``as_of``, ``target_date``, ``close`` and the log returns ``ret``,
        ``ret_low``, ``ret_high``; where known those of the 95 % interval and ``in_sample``.
    """

    def __init__(self, weekly: pd.DataFrame, forecast: Mapping):
        self.as_of = pd.Timestamp(forecast["as_of"])
        self.target = pd.Timestamp(forecast["target_date"])
        # The close of today's adjusted series, so that an old fan still starts on its candle.
        close = weekly["close"].get(self.as_of, np.nan)
        self.close = float(forecast["close"] if pd.isna(close) else close)
        self.returns = [float(np.expm1(forecast[name])) for name in RETURNS]
        self.price, self.low, self.high = (self.close * (1 + ret) for ret in self.returns)
        wide = [forecast.get(name) for name in WIDE]
        self.wide = None
        if not pd.isna(wide).any():
            self.wide = tuple(float(self.close * np.exp(ret)) for ret in wide)
        self.in_sample = bool(forecast.get("in_sample"))

    @staticmethod
    def known(forecast: Mapping | None) -> bool:
        """Whether a record holds a return and its interval; without both it is not drawn."""
        return forecast is not None and all(pd.notna(forecast.get(name)) for name in RETURNS)

    def ends(self) -> tuple[float, float]:
        """Lowest and highest price drawn."""
        return self.wide or (self.low, self.high)

    def traces(self, colours: Palette) -> list[dict]:
        """Intervals, "no change" and forecast."""
        bands = [(_("80 % interval"), self.low, self.high, 0.22, 0.6)]
        if self.wide:
            bands.insert(0, (_("95 % interval"), *self.wide, 0.1, 0.3))
        areas = [
            {
                "type": "scatter",
                "x": days(self.as_of, self.target, self.target, self.as_of),
                "y": [self.close, high, low, self.close],
                "mode": "lines",
                "fill": "toself",
                "fillcolor": translucent(colours.accent, area),
                "line": {"width": 1, "color": translucent(colours.accent, edge)},
                "name": name,
                "hoverinfo": "skip",
            }
            for name, low, high, area, edge in bands
        ]
        line = {
            "type": "scatter",
            "x": days(self.as_of, self.target),
            "hoverinfo": "skip",
        }
        return [
            *areas,
            line
            | {
                "y": [self.close, self.close],
                "mode": "lines",
                "line": {"color": colours.muted, "width": 1.5, "dash": "dash"},
                "name": _("No change"),
            },
            line
            | {
                "y": [self.close, self.price],
                "mode": "lines+markers",
                "line": {"color": colours.accent, "width": 2.5},
                "marker": {"color": colours.accent, "size": [0, 7], "line": {"width": 0}},
                "name": _("Forecast"),
            },
        ]

    def _changes(self) -> tuple[str, str, str]:
        """Change and the ends of the 80 % interval, as returns."""
        change, low, high = (percent(end, sign=True) for end in self.returns)
        return change, low, high

    def summary(self) -> str:
        """Two lines that stand on the chart, and a third in-sample: a telephone is narrow."""
        change, low, high = self._changes()
        told = _(
            "<b>Statistical forecast for {day}: {change}</b><br>80 % interval {low} to {high}; "
            "no change: 0 %"
        ).format(
            day=long_day(self.target),
            change=change,
            low=low,
            high=high,
        )
        return told + "<br>" + _("In-sample: no proof of skill.") if self.in_sample else told

    def label(self, market: Market) -> str:
        """The hover label of the target date."""
        change, low, high = self._changes()
        lines = [
            _("<b>Statistical forecast for {day}</b>").format(day=long_day(self.target)),
            f"{price(self.price, market)} {_(market.unit)} ({change})",
            _("80 % interval {low} to {high}<br>({low_change} to {high_change})").format(
                low=price(self.low, market),
                high=price(self.high, market),
                low_change=low,
                high_change=high,
            ),
        ]
        if self.wide:
            low, high = (price(end, market) for end in self.wide)
            lines.append(_("95 % interval {low} to {high}").format(low=low, high=high))
        lines.append(_("No change {price}").format(price=price(self.close, market)))
        lines.append(_("Made on prices up to {day}").format(day=long_day(self.as_of)))
        return "<br>".join(lines)


class PastFans:
    """Ends of earlier forecasts beside what came.

    Parameters
    ----------
    past : DataFrame
        Resolved rows of ``core.resolved``.
    """

    def __init__(self, past: pd.DataFrame):
        start = past["start"].to_numpy(float)
        self.target = pd.DatetimeIndex(past["target_date"])
        self.price, self.low, self.high = (
            start * np.exp(past[name].to_numpy(float)) for name in RETURNS
        )
        self.reached = past["reached"].to_numpy(float)
        self.proof = (past["in_sample"] == 0).to_numpy(bool)
        self._rows = past

    def ends(self) -> tuple[float, float]:
        """Lowest and highest price drawn."""
        drawn = np.concatenate([self.low, self.high, self.reached, self.price])
        return float(np.nanmin(drawn)), float(np.nanmax(drawn))

    def traces(self, colours: Palette) -> list[dict]:
        """Old intervals as bars, old forecasts as diamonds, what came as crosses."""
        drawn = []
        for rows, name, colour, symbol in (
            (self.proof, N_("Forecast then"), colours.accent, "diamond"),
            (~self.proof, N_("In-sample"), colours.muted, "diamond-open"),
        ):
            if not rows.any():
                continue
            drawn.append(
                {
                    "type": "scatter",
                    "x": days(*self.target[rows]),
                    "y": self.price[rows],
                    "mode": "markers",
                    "name": _(name),
                    "marker": {"symbol": symbol, "size": 8, "color": colour},
                    "error_y": {
                        "type": "data",
                        "symmetric": False,
                        "array": self.high[rows] - self.price[rows],
                        "arrayminus": self.price[rows] - self.low[rows],
                        "color": translucent(colour, 0.7),
                        "thickness": 1.5,
                        "width": 4,
                    },
                    "hoverinfo": "skip",
                }
            )
        came = {
            "type": "scatter",
            "x": days(*self.target),
            "y": self.reached,
            "mode": "markers",
            "name": _("What came"),
            "marker": {"symbol": "x-thin", "size": 9, "line": {"color": colours.ink, "width": 2}},
            "hoverinfo": "skip",
        }
        return [*drawn, came]

    def labels(self) -> dict[pd.Timestamp, tuple[float, str]]:
        """For each target date the price that came, and a sentence."""
        found = {}
        for row, reached in zip(self._rows.itertuples(), self.reached, strict=True):
            moves = {
                name: percent(float(np.expm1(value)), sign=True)
                for name, value in (
                    ("change", row.ret),
                    ("low", row.ret_low),
                    ("high", row.ret_high),
                    ("came", row.came),
                )
            }
            if row.in_sample:
                first = _("Forecast of {day}, in-sample: {change}")
            else:
                first = _("Forecast of {day}: {change}")
            rest = _("80 % interval {low} to {high}; no change: 0 %<br><b>What came: {came}</b>")
            found[row.target_date] = (
                float(reached),
                f"{first}<br>{rest}".format(day=long_day(row.as_of), **moves),
            )
        return found


def days(*moments: pd.Timestamp) -> list[str]:
    """Dates as plotly.js reads them, without a time of day."""
    return [f"{moment:%Y-%m-%d}" for moment in moments]
