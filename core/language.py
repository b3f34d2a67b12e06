"""The reader's language: texts by gettext, separators and names by Babel.

Messages are English in the code and marked with `_` (or `N_` where they are made before a
reader is known, and `_` where they are shown). The catalogues under ``core/locale`` hold the
other languages; `python -m tools.messages` brings them up to date after a change of texts.
"""

import gettext
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "vi": "Tiếng Việt"}
"""Every language by its code, named in itself."""
DEFAULT = "en"
CATALOGUES = Path(__file__).parent / "locale"
PLACE = re.compile(r"{([a-z_0-9]*)[^}]*}")
"""A name or figure to be filled in; everything is filled in by name."""
NUMBER = re.compile(r"[+−-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:\s?%)?")
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
DAYS = {"vi": "{2}/{1}/{0}"}
"""How a filled-in day such as 2024-06-28 is told again."""
_chosen: ContextVar[str | None] = ContextVar("language", default=None)
_asked: list[Callable[[], str | None]] = []


def ask(reader: Callable[[], str | None]) -> None:
    """Say who knows the reader's language where none is chosen by `using`.

    Parameters
    ----------
    reader : callable
        Returns a code of ``LANGUAGES``, or None where there is no reader. The pages hand
        over the session's, which also holds in the reruns of a part of a page.
    """
    _asked[:] = [reader]


@contextmanager
def using(code: str) -> Iterator[None]:
    """Speak a language inside the block, such as that of a picture."""
    token = _chosen.set(code if code in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _chosen.reset(token)


def language() -> str:
    """The code of the language to speak now."""
    code = _chosen.get() or (_asked[0]() if _asked else None)
    return code if code in LANGUAGES else DEFAULT


def _(message: str) -> str:
    """A message in the reader's language; itself where there is no translation."""
    return _catalogue(language()).gettext(message) if message else ""


def ngettext(one: str, many: str, count: float) -> str:
    """The same for a counted thing; the count is not filled in."""
    return _catalogue(language()).ngettext(one, many, int(count))


def N_(message: str) -> str:
    """Mark a message that is translated where it is shown."""
    return message


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(code: str) -> gettext.NullTranslations:
    path = CATALOGUES / code / "LC_MESSAGES" / "weeklens.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=len(LANGUAGES))
def _separators(code: str) -> tuple[dict[int, str], str]:
    symbols = Locale.parse(code).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"]}), symbols["decimal"]


def retold(text: str) -> str:
    """A stored English text in the reader's language, sentence by sentence where need be.

    Records and jobs keep what they say in English, with its names and figures filled in; the
    messages' templates are found again in it. What fits none stays as it is.
    """
    code = language()
    return text if code == DEFAULT or not text.strip() else _retold(text, code)


@lru_cache(maxsize=4096)
def _retold(text: str, code: str) -> str:
    if NUMBER.fullmatch(text):
        return text.translate(_separators(code)[0])
    if (day := DAY.fullmatch(text)) is not None:
        return DAYS[code].format(*day.groups())
    # Sentence by sentence first: the last place of a sentence would take in those after it.
    parts = re.split(r"(?<=[.!?])(\s+)", text)
    told = [_fitted(part, code) if part.strip() else part for part in parts]
    if None in told and (whole := _fitted(text, code)) is not None:
        return whole
    return "".join(part if said is None else said for said, part in zip(told, parts, strict=True))


def _fitted(text: str, code: str) -> str | None:
    for pattern, names, translation in _templates(code):
        if (found := pattern.fullmatch(text)) is not None:
            parts = zip(names, found.groups(), strict=True)
            told = {name: _retold(value, code) for name, value in parts}
            return _filled(translation, told)
    return None


def _filled(template: str, told: dict[str, str]) -> str:
    return PLACE.sub(lambda place: told.get(place[1], place[0]), template)


@lru_cache(maxsize=len(LANGUAGES))
def _templates(code: str) -> list[tuple[re.Pattern, list[str], str]]:
    """Every message as a pattern, the most literal text first."""
    path = CATALOGUES / code / "LC_MESSAGES" / "weeklens.po"
    with path.open("rb") as file:
        messages = list(read_po(file, locale=code))
    made = []
    for message in messages:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for number, template in enumerate(ids):
            told = strings[min(number, len(strings) - 1)]
            if not template or not told:
                continue
            literal = PLACE.split(template)[::2]
            if not any(re.search(r"[A-Za-z]{2}", part) for part in literal):
                continue
            names = [found[1] for found in PLACE.finditer(template)]
            pattern = "(.+?)".join(re.escape(part) for part in literal)
            made.append((sum(map(len, literal)), re.compile(pattern, re.S), names, told))
    made.sort(key=lambda entry: -entry[0])
    return [entry[1:] for entry in made]


def separated(text: str) -> str:
    """A number written as ``1,234.5`` with the language's separators: ``1.234,5``."""
    return text.translate(_separators(language())[0])


def separators() -> str:
    """Decimal and group separator, as a plotly layout wants them."""
    table, decimal = _separators(language())
    return decimal + table[ord(",")]
