"""Bring the message catalogues up to date: ``python -m tools.messages``.

Collects every marked message of the code into each language's catalogue. New ones
come without a translation, which `make test` refuses; those no longer in the code go.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from core.language import CATALOGUES, DEFAULT, LANGUAGES

ROOT = Path(__file__).parent.parent
ROOMS = ("core", "pages", "models")


def collected() -> Catalog:
    """Every marked message of the code, without places: they would change with every edit."""
    found = Catalog(project="Weeklens", charset="utf-8")
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for message in marked(file):
                found.add(message)
    for message in marked(ROOT / "navigation.py"):
        found.add(message)
    return found


def marked(file: Path) -> Iterator[str | tuple[str, str]]:
    """The messages of one file, a pair for a counted thing.

    Read from the syntax tree: Babel's own extractor does not see into f-strings before
    Python 3.12, and takes every string inside a call for a message.
    """
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        texts = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant)]
        texts = [text for text in texts if isinstance(text, str) and text]
        if node.func.id in ("_", "N_") and texts:
            yield texts[0]
        elif node.func.id == "ngettext" and len(texts) == 2:
            yield texts[0], texts[1]


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
