"""Idea: which stocks, in what order."""

import re

from core.answers.grammar.fields import conditions_in, field_in
from core.answers.grammar.words import Call, Question, number_in, position
from core.answers.screen import MOST
from core.screener import FIELDS

WHICH = (
    *("which", "list", "top", "best", "highest", "lowest", "worst", "screen", "stocks", "bottom"),
    *("nao", "loc", "danh sach", "nhung", "cac ma", "cac co phieu", "cao nhat", "thap nhat"),
    *("manh nhat", "yeu nhat", "tot nhat", "kem nhat", "dung dau", "co phieu"),
)
LOWEST = ("lowest", "worst", "bottom", "least", "thap nhat", "yeu nhat", "kem nhat", "it nhat")
UP = ("up", "rise", "rising", "tang", "len", "bullish")
DOWN = ("down", "fall", "falling", "giam", "xuong", "bearish")
ROSE = ("tang manh nhat", "tang nhieu nhat", "da tang", "rose", "risen", "gained")
FELL = ("giam manh nhat", "giam nhieu nhat", "da giam", "fell", "fallen", "lost")
SIDEWAYS = ("sideways", "di ngang", "flat")
OVERSOLD, OVERBOUGHT = ("oversold", "qua ban"), ("overbought", "qua mua")
PRESETS = {
    "Breakouts with volume": ("breakouts", "breakouts with volume", "breaking out", "but pha"),
    "Strong and quiet": ("strong and quiet", "manh va yen", "tang on dinh"),
    "Unusual volume": ("unusual volume", "khoi luong bat thuong", "khoi luong dot bien"),
    "Trend turning up": ("trend turning up", "turning up", "dao chieu", "doi chieu"),
}
LINE = re.compile(rf"(?:^|[\s,])((?:{'|'.join([*FIELDS, 'call'])}):\S+)")


def read(asked: Question) -> Call | None:
    """A screen in its own language, a preset, conditions, or an order; not of one stock."""
    if asked.stocks:
        return None
    if lines := LINE.findall(asked.text):
        return Call("screen", {"screen": ",".join(line.strip(",?!") for line in lines)})
    preset = next((name for name, said in PRESETS.items() if asked.has(*said)), "")
    conditions = conditions_in(asked)
    if asked.has(*OVERSOLD):
        conditions.append("RSI_14w:..30")
    if asked.has(*OVERBOUGHT):
        conditions.append("RSI_14w:70..")
    calls = [
        name
        for name, said in (("UP", UP), ("DOWN", DOWN), ("SIDEWAYS", SIDEWAYS))
        if asked.has(*said)
    ]
    field = field_in(asked)
    if moved := _moved(asked):
        field = moved
    if not (preset or conditions or asked.group or (asked.has(*WHICH) and (calls or field))):
        return _top(asked)
    wanted: dict = {}
    # A direction beside another order, such as the lowest RSI, still names a call.
    if len(calls) == 1 and not moved:
        conditions.append(f"call:{calls[0]}")
        field = f"p_{calls[0].lower()}" if field in ("", "p_up") else field
    if conditions:
        wanted["screen"] = ",".join(dict.fromkeys(conditions))
    if preset:
        wanted["preset"] = preset
    if field and not preset:
        wanted["sort"] = field
    return Call("screen", wanted | _rest(asked))


def _top(asked: Question) -> Call | None:
    """The first by forecast, where nothing else is said."""
    if position(asked.words, "top") is None and not asked.has("best stocks", "co phieu tot nhat"):
        return None
    return Call("screen", _rest(asked))


def _rest(asked: Question) -> dict:
    wanted: dict = {"within": asked.group} if asked.group else {}
    if asked.has(*LOWEST, *FELL):
        wanted["order"] = "lowest"
    place = position(asked.words, "top")
    after = asked.words[place + 1 : place + 2] if place is not None else asked.words
    before = ("stocks", "co", "ma", "banks", "ngan", "symbols", "names", "cp")
    for at, word in enumerate(after):
        count = number_in(word)
        follows = after[at + 1 : at + 2]
        told = place is not None or (follows and follows[0] in before)
        if count is not None and told and count == int(count) and 1 <= count <= MOST:
            wanted["top"] = int(count)
            break
    return wanted


def _moved(asked: Question) -> str:
    """The return that is meant where a direction is of the past: "rose most", "tăng mạnh nhất"."""
    if not asked.has(*ROSE, *FELL):
        return ""
    spans = {"ret_52w": ("year", "nam nay", "1 nam"), "ret_4w": ("month", "thang")}
    return next((name for name, said in spans.items() if asked.has(*said)), "ret_1w")
