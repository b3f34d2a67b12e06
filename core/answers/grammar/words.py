"""A question as words without case and diacritics, and what has been understood of it."""

import re
import unicodedata
from dataclasses import dataclass, field

from core.answers.stocks import Stock
from core.errors import UserError
from core.formats import number
from core.language import _

LONGEST = 500
"""Characters of a question."""
TOKEN = re.compile(r"\d+(?:[.,]\d+)?(?![a-z_])|[a-z0-9_]+|[<>]")


@dataclass(frozen=True)
class Call:
    """A tool to call, and with what."""

    tool: str
    arguments: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What a question holds, before an idea reads it.

    Attributes
    ----------
    text : str
        As it was asked.
    words : tuple of str
        Of the whole question, bare.
    rest : tuple of str
        Without those that name stocks.
    stocks : tuple of Stock
        Named in it, in order.
    unknown : tuple of str
        What looks like a symbol and is none here.
    group : str
        An industry, exchange or group; empty for none.
    """

    text: str
    words: tuple[str, ...]
    rest: tuple[str, ...]
    stocks: tuple[Stock, ...] = ()
    unknown: tuple[str, ...] = ()
    group: str = ""

    def has(self, *phrases: str) -> bool:
        """Whether one of the phrases, bare words, stands in it."""
        return any(position(self.words, phrase) is not None for phrase in phrases)


def bare_words(text: str) -> tuple[str, ...]:
    """The words of a text without case and diacritics; numbers keep their decimals."""
    marked = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    marked = marked.replace("đ", "d").replace("ð", "d")
    plain = "".join(char for char in marked if not unicodedata.combining(char))
    return tuple(TOKEN.findall(plain))


def position(words: tuple[str, ...], phrase: str) -> int | None:
    """Where a phrase begins among words; None where it does not stand there."""
    wanted = tuple(phrase.split())
    for place in range(len(words) - len(wanted) + 1):
        if words[place : place + len(wanted)] == wanted:
            return place
    return None


def number_in(word: str) -> float | None:
    """The number a word is; None for another word."""
    return float(word.replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d+)?", word) else None


def check_length(text: str) -> None:
    """Refuse a question that is too long.

    Raises
    ------
    UserError
        The sentence says how long it may be.
    """
    if len(text) > LONGEST:
        raise UserError(
            _("A question has at most {most} characters; this one has {count}.").format(
                most=number(LONGEST), count=number(len(text))
            )
        )
