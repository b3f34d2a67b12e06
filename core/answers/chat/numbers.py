"""Whether every figure of a text comes from the tools' answers, in Vietnamese and English."""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from core.answers.result import Result
from core.indicators.catalogue import HELPERS, NAMES

MONTHS = "january february march april may june july august september october november december"
MONTH = {name[:3]: place for place, name in enumerate(MONTHS.split(), 1)}
_NAMED = "|".join(MONTH)
DATES = (
    (re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b"), ("year", "month", "day")),
    (re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b"), ("day", "month", "year")),
    (
        re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({_NAMED})[a-z]*\.?,? (\d{{4}})\b", re.I),
        ("day", "month", "year"),
    ),
    (
        re.compile(rf"\b({_NAMED})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.I),
        ("month", "day", "year"),
    ),
    (
        re.compile(r"\b(\d{1,2}) tháng (\d{1,2})(?: năm|,)? (\d{4})\b", re.I),
        ("day", "month", "year"),
    ),
)
NUMBER = re.compile(
    r"([+-]?)(\d(?:[\d.,]*\d)?)(\s?%| ?percent\b| ?per cent\b| ?phần trăm\b)?", re.I
)
WORDED = re.compile(
    r"(?<!\d )(?<!\d)\b(one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|thirteen|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half|third|một|hai|"
    r"ba|bốn|năm|lăm|sáu|bảy|tám|chín|mười|mươi|trăm|nghìn|ngàn|triệu|nửa|rưỡi)[\s-]+"
    r"(?:of an? )?(percent|per cent|percentage|phần trăm|%|thousand|million|billion|dong|đồng|"
    r"dollars?|usd|vnd|nghìn|ngàn|triệu|tỷ|points?|điểm|times|lần)\b",
    re.I,
)
"""Amounts in words: they cannot be held against figures, so they count as invented."""
LIST = re.compile(r"(?m)^\s*(?:\d{1,2}[.)]|[-*•])\s+")
"""The places of a list prove nothing and claim nothing."""
WEEKS = re.compile(r"[\s-]*(?:weeks?|w|sessions?|months?|tuần|phiên|tháng)\b", re.I)
LEVEL = re.compile(r"\b(?:above|below|over|under|near|around|to|trên|dưới|quanh|gần|đến)\s+$", re.I)
EXPLAINED = ("indicator", "reading", "formula", "portfolio")
"""Columns of explanations."""
SENTENCE = re.compile(r"\n+|(?<=[.!?;])\s+")
THOUSAND = ("thousand", "nghìn")
"""How a unit begins whose prices are also told in full."""
MINUS = str.maketrans(
    {"−": "-", "–": "-", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "}
)


@dataclass
class Pool:
    """Figures in per cent, and all others; spans in weeks; levels an explanation names.

    The last two are no measurements: 12 may be said of "12 weeks", 70 after "above".
    """

    percents: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    spans: list[float] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What a text may say.

    Attributes
    ----------
    common : Pool
        Figures of no single stock.
    of : dict of Pool
        Those of one stock, by its symbol.
    said : dict of str to str
        Symbols by how a text may name them: the symbol itself, the company's name.
    days : set of str
        ISO dates.
    names : set of str
        Symbols and indicators' names that hold digits.
    """

    common: Pool = field(default_factory=Pool)
    of: dict[str, Pool] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    days: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def pool(self, symbol: object) -> Pool:
        """The figures of one stock, or the common ones."""
        return self.of.setdefault(str(symbol), Pool()) if symbol else self.common

    def pools(self, sentence: str) -> list[Pool]:
        """What a sentence may say: of the stocks it names; of all where it names none."""
        named = {
            symbol
            for told, symbol in self.said.items()
            if re.search(rf"(?<!\w){re.escape(told)}(?!\w)", sentence)
        }
        return [self.common, *(self.of[s] for s in named or self.of if s in self.of)]


def known(results: Iterable[Result]) -> Known:
    """What the tools' answers hold; texts from outside prove nothing."""
    found = Known()
    found.names.update(name for name in (*NAMES, *HELPERS, "VN30") if _coded(name))
    for result in results:
        _take(result, found)
    return found


def _take(result: Result, found: Known) -> None:
    own = found.pool(result.about.get("symbol"))
    found.days.update(result.days)
    for symbol, name in result.quotes.items():
        found.said.update({symbol: symbol, name: symbol})
    for text in (result.title, *result.facts):
        _from_text(text, own, found)
    for figure in result.figures:
        if figure.day:
            found.days.add(figure.day)
        if figure.of:
            found.said[figure.of] = figure.of
        _from_name(figure.name, own)
        _figure(figure.value, figure.unit, found.pool(figure.of) if figure.of else own)
    if result.table is None:
        return
    for row in result.table.rows:
        symbol = row.get("symbol")
        pool = found.pool(symbol) if symbol else own
        if symbol:
            found.said[symbol] = symbol
        for column in result.table.columns:
            value = row.get(column.name)
            if column.digits is not None:
                _figure(value, column.unit, pool)
            elif value and column.name in EXPLAINED:
                _from_name(str(value), pool)
            elif value and value != symbol:
                _from_text(str(value), pool, found)
    found.names.update(symbol for symbol in found.said.values() if _coded(symbol))


def _figure(value: float | None, unit: str, pool: Pool) -> None:
    if value is None or not math.isfinite(value):
        return
    if unit.startswith("%"):
        pool.percents.append(float(value))
        return
    pool.plain.append(float(value))
    if unit.startswith(THOUSAND):
        pool.plain.append(1000 * float(value))


def _coded(name: str) -> bool:
    return any(map(str.isdigit, name)) and any(map(str.isalpha, name))


def invented(text: str, by: Known) -> list[str]:
    """The figures of a text that none of the tools' answers holds, as they are written.

    A sentence that names a stock may say that stock's figures and those of none alone.
    """
    text = unicodedata.normalize("NFC", text).translate(MINUS)
    found = []
    for sentence in SENTENCE.split(LIST.sub("\n", text)):
        found += [match[0] for match in WORDED.finditer(sentence)]
        pools = by.pools(sentence)
        percents, plain, spans, levels = (
            [value for pool in pools for value in getattr(pool, kind)]
            for kind in ("percents", "plain", "spans", "levels")
        )
        for name in sorted(by.names, key=len, reverse=True):
            sentence = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", sentence)
        sentence, days = _dates(sentence)
        found += [told for told, iso in days if iso not in by.days]
        for match in NUMBER.finditer(sentence):
            among = percents if match[3] else [*plain, *percents]
            if WEEKS.match(sentence, match.end()):
                among = [*plain, *spans]
            elif LEVEL.search(sentence[: match.start()]):
                among = [*among, *levels]
            told = readings(match[2])
            if not any(_same(match[1], value, digits, among) for value, digits in told):
                found.append(match[0].strip())
    return found


def readings(text: str) -> list[tuple[float, int]]:
    """What a written number may mean in either language, each with its decimals.

    "1.234" is 1234 in Vietnamese and 1.234 in English.
    """
    found = []
    for group, point in ((",", "."), (".", ",")):
        whole, _, part = text.partition(point)
        if point in part or group in part or (part and not part.isdigit()):
            continue
        pieces = whole.split(group)
        grouped = len(pieces[0]) <= 3 and all(len(piece) == 3 for piece in pieces[1:])
        if len(pieces) > 1 and not grouped:
            continue
        digits = "".join(pieces)
        if digits.isdigit():
            found.append((float(f"{digits}.{part or 0}"), len(part)))
    return found


def _same(sign: str, value: float, digits: int, among: Iterable[float]) -> bool:
    near = 0.5 * 10.0**-digits + 1e-9
    for one in among:
        if abs(abs(one) - value) <= near:
            wrong = (sign == "-" and one > near) or (sign == "+" and one < -near)
            if not wrong:
                return True
    return False


def _from_text(text: str, pool: Pool, known: Known) -> None:
    """Figures of our own sentences, in the language they are told in."""
    text, found = _dates(unicodedata.normalize("NFC", text).translate(MINUS))
    known.days.update(iso for _, iso in found)
    for match in NUMBER.finditer(text):
        for value, _ in readings(match[2]):
            signed = -value if match[1] == "-" else value
            (pool.percents if match[3] else pool.plain).append(signed)


def _from_name(text: str, pool: Pool) -> None:
    """What a figure's name or an explanation holds, which measures nothing."""
    text = unicodedata.normalize("NFC", text).translate(MINUS)
    for match in NUMBER.finditer(text):
        kind = pool.spans if WEEKS.match(text, match.end()) else pool.levels
        if match[3]:
            kind = pool.percents
        kind += [value for value, _ in readings(match[2])]


def _dates(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without its dates, and each with its ISO form; empty for what is no date."""
    found = []
    for pattern, parts in DATES:

        def take(match: re.Match, parts: tuple[str, ...] = parts) -> str:
            told = dict(zip(parts, match.groups(), strict=True))
            month = MONTH.get(told["month"][:3].lower(), told["month"])
            try:
                day = pd.Timestamp(int(told["year"]), int(month), int(told["day"]))
                found.append((match[0], f"{day:%Y-%m-%d}"))
            except ValueError:
                found.append((match[0], ""))
            return " "

        text = pattern.sub(take, text)
    return text, found
