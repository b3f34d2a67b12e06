"""A market as a heat map: a box a stock, as large as the money traded in it."""

from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.moves import MoveColours, move_text
from core.charts.style import FONT, Theme, empty, layout, palette
from core.language import N_, _

STRONGEST = 8.0
"""Per cent from which a box has its full colour."""
ROOT = "all"
NO_GROUP = N_("Not classified")
"""The group of stocks without one; translated where shown."""
HEIGHT = 560


def heat_map(
    table: pd.DataFrame,
    *,
    colours: MoveColours,
    theme: Theme,
    by: str = "sector",
    change: str = "week_change",
    words: str = "week",
    unit: str = "",
) -> go.Figure:
    """A treemap of stocks within their groups.

    Parameters
    ----------
    table : DataFrame
        ``symbol``, ``value_20`` (the area), the columns ``by`` and ``change`` (per cent). A stock
        without traded value has no box.
    colours : MoveColours
    theme : "light" or "dark"
    by : str
        Column of the groups.
    change : str
        Column of the colours; grey where it is missing. Its sign and value stand in the box.
    words : str
        What the change is, for the label under the pointer; in the reader's language.
    unit : str
        Of ``value_20``, for the same.
    """
    rows = table[table["value_20"] > 0]
    if rows.empty:
        return empty(_("No stock here has a traded value."), theme)
    groups = rows[by].astype(object).where(rows[by].fillna("") != "", _(NO_GROUP))
    sizes = rows["value_20"].groupby(groups).sum().sort_values(ascending=False)
    tones = palette(theme)
    values = rows[change].to_numpy(float)
    told = [move_text(value) for value in values]
    paints = [_paint(value, colours, theme) for value in values]
    names = [escape(str(name)) for name in sizes.index]
    keys = {name: f"{ROOT}/{number}" for number, name in enumerate(sizes.index)}
    means = [
        _mean(values[(groups == name).to_numpy()], rows["value_20"][groups == name].to_numpy())
        for name in sizes.index
    ]
    of_stock = [keys[group] for group in groups]
    boxes = [f"{key}/{symbol}" for key, symbol in zip(of_stock, rows["symbol"], strict=True)]
    figure = go.Figure(
        go.Treemap(
            ids=[*keys.values(), *boxes],
            labels=[*names, *rows["symbol"]],
            parents=[*[""] * len(keys), *of_stock],
            values=[*sizes, *rows["value_20"]],
            text=[*(move_text(mean) for mean in means), *told],
            branchvalues="total",
            marker={
                "colors": [*[tones.panel] * len(keys), *(paint for paint, _ in paints)],
                "line": {"width": 1, "color": tones.paper},
                "pad": {"t": 22, "l": 2, "r": 2, "b": 2},
            },
            textfont={
                "family": FONT,
                "color": [*[tones.ink] * len(keys), *(ink for _, ink in paints)],
            },
            texttemplate="<b>%{label}</b><br>%{text}",
            textposition="middle center",
            hovertemplate="<b>%{label}</b><br>"
            + f"{words} %{{text}}<br>"
            + _("traded {value} {unit} a session").format(value="%{value:,.1f}", unit=unit)
            + "<extra></extra>",
            pathbar={"visible": True, "thickness": 20, "textfont": {"color": tones.ink}},
            tiling={"pad": 1},
            sort=True,
        )
    )
    layout(figure, theme, HEIGHT)
    return figure.update_layout(
        margin={"l": 0, "r": 0, "t": 24, "b": 0},
        # What would be too small to read is left to the label under the pointer.
        uniformtext={"minsize": 10, "mode": "hide"},
    )


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    known = np.isfinite(values)
    return float(np.average(values[known], weights=weights[known])) if known.any() else np.nan


def _paint(value: float, colours: MoveColours, theme: Theme) -> tuple[str, str]:
    """The colour of a box and that of the text on it."""
    tones = palette(theme)
    if not np.isfinite(value):
        return tones.grid, tones.ink
    share = min(abs(value) / STRONGEST, 1.0)
    full = colours.up if value > 0 else colours.down
    paint = _mix(tones.grid, full, share)
    # Whatever the paint, black or white has 4.58 to 1 on it; softer inks may have only 3.9.
    return paint, max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, paint))


def _mix(first: str, second: str, share: float) -> str:
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def contrast(first: str, second: str) -> float:
    """WCAG's contrast of two ``#rrggbb`` colours, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
