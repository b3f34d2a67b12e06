"""A forecast as a picture: two sizes, two themes, two languages; the same numbers in each."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock

from core.charts.style import Palette, Theme, palette
from core.share.canvas import BOLD, REGULAR, SERIF, Canvas, Point, Style
from core.share.card import MODELS, Card
from core.share.chart import draw_chart
from core.share.text import Measure, clean, fit, wrap
from core.share.words import SPACE, Language, Speaker
from models.baselines import CLASSES
from models.calls import NO_CLEAR_DIRECTION


@dataclass(frozen=True)
class Format:
    """One size of picture, in pixels.

    Attributes
    ----------
    width, height, margin : int
    head : int
        Where the heading ends.
    scale : float
        Of texts and lines.
    foot : int
        Size of the texts at the foot.
    """

    width: int
    height: int
    margin: int
    head: int
    scale: float
    foot: int


SIZES: dict[str, Format] = {
    "wide": Format(1200, 630, 44, 132, 1.0, 13),
    "square": Format(1080, 1080, 54, 234, 1.32, 16),
}
PRICE_HEIGHT, CALL_HEIGHT = 120, 192
COLUMN = 316
GAP = 22

_drawing = Lock()  # FreeType faces are not made for several threads at once


def picture(card: Card, size: str, theme: Theme, language: Language) -> bytes:
    """A PNG file of a forecast; the last ones asked for are kept.

    Parameters
    ----------
    card : Card
    size : {"wide", "square"}
        1200 x 630 or 1080 x 1080 pixels.
    theme : {"light", "dark"}
    language : {"en", "vi"}

    Raises
    ------
    ValueError
        If there is no such size, theme or language.
    """
    if size not in SIZES:
        raise ValueError(f"size must be one of {', '.join(SIZES)}, not {size!r}")
    with _drawing:
        return _png(card, size, theme, language)


@lru_cache(maxsize=64)
def _png(card: Card, size: str, theme: Theme, language: Language) -> bytes:
    return draw(card, size, theme, language).png()


def draw(card: Card, size: str, theme: Theme, language: Language) -> Canvas:
    """The sheet of a picture, from which its texts can be read; not for several threads."""
    form, colours, speaker = SIZES[size], palette(theme), Speaker(language)
    sheet = Canvas(form.width, form.height, colours.paper)
    sheet.block((0, 0, form.width, 6 * form.scale), colours.accent)
    (_head_wide if size == "wide" else _head_square)(sheet, card, speaker, colours, form)
    bottom = _foot(sheet, card, speaker, colours, form)
    left, right, scale = form.margin, form.width - form.margin, form.scale
    on_panel = replace(colours, paper=colours.panel)
    pad = 20 * scale
    if size == "wide":
        column = right - COLUMN - 2 * pad
        draw_chart(sheet, (left, form.head, column - 30, bottom), card, speaker, colours, scale)
        sheet.block((column, form.head, right, bottom), colours.panel, 10)
        spare = bottom - form.head - (PRICE_HEIGHT + CALL_HEIGHT)
        top = form.head + spare / 3
        _price(sheet, (column + pad, top), COLUMN, card, speaker, on_panel, scale)
        top += PRICE_HEIGHT + spare / 3
        sheet.line([(column + pad, top - spare / 6), (right - pad, top - spare / 6)], colours.grid)
        _call(sheet, (column + pad, top), COLUMN, card, speaker, on_panel, scale)
        return sheet
    top = bottom - CALL_HEIGHT * scale - 2 * pad
    draw_chart(sheet, (left, form.head, right, top - GAP), card, speaker, colours, scale)
    sheet.block((left, top, right, bottom), colours.panel, 14)
    middle = left + 0.44 * (right - left)
    width = middle - left - 2 * pad
    above = (CALL_HEIGHT - PRICE_HEIGHT) * scale / 2
    _price(sheet, (left + pad, top + pad + above), width, card, speaker, on_panel, scale)
    sheet.line([(middle, top + pad), (middle, bottom - pad)], colours.grid)
    width = right - middle - 2 * pad
    _call(sheet, (middle + pad, top + pad), width, card, speaker, on_panel, scale)
    return sheet


def _head_wide(sheet: Canvas, card: Card, speaker: Speaker, colours: Palette, form: Format) -> None:
    """Title and our name; below, the symbol and the company on one line."""
    left, right = form.margin, form.width - form.margin
    _title(sheet, card, speaker, colours, form, 50)
    symbol = _shrunk(sheet, card.symbol, Style(SERIF, 56, colours.ink), 460)
    left += sheet.write((left, 106), card.symbol, symbol) + 18
    _company(sheet, (left, 106), right - left, card, speaker, colours, 24)


def _head_square(
    sheet: Canvas, card: Card, speaker: Speaker, colours: Palette, form: Format
) -> None:
    """Title and our name; the symbol; the company."""
    left, room = form.margin, form.width - 2 * form.margin
    _title(sheet, card, speaker, colours, form, 70)
    symbol = _shrunk(sheet, card.symbol, Style(SERIF, 84, colours.ink), room)
    sheet.write((left, 154), card.symbol, symbol)
    _company(sheet, (left, 200), room, card, speaker, colours, 29)


def _title(
    sheet: Canvas, card: Card, speaker: Speaker, colours: Palette, form: Format, base: float
) -> None:
    words = speaker.say("title", weeks=card.horizon_weeks)
    sheet.write((form.margin, base), words, Style(BOLD, 18 * form.scale, colours.accent))
    own = Style(SERIF, 26 * form.scale, colours.accent)
    sheet.write((form.width - form.margin, base), "Weeklens", own, "r")


def _company(
    sheet: Canvas,
    at: Point,
    room: float,
    card: Card,
    speaker: Speaker,
    colours: Palette,
    size: float,
) -> None:
    """The name as far as it fits, then the exchange, which is always whole."""
    style = Style(REGULAR, size, colours.muted)
    exchange = fit(clean(card.exchange), room / 3, lambda words: sheet.measure(words, style))
    name = card.company(speaker.language)
    after = f" · {exchange}" if name and exchange else exchange
    rest = room - sheet.measure(after, style)
    name = fit(name, rest, lambda words: sheet.measure(words, style))
    sheet.write(at, f"{name}{after}", style)


def _price(
    sheet: Canvas,
    at: Point,
    room: float,
    card: Card,
    speaker: Speaker,
    colours: Palette,
    scale: float,
) -> None:
    """The forecast price with its distance, its interval, and no change."""
    x, top = at
    digits = card.place.price_digits

    def number(value: float) -> str:
        return speaker.number(value, digits)

    quiet, plain = (Style(REGULAR, 15 * scale, c) for c in (colours.muted, colours.ink))
    on = speaker.say("price_on", day=speaker.day(card.target), unit=speaker.say(card.market))
    sheet.write((x, top + 13 * scale), on, _shrunk(sheet, on, quiet, room))
    move = speaker.percent(card.move, 1, sign=True)
    beside = Style(BOLD, 21 * scale, colours.accent)
    large = Style(SERIF, 50 * scale, colours.ink)
    apart = 12 * scale
    large = _shrunk(sheet, number(card.price), large, room - apart - sheet.measure(move, beside))
    base = top + 64 * scale
    width = sheet.write((x, base), number(card.price), large)
    sheet.write((x + width + apart, base), move, beside)
    said = speaker.say("interval_from_to", low=number(card.low), high=number(card.high))
    sheet.write((x, top + 93 * scale), said, _shrunk(sheet, said, plain, room))
    said = speaker.say("no_change_price", price=number(card.close))
    sheet.write((x, top + 117 * scale), said, _shrunk(sheet, said, quiet, room))


def _call(
    sheet: Canvas,
    at: Point,
    room: float,
    card: Card,
    speaker: Speaker,
    colours: Palette,
    scale: float,
) -> None:
    """The call, and each class's probability as a bar with a mark at its usual share."""
    x, top = at
    quiet, plain = (Style(REGULAR, 15 * scale, c) for c in (colours.muted, colours.ink))
    colour = {"UP": colours.up, "DOWN": colours.down}.get(card.call, colours.sideways)
    bold = Style(BOLD, 19 * scale, colour)
    base = top + 15 * scale
    start = x + sheet.write((x, base), speaker.say("call"), quiet) + 14 * scale
    _sign(sheet, (start, base - 7 * scale), 6 * scale, card.call, colour, colours.panel)
    sheet.write((start + 15 * scale, base), speaker.say(card.call), bold)
    names = ("p_down", "p_sideways", "p_up")
    fills = (colours.down, colours.sideways, colours.up)
    band = speaker.percent(card.band)
    heading = speaker.say("probabilities")
    sheet.write((x, top + 45 * scale), heading, _shrunk(sheet, heading, quiet, room))
    top += 54 * scale
    for n in reversed(range(len(CLASSES))):
        base = top + 16 * scale
        usual = card.usual[n]
        end = x + room
        if math.isfinite(usual):
            beside = f"({speaker.say('usually', share=speaker.percent(usual))})"
            sheet.write((end, base), beside, quiet, "r")
            end -= sheet.measure(beside, quiet) + 6 * scale
        share = Style(BOLD, 16 * scale, colours.ink)
        sheet.write((end, base), speaker.percent(card.shares[n]), share, "r")
        sheet.write((x, base), speaker.say(names[n], band=band), plain)
        bar = top + 26 * scale
        sheet.block((x, bar, x + room, bar + 8 * scale), colours.grid, 2 * scale)
        length = room * min(max(card.shares[n], 0.0), 1.0)
        if length >= 2:
            sheet.block((x, bar, x + length, bar + 8 * scale), fills[n], 1)
        if math.isfinite(usual):
            mark = x + room * usual
            sheet.block((mark - 2, bar - 4, mark + 2, bar + 8 * scale + 4), colours.panel)
            sheet.block((mark - 1, bar - 4, mark + 1, bar + 8 * scale + 4), colours.ink)
        top += 46 * scale


