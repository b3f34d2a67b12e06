"""Colours: legible, and the same as the pages'."""

import tomllib
from pathlib import Path

import plotly.graph_objects as go
import pytest

from core.charts.style import PALETTES, axis, empty, layout, palette, translucent

CONFIG = Path(__file__).resolve().parents[3] / ".streamlit" / "config.toml"
TEXT = ("ink", "muted", "up", "down", "sideways", "accent", "second", "third")


def luminance(colour):
    """Relative luminance of WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("name", TEXT)
def test_text_reaches_the_contrast_of_wcag_aa(theme, name):
    colours = palette(theme)
    assert contrast(getattr(colours, name), colours.paper) >= 4.5
    assert contrast(getattr(colours, name), colours.panel) >= 4.5


@pytest.mark.parametrize("theme", PALETTES)
def test_colours_are_those_of_the_pages(theme):
    pages, colours = tomllib.loads(CONFIG.read_text("utf-8"))["theme"][theme], palette(theme)
    assert colours.paper == pages["backgroundColor"]
    assert colours.panel == pages["secondaryBackgroundColor"]
    assert colours.ink == pages["textColor"]
    assert colours.accent == pages["linkColor"]
    assert colours.up in (pages["greenColor"], pages["greenTextColor"])
    assert colours.down in (pages["redColor"], pages["redTextColor"])


def test_layout_lets_the_page_shine_through():
    fig = layout(go.Figure(), "dark", 200)
    assert fig.layout.paper_bgcolor == fig.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert fig.layout.height == 200


def test_axis_takes_options_over_its_defaults():
    assert axis("light", gridcolor="red")["gridcolor"] == "red"


def test_empty_says_why():
    assert empty("Nothing yet.", "light").layout.annotations[0].text == "Nothing yet."


def test_translucent_keeps_the_colour():
    assert translucent("#ff8000", 0.5) == "rgba(255,128,0,0.5)"


def test_an_unknown_theme_is_refused():
    with pytest.raises(ValueError, match="sepia"):
        palette("sepia")
