"""Fenced blocks and shell commands of the documentation, as a reader sees them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.settings import PROJECT

FENCE = re.compile(r"^```(\w+)?(?:[ \t]+(.*))?$")
TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes
    ----------
    language : str
        Empty for one that is only indented.
    title : str
        The file that it stands for; empty for none.
    text : str
    line : int
        Where it begins.
    """

    language: str
    title: str
    text: str
    line: int


def documents() -> list[Path]:
    """The README, the benchmarks' and every page of the site."""
    pages = sorted((PROJECT / "docs").rglob("*.md"))
    return [PROJECT / "README.md", PROJECT / "benchmarks" / "README.md", *pages]


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of one page, fenced or indented, in order."""
    lines = page.read_text("utf-8").splitlines()
    at = 0
    while at < len(lines):
        begin = at
        if fence := FENCE.match(lines[at]):
            at += 1
            while lines[at] != "```":
                at += 1
            title = TITLE.search(fence[2] or "")
            text = "\n".join(lines[begin + 1 : at])
            yield Block(fence[1] or "", title[1] if title else "", text, begin + 1)
        elif lines[at].startswith("    ") and not (at and continues(lines[at - 1])):
            while at < len(lines) and (not lines[at] or lines[at].startswith("    ")):
                at += 1
            yield Block("", "", "\n".join(line[4:] for line in lines[begin:at]), begin + 1)
            continue
        at += 1


def continues(line: str) -> bool:
    """Whether an indented line after this one still belongs to its paragraph or list."""
    return bool(line.strip()) and not line.startswith("#")


def commands(page: Path) -> list[str]:
    """What a page tells a reader to type, a line each, comments and line ends left out."""
    typed = [block.text for block in blocks(page) if block.language in ("", "sh")]
    lines = "\n".join(typed).replace("\\\n", " ").splitlines()
    bare = (" ".join(re.sub(r"(^|\s)#.*", "", line).split()) for line in lines)
    return [line for line in bare if line]