def _sign(sheet: Canvas, middle: Point, radius: float, call: str, colour: str, paper: str) -> None:
    """Triangle, square or ring: the call for those who do not see its colour."""
    x, y = middle
    if call == NO_CLEAR_DIRECTION:
        sheet.dot(middle, radius, colour, paper)
    elif call == "SIDEWAYS":
        sheet.block((x - radius, y - radius, x + radius, y + radius), colour)
    else:
        up = -radius if call == "UP" else radius
        sheet.polygon([(x - radius, y - up), (x + radius, y - up), (x, y + up)], colour)


def _foot(sheet: Canvas, card: Card, speaker: Speaker, colours: Palette, form: Format) -> float:
    """Where it comes from, what speaks against it, the disclaimer; returns where it begins."""
    room = form.width - 2 * form.margin
    quiet = Style(REGULAR, form.foot, colours.muted)
    warning = Style(BOLD, form.foot, colours.second)
    told = Style(REGULAR, form.foot, colours.ink)

    def measure_as(style: Style) -> Measure:
        return lambda words: sheet.measure(words, style)

    source = speaker.say("sample") if card.source == "sample" else clean(card.source)
    source = fit(source, 0.25 * room, measure_as(quiet))
    models = (f"{m} v{v}" for m, v in zip(MODELS, card.versions, strict=True))
    parts = [
        speaker.say("as_of", day=speaker.day(card.as_of)),
        *models,
        speaker.say("source", source=source),
        speaker.say("record", id=card.record),
    ]
    # A line breaks between the parts only.
    origin = f"{SPACE}· ".join(part.replace(" ", SPACE) for part in parts)
    lines = [(line.rstrip(f"·{SPACE}"), quiet) for line in wrap(origin, room, 2, measure_as(quiet))]
    against = " ".join(card.warnings(speaker))
    lines += [(line, warning) for line in wrap(against, room, 4, measure_as(warning)) if line]
    disclaimer = wrap(speaker.say("disclaimer"), room, 2, measure_as(told))
    lines += [(line, told) for line in disclaimer]
    step = 1.5 * form.foot
    base = form.height - 0.6 * form.margin - step * (len(lines) - 1)
    top = base - form.foot - 0.45 * form.margin
    for line, style in lines:
        sheet.write((form.margin, base), line, style)
        base += step
    return top


def _shrunk(sheet: Canvas, words: str, style: Style, room: float) -> Style:
    """The style, or a smaller one in which the words fit."""
    width = sheet.measure(words, style)
    return style if width <= room else replace(style, size=style.size * room / width * 0.99)
