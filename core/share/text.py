"""Text from outside made safe to draw, and fitted by its measured width."""

import re
import unicodedata
from collections.abc import Callable

LETTERS = frozenset(
    [
        *range(0x20, 0x7F),
        *range(0xA0, 0xAD),
        *range(0xAE, 0x132),  # Latin of Western and Central Europe
        *range(0x134, 0x149),
        *range(0x14A, 0x17F),
        *(0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x218, 0x219, 0x21A, 0x21B),
        *range(0x1E80, 0x1E86),
        *range(0x1EA0, 0x1EFA),  # Vietnamese
        *(0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2020, 0x2022, 0x2026),
        *(0x2032, 0x2039, 0x203A, 0x20AB, 0x20AC, 0x2122, 0x2212),
    ]
)
"""Every character that all typefaces of the pictures hold (``tools/make_fonts.py``)."""
LONGEST = 300
"""Characters of a name that are looked at; no picture holds as many."""
ELLIPSIS = "…"

Measure = Callable[[str], float]


def clean(text: str) -> str:
    """Text from outside as it can be drawn: composed letters that the typefaces hold.

    Whatever else there is goes: control characters, marks that turn the direction
    of writing, emoji, scripts without a glyph. Wide or styled Latin becomes plain, and
    strange marks leave their letter.
    """
    kept = []
    # Longer before composing: a letter may come with two marks of its own.
    for char in unicodedata.normalize("NFC", text[: 3 * LONGEST]):
        if char.isspace():
            kept.append(" ")
        elif ord(char) in LETTERS:
            kept.append(char)
        else:
            kept += [part for part in unicodedata.normalize("NFKD", char) if ord(part) in LETTERS]
    return re.sub(r"[ \xa0]+", " ", "".join(kept)).strip()[:LONGEST]


def fit(text: str, room: float, measure: Measure) -> str:
    """The text, or as much of its beginning as fits with an ellipsis; empty if nothing does."""
    if measure(text) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + ELLIPSIS) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip(" ,.;:-·") + ELLIPSIS if low else ""


def wrap(text: str, room: float, lines: int, measure: Measure) -> list[str]:
    """The text in lines no wider than the room; the last one ends in an ellipsis if cut."""
    done: list[str] = []
    words = text.split(" ")
    while words and len(done) < lines - 1:
        count = 1
        while count < len(words) and measure(" ".join(words[: count + 1])) <= room:
            count += 1
        done.append(fit(" ".join(words[:count]), room, measure))
        words = words[count:]
    return [*done, fit(" ".join(words), room, measure)] if words else done
