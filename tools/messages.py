"""Bring the message catalogues up to date: ``python -m tools.messages``.

Collects every marked message of the code into each language's catalogue. New ones
come without a translation, which `make test` refuses; those no longer in the code go.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.language import CATALOGUES, DEFAULT, LANGUAGES

ROOT = Path(__file__).parent.parent
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
ROOMS = ("core", "pages", "models")


def collected() -> Catalog:
    """Every marked message of the code, without places: they would change with every edit."""
    found = Catalog(project="Weeklens", charset="utf-8")
    sources = [(room, ROOT / room) for room in ROOMS]
    for _, folder in sources:
        for _, _, message, comments, context in extract_from_dir(
            str(folder), method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(message, auto_comments=comments, context=context)
    for message in _messages(ROOT / "navigation.py"):
        found.add(message)
    return found


def _messages(file: Path) -> list:
    from babel.messages.extract import extract_from_file

    return [entry[1] for entry in extract_from_file("python", str(file), keywords=KEYWORDS)]


def path(code: str) -> Path:
    """Where the catalogue of a language lies."""
    return CATALOGUES / code / "LC_MESSAGES" / "weeklens.po"


def read(code: str) -> Catalog:
    """The catalogue of a language; an empty one where there is none."""
    if not path(code).exists():
        return Catalog(locale=code, project="Weeklens", charset="utf-8")
    with path(code).open("rb") as file:
        return read_po(file, locale=code)


def main() -> None:
    """Write every catalogue anew."""
    found = collected()
    for code in LANGUAGES:
        if code == DEFAULT:
            continue
        kept = read(code)
        kept.update(found, no_fuzzy_matching=True)
        kept.obsolete.clear()
        path(code).parent.mkdir(parents=True, exist_ok=True)
        with path(code).open("wb") as file:
            write_po(file, kept, width=100, sort_output=True, omit_header=True)
        lacking = sum(1 for message in kept if message.id and not message.string)
        print(f"{LANGUAGES[code]}: {len(kept)} messages, {lacking} without a translation")


if __name__ == "__main__":
    main()
