"""Idea: the symbol of a company; and names that are not wholly right."""

from core.answers.grammar.common import COMMON
from core.answers.grammar.words import Call, Question

SAID = ("symbol", "ticker", "ma cua", "ma chung khoan", "ma gi", "ma co phieu", "find", "tim ma")
MOST_WORDS = 4
"""More words that are none of ours are no name of a company."""


def read(asked: Question) -> Call | None:
    """A symbol is asked for by a company's name."""
    if not asked.has(*SAID):
        return None
    if len(asked.stocks) == 1:
        return Call("find_symbol", {"text": asked.stocks[0].symbol})
    left = name_left(asked)
    return Call("find_symbol", {"text": left}) if left else None


def name_left(asked: Question) -> str:
    """What may be a company's name: the few words that are none of a question's."""
    left = [word for word in asked.rest if word not in COMMON and word not in ("<", ">")]
    left = [word for word in left if not word[0].isdigit() and word not in SAID]
    return " ".join(left) if 0 < len(left) <= MOST_WORDS and max(map(len, left)) > 2 else ""
