"""Finding a stock by symbol or name, with or without diacritics."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping

import pandas as pd

NAMES = ("name", "name_vi")
ALIKE = 0.8
"""How alike a misspelt word and a word of a name must be, as difflib measures it."""
SHORTEST = 4
"""Letters below which a word is not taken for a misspelling."""
LONGEST = 100


def plain_words(text: str) -> list[str]:
    """The words of a text without case, diacritics and punctuation.

    "CTCP Sữa Việt Nam" is ctcp, sua, viet, nam; "Đạm" is dam.
    """
    # Twice: ornate letters become plain ones, which then have a case; some cases bring marks.
    marked = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # Đ has no decomposition; Ð and ð, the Icelandic letter, are often typed in its place.
    marked = marked.replace("đ", "d").replace("ð", "d")
    bare = (char for char in marked if not unicodedata.combining(char))
    return "".join(char if char.isalnum() else " " for char in bare).split()


def search(
    known: pd.DataFrame, text: str, brands: Mapping[str, Iterable[str]] | None = None
) -> list[str]:
    """The symbols that fit a text, the best first.

    The symbol itself comes first, then symbols that begin so, then names that
    begin so, names with all its words, and names that hold it anywhere. Where
    nothing fits, each word is taken for the word of a name it is most like.

    Parameters
    ----------
    known : DataFrame
        ``symbol`` and, where there are names, ``name`` and ``name_vi``, as
        `BarStore.symbols` gives them.
    text : str
        What was typed; only its first 100 characters count.
    brands : mapping of str to names, optional
        What companies are called besides, by symbol, such as
        `core.market.brands.brand_names` gives.

    Returns
    -------
    list of str
        Within a rank in order of symbol; empty for an empty text.
    """
    asked = plain_words(text[:LONGEST])
    if not asked:
        return []
    entries = []
    for symbol, *names in zip(
        known["symbol"], *(known[name] for name in NAMES if name in known), strict=True
    ):
        names = [*names, *(brands or {}).get(symbol, ())]
        entries.append((symbol, [plain_words(name) for name in names if isinstance(name, str)]))
    found = _ranked(entries, asked)
    if not found:
        vocabulary = sorted({word for _, names in entries for name in names for word in name})
        mended = [_mended(word, vocabulary) for word in asked]
        found = _ranked(entries, mended) if mended != asked else []
    return found


def _ranked(entries: list[tuple[str, list[list[str]]]], asked: list[str]) -> list[str]:
    joined = "".join(asked)
    ranked = []
    for symbol, names in entries:
        code = "".join(plain_words(symbol))
        together = ["".join(name) for name in names]
        if code == joined:
            rank = 0
        elif code.startswith(joined):
            rank = 1
        elif any(name.startswith(joined) for name in together):
            rank = 2
        elif any(
            all(any(word.startswith(part) for word in name) for part in asked) for name in names
        ):
            rank = 3
        elif joined in code or any(joined in name for name in together):
            rank = 4
        else:
            continue
        ranked.append((rank, symbol))
    return [symbol for _, symbol in sorted(ranked)]


def _mended(word: str, vocabulary: list[str]) -> str:
    if len(word) < SHORTEST:
        return word
    return next(iter(difflib.get_close_matches(word, vocabulary, 1, ALIKE)), word)
