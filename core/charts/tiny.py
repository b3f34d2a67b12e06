"""Bars small enough for a table's cell, as SVG in data addresses; their numbers stand beside."""

import math
from functools import lru_cache
from urllib.parse import quote

WIDTH, HEIGHT = 120, 32
"""A cell draws a picture as high as its row: wider ones would be cut off at the column's edge."""


def _address(shapes: str) -> str:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{shapes}</svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


def _box(x: float, width: float, colour: str, y: float = 9, height: float = 14) -> str:
    size = f'width="{width:.1f}" height="{height:g}"'
    return f'<rect x="{x:.1f}" y="{y:g}" {size} fill="{colour}"/>'


@lru_cache(maxsize=8192)
def shares_bar(shares: tuple[float, ...], colours: tuple[str, ...]) -> str | None:
    """Shares of a whole side by side, with a gap between; None where one is missing.

    Parameters
    ----------
    shares : tuple of float
        Not negative; scaled to their sum.
    colours : tuple of str
    """
    if not all(math.isfinite(share) for share in shares) or sum(shares) <= 0:
        return None
    room = WIDTH - 2 * (len(shares) - 1)
    x, shapes = 0.0, ""
    for share, colour in zip(shares, colours, strict=True):
        width = room * share / sum(shares)
        shapes += _box(x, width, colour)
        x += width + 2
    return _address(shapes)


@lru_cache(maxsize=8192)
def place_bar(place: float | None, mark: str, line: str) -> str | None:
    """Where a value lies between two ends, 0 to 1: a mark on a line; None where it is missing."""
    if place is None or not math.isfinite(place):
        return None
    x = min(max(place, 0.0), 1.0) * (WIDTH - 6)
    return _address(_box(0, WIDTH, line, 15, 2) + _box(x, 6, mark, 8, 16))
