"""The reader's language: texts by gettext, separators and names by Babel.

Messages are English in the code and marked with `_` (or `N_` where they are made before a
reader is known, and `_` where they are shown). The catalogues under ``core/locale`` hold the
other languages; `python -m tools.messages` brings them up to date after a change of texts.
"""

import gettext
import io
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


def separated(text: str) -> str:
    """A number written as ``1,234.5`` with the language's separators: ``1.234,5``."""
    return text.translate(_separators(language())[0])


def separators() -> str:
    """Decimal and group separator, as a plotly layout wants them."""
    table, decimal = _separators(language())
    return decimal + table[ord(",")]
