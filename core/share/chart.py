"""A year of weekly closes and the forecast as a fan from the last of them."""

import math
from collections.abc import Callable
from datetime import date, timedelta

from core.charts.style import Palette
from core.share.canvas import BOLD, REGULAR, Box, Canvas, Point, Style, mixed
from core.share.card import Card
from core.share.words import Speaker

GRID_LINES = 6


def draw_chart(
    sheet: Canvas, box: Box, card: Card, speaker: Speaker, colours: Palette, scale: float
) -> None:
    """Draw the chart into a box.

    Parameters
    ----------
    sheet : Canvas
    box : (left, top, right, bottom)
        In pixels; texts stay inside as well.
    card : Card
    speaker : Speaker
    colours : Palette
    scale : float
        Of texts and lines; 1 for a small picture.
    """
    left, top, right, bottom = box
    digits = card.place.price_digits
    quiet = Style(REGULAR, 14 * scale, colours.muted)
    _legend(sheet, box, card, speaker, colours, scale)
    top, bottom = top + 42 * scale, bottom - 24 * scale

    values = [close for _, close in card.closes] + [card.close, card.price, card.low, card.high]
    lowest, highest = min(values), max(values)
    room = (highest - lowest) or highest
    lowest, highest = lowest - 0.04 * room, highest + 0.04 * room
    step = nice_step((highest - lowest) / GRID_LINES)
    few = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = [
        step * n for n in range(math.ceil(lowest / step), math.floor(highest / step) + 1)
    ]  # products, not sums: 0.1 + 0.1 + 0.1 is not 0.3
    labels = [speaker.number(tick, few) for tick in ticks]
    ends = _ends(card, speaker, colours, scale, digits)
    left += max((sheet.measure(label, quiet) for label in labels), default=0) + 10 * scale
    right -= max(sheet.measure(words, style) for _, words, style in ends) + 14 * scale

    first = min([day for day, _ in card.closes] + [card.as_of])
    span = max((card.target - first).days, 1)

    def x(day: date) -> float:
        return left + (right - left) * (day - first).days / span

    def y(price: float) -> float:
        return bottom - (bottom - top) * (price - lowest) / (highest - lowest)

    for tick, label in zip(ticks, labels, strict=True):
        sheet.line([(left, y(tick)), (right, y(tick))], colours.grid)
        sheet.write((left - 10 * scale, y(tick) + 5 * scale), label, quiet, "r")
    _months(sheet, first, card.target, x, bottom + 20 * scale, speaker, quiet, (left, right))

    start, target = (x(card.as_of), y(card.close)), x(card.target)
    area = mixed(colours.accent, colours.paper, 0.2)
    edge = mixed(colours.accent, colours.paper, 0.55)
    outline = [start, (target, y(card.high)), (target, y(card.low)), start]
    sheet.polygon(outline, area)
    sheet.line(outline, edge, scale)
    sheet.dashed(start, (target, start[1]), colours.muted, 1.6 * scale, 5 * scale)
    path = [(x(day), y(close)) for day, close in card.closes]
    if len(path) > 1:
        sheet.line(path, colours.ink, 2.2 * scale)
    sheet.line([start, (target, y(card.price))], colours.accent, 3 * scale)
    sheet.dot(start, 4 * scale, colours.ink)
    sheet.dot((target, y(card.price)), 5 * scale, colours.accent)
    heights = spread([y(value) + 5 * scale for value, _, _ in ends], 18 * scale)
    for (_, words, style), height in zip(ends, heights, strict=True):
        sheet.write((right + 12 * scale, height), words, style)


def nice_step(rough: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below a rough step."""
    power = 10 ** math.floor(math.log10(rough))
    return next(power * part for part in (1, 2, 5, 10) if power * part >= rough * (1 - 1e-9))


def spread(wanted: list[float], apart: float) -> list[float]:
    """Heights at least so far apart, in the same order, around where they were wanted.

    Parameters
    ----------
    wanted : list of float
        Ascending.
    apart : float
    """
    groups: list[list[float]] = []  # of neighbours that touch
    for height in wanted:
        groups.append([height])
        while len(groups) > 1:
            (*_, over), under = _placed(groups[-2], apart), _placed(groups[-1], apart)
            if under[0] - over >= apart:
                break
            groups[-2:] = [groups[-2] + groups[-1]]
    return [height for group in groups for height in _placed(group, apart)]


def _placed(group: list[float], apart: float) -> list[float]:
    first = sum(group) / len(group) - apart * (len(group) - 1) / 2
    return [first + apart * n for n in range(len(group))]


def _ends(
    card: Card, speaker: Speaker, colours: Palette, scale: float, digits: int
) -> list[tuple[float, str, Style]]:
    """What is written at the fan's end: price, words and look, the highest first."""
    quiet = Style(REGULAR, 14 * scale, colours.muted)
    ends = [
        (card.high, quiet),
        (card.price, Style(BOLD, 16 * scale, colours.accent)),
        (card.low, quiet),
    ]
    if card.price != card.close:
        ends.append((card.close, quiet))
    ends.sort(key=lambda end: -end[0])
    return [(value, speaker.number(value, digits), style) for value, style in ends]


def _legend(
    sheet: Canvas, box: Box, card: Card, speaker: Speaker, colours: Palette, scale: float
) -> None:
    """One line above the chart: what the line is, then what each part of the fan is."""
    left, top, right, _ = box
    base = top + 14 * scale
    style = Style(REGULAR, 14 * scale, colours.muted)
    key, gap, space = 22 * scale, 7 * scale, 18 * scale
    at = right
    for name in ("interval", "no_change", "forecast"):
        words = speaker.say(name)
        at -= sheet.measure(words, style)
        sheet.write((at, base), words, style)
        at -= gap + key
        middle = base - 5 * scale
        if name == "forecast":
            sheet.line([(at, middle), (at + key, middle)], colours.accent, 3 * scale)
        elif name == "no_change":
            sheet.dashed((at, middle), (at + key, middle), colours.muted, 1.6 * scale, 4.4 * scale)
        else:
            fill = mixed(colours.accent, colours.paper, 0.3)
            sheet.block((at, middle - 5 * scale, at + key, middle + 5 * scale), fill, 2)
        at -= space
    words = speaker.say("chart", unit=speaker.say(card.market))
    if sheet.measure(words, style) > at - left:
        words = words.partition(",")[0]
    sheet.write((left, base), words, style)


def _months(
    sheet: Canvas,
    first: date,
    last: date,
    x: Callable[[date], float],
    base: float,
    speaker: Speaker,
    style: Style,
    room: Point,
) -> None:
    """Names of every third month, as far as they fit."""
    day = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    end = -math.inf
    while day <= last:
        if day.month % 3 == 1:
            words = speaker.month(day)
            half = sheet.measure(words, style) / 2
            middle = x(day)
            if middle - half > max(room[0], end + 8) and middle + half < room[1]:
                sheet.write((middle, base), words, style, "m")
                end = middle + half
        day = (day + timedelta(days=32)).replace(day=1)
