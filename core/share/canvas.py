"""A sheet to draw a picture on: shapes and text in whole pixels of the finished picture."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD, SERIF = "Inter-Regular", "Inter-SemiBold", "Newsreader-SemiBold"
FINER = 2
"""Everything is drawn so many times larger and reduced at the end: smooth edges, even spacing."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Style:
    """How a text looks: a typeface, its size in pixels, its colour."""

    face: str
    size: float
    colour: str


@dataclass(frozen=True)
class Text:
    """A text on the sheet and the box its ink fills (left, top, right, bottom)."""

    words: str
    box: Box


@lru_cache(maxsize=64)
def typeface(face: str, size: float) -> ImageFont.FreeTypeFont:
    """One of our typefaces in a size of the finer sheet."""
    return ImageFont.truetype(FONTS / f"{face}.ttf", round(size * FINER))


def mixed(colour: str, paper: str, opacity: float) -> str:
    """What a translucent colour looks like on paper, as ``#rrggbb``."""
    pairs = zip(ImageColor.getrgb(colour), ImageColor.getrgb(paper), strict=True)
    return "#" + "".join(f"{round(opacity * a + (1 - opacity) * b):02x}" for a, b in pairs)


class Canvas:
    """An empty sheet.

    Parameters
    ----------
    width, height : int
        Of the finished picture, in pixels.
    paper : str
        ``#rrggbb``

    Attributes
    ----------
    texts : list of Text
        What has been written so far, in order.
    """

    def __init__(self, width: int, height: int, paper: str):
        self.width, self.height = width, height
        self.texts: list[Text] = []
        self._image = Image.new("RGB", (width * FINER, height * FINER), paper)
        self._draw = ImageDraw.Draw(self._image)

    def measure(self, words: str, style: Style) -> float:
        """How wide a text would be."""
        return typeface(style.face, style.size).getlength(words) / FINER

    def write(self, at: Point, words: str, style: Style, side: str = "l") -> float:
        """Write one line on its baseline.

        Parameters
        ----------
        at : (x, y)
            Of the baseline's left end, middle or right end.
        words : str
        style : Style
        side : {"l", "m", "r"}

        Returns
        -------
        float
            Its width.
        """
        if not words.strip():
            return 0.0
        font = typeface(style.face, style.size)
        place, anchor = self._finer([at])[0], f"{side}s"
        self._draw.text(place, words, style.colour, font, anchor=anchor)
        box = self._draw.textbbox(place, words, font, anchor=anchor)
        self.texts.append(Text(words, tuple(edge / FINER for edge in box)))
        return self.measure(words, style)

    def line(self, points: Sequence[Point], colour: str, width: float = 1) -> None:
        """Join points, with round corners."""
        self._draw.line(self._finer(points), colour, max(1, round(width * FINER)), joint="curve")

    def dashed(self, start: Point, end: Point, colour: str, width: float, dash: float) -> None:
        """A straight line of dashes and equal gaps."""
        length = max(((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5, 1e-9)
        step = (end[0] - start[0]) / length, (end[1] - start[1]) / length
        at = 0.0
        while at < length:
            stop = min(at + dash, length)
            ends = [(start[0] + step[0] * d, start[1] + step[1] * d) for d in (at, stop)]
            self.line(ends, colour, width)
            at += 2 * dash

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        """Fill an outline."""
        self._draw.polygon(self._finer(points), fill)

    def block(self, box: Box, fill: str, radius: float = 0) -> None:
        """A filled rectangle, its corners rounded."""
        left, top, right, bottom = (edge * FINER for edge in box)
        self._draw.rounded_rectangle((left, top, right - 1, bottom - 1), radius * FINER, fill)

    def dot(self, at: Point, radius: float, fill: str, hole: str = "") -> None:
        """A disc; a ring if it has a hole."""
        centre = self._finer([at])[0]
        self._draw.circle(centre, radius * FINER, fill)
        if hole:
            self._draw.circle(centre, (radius - 2) * FINER, hole)

    def png(self) -> bytes:
        """The finished picture."""
        done = self._image.reduce(FINER)
        file = io.BytesIO()
        done.save(file, "PNG")
        return file.getvalue()

    @staticmethod
    def _finer(points: Sequence[Point]) -> list[Point]:
        return [(x * FINER, y * FINER) for x, y in points]
