"""Write the pages of the documentation that the code itself knows: ``python -m tools.docs``.

The 20 indicators, the rules of quality, the settings, the commands, the paths of the API and the
texts of the Help page, each read from where the product reads it, into ``docs/reference``. They
are committed; a test makes them anew and compares.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterator
from inspect import cleandoc
from pathlib import Path

from pydantic import SecretStr

from api.app import make_api
from core.__main__ import command_line
from core.answers.catalogue import TOOLS
from core.indicators.catalogue import FAMILIES, HELPERS, WARMUP_WEEKS, of_family
from core.language import using
from core.market.quality.catalogue import RULES
from core.settings import PROJECT, Settings
from pages.parts.help_words import METHOD, VOCABULARY

PLACE = PROJECT / "docs" / "reference"
NOTE = "<!-- Written by `python -m tools.docs` from {source}: change it there. -->\n"
AFTER = {
    "ret_12w": "Jegadeesh and Titman (1993): winners of some months go on winning for a while",
    "ret_26w": "as 12 weeks",
    "ret_52w": "as 12 weeks",
    "ATR_4w_pct": "Wilder (1978), here a plain mean of four weeks",
    "MAX_1w": "Bali, Cakici and Whitelaw (2011)",
    "MAX_4w": "Bali, Cakici and Whitelaw (2011)",
    "bb_width_w": "Bollinger bands, half their width",
    "obv_mom_4w": "Granville's on-balance volume (1963)",
    "illiq_rank": "Amihud (2002)",
    "RSI_14w": "Wilder (1978)",
    "RSI_speed": "the RSI of Wilder (1978)",
    "MACD_hist_w": "Appel's MACD (1979)",
}
"""Where an indicator that has a known origin comes from."""


def cell(text: object) -> str:
    """A text as one cell of a table."""
    return " ".join(str(text).split()).replace("|", r"\|").replace("*", r"\*")


def table(heads: tuple[str, ...], rows: list[tuple]) -> str:
    """A table of Markdown."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def indicators() -> Iterator[str]:
    """The 20 indicators by family, then the levels that only help."""
    yield NOTE.format(source="core/indicators/catalogue.py")
    yield "# The 20 indicators"
    yield (
        "All are computed from complete weeks only, and none looks ahead: cut the prices off after "
        "any week, and every earlier value stays the same to the last bit. After about "
        f"{WARMUP_WEEKS} traded weeks none is missing for want of history. The *Stock* page draws "
        "them on one time axis, each with its place in its own history and in the market; the "
        "screener on *Market* filters by all of them. All are adjusted for splits and dividends, "
        "because the prices are."
    )
    for family in FAMILIES:
        yield f"## {family}"
        for one in of_family(family):
            after = AFTER.get(one.name)
            yield f"### {one.title} {{ #{one.name} }}"
            yield one.reading.replace("*", r"\*")
            rows = [("Name", f"`{one.name}`"), ("Formula", cell(one.formula))]
            rows += [("Unit", cell(one.unit or "a bare number"))]
            rows += [("After", cell(after))] if after else []
            yield table(("", ""), rows)
    yield "## Levels that help"
    yield (
        "These are drawn or computed with, and are no input of a model: between stocks of 10 and "
        "of 200 thousand VND they cannot be compared."
    )
    yield table(("name", "what"), [(f"`{name}`", cell(what)) for name, what in HELPERS.items()])


def quality() -> Iterator[str]:
    """Every rule: why, and what is done when."""
    yield NOTE.format(source="core/market/quality/catalogue.py")
    yield "# Rules of quality"
    yield (
        "Every import and every refresh is checked by these rules. *Repaired* rows are kept with "
        "a correction, *dropped* ones are not stored, *flagged* ones are stored as they are and "
        "told on the *Quality* page; where a rule has a badge, it stands beside the stock's "
        "forecast."
    )
    for level, heading in (
        ("row", "Judged row by row, before anything is stored"),
        ("series", "Judged over a stock's stored prices"),
    ):
        yield f"## {heading}"
        for rule in (rule for rule in RULES.values() if rule.level == level):
            yield f"### {rule.title}"
            yield f"**{' or '.join(rule.actions).capitalize()}.** {rule.reason} {rule.written}"
            if rule.badge:
                yield f"Badge: *{rule.badge}*."
            if rule.limits:
                rows = [(cell(case), cell(limit)) for case, limit in rule.limits]
                yield table(("where", "limit"), rows)


def meanings() -> dict[str, str]:
    """What each setting means, out of the docstring of `Settings`."""
    told: dict[str, str] = {}
    text = cleandoc(Settings.__doc__).partition("Attributes\n----------\n")[2]
    for names, body in re.findall(r"^(\w[\w, ]*) : .*\n((?: {4}.*\n?)+)", text, re.MULTILINE):
        for name in names.split(", "):
            told[name] = " ".join(body.split())
    return told


def default(name: str) -> str:
    """A setting's default as one writes it in ``.env``."""
    value = Settings.model_fields[name].default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Path):
        return f"`{value.relative_to(PROJECT)}` in the project"
    if value in (None, "", {}):
        return "none"
    if isinstance(value, float):
        return f"`{value:g}`"
    return f"`{json.dumps(value) if isinstance(value, bool | dict) else value}`"


def settings() -> Iterator[str]:
    """Every setting: name in the environment, default, meaning."""
    yield NOTE.format(source="core/settings.py")
    yield "# Settings"
    yield (
        "Environment variables, or lines `NAME=value` of a file `.env` in the project; the "
        "environment wins. A value that does not fit is refused at the start with one sentence "
        "that names it. Nothing needs to be set to begin."
    )
    told = meanings()
    rows = []
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        called = alias.choices[0] if alias else f"WEEKLENS_{name.upper()}"
        meaning = told[name].replace("``", "`").replace("|", r"\|")
        rows.append((f"`{called}`", cell(default(name)), meaning))
    yield table(("name", "default", "meaning"), rows)
    yield (
        "`HOST` and `PORT` belong to `make run`: the address (`127.0.0.1`) and port (`8501`) on "
        "which the app listens."
    )


def commands() -> Iterator[str]:
    """Every command with its options, out of the parsers."""
    parser = command_line()
    yield NOTE.format(source="core/cli")
    yield "# Commands"
    yield (
        "Each is called as `.venv/bin/python -m core COMMAND`, tells its options with `--help`, "
        f"and answers in JSON with `--json`. {parser.epilog} Of `check`, 1 says that something "
        "needs attention."
    )
    chosen = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    for name, command in chosen.choices.items():
        yield f"## {name}"
        yield f"{command.description[0].upper()}{command.description[1:]}."
        rows = [option(command, a) for a in command._actions if a.dest not in ("help", "json")]
        if rows:
            yield table(("option", "meaning"), rows)
        if command.epilog:
            yield "```text\n" + command.epilog.replace("python -m", ".venv/bin/python -m") + "\n```"


def option(command: argparse.ArgumentParser, action: argparse.Action) -> tuple[str, str]:
    """How an option is written, and its help."""
    shown = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    value = "" if action.nargs == 0 else str(shown)
    written = " ".join([*action.option_strings[:1], value]).strip()
    told = (action.help or "") % {"default": action.default, "prog": command.prog}
    if action.choices:
        told = f"{told + '; ' if told else ''}one of {', '.join(map(str, action.choices))}"
    return f"`{written}`", cell(told)


def paths() -> Iterator[str]:
    """Every path of the API and every tool of MCP."""
    yield NOTE.format(source="api and core/answers/catalogue.py")
    yield "# Paths of the API"
    yield (
        "Below `/api` of the app, or of `core serve`. `/api/v1/openapi.json` tells parameters, "
        "bodies and answers of each, with examples; [The REST API](../api.md) tells how to begin."
    )
    document = make_api(lambda: True).openapi()
    rows = [
        (f"`{method.upper()} /api{path}`", cell(told["description"].split("\n\n")[0]))
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]
    yield table(("path", "what"), rows)
    yield "## Tools of MCP { #tools }"
    yield "What a program that speaks MCP may call; see [MCP](../mcp.md)."
    tools = [(f"`{tool.name}`", cell(tool.description)) for tool in TOOLS.values()]
    yield table(("tool", "what"), tools)


def method() -> Iterator[str]:
    """The method in plain words, as the Help page has it."""
    yield NOTE.format(source="pages/parts/help_words.py")
    yield "# How a forecast comes about"
    yield (
        "The same words stand on the *Help* page of the app, there also in Vietnamese and with "
        "what the versions in production have proved. [Limits, with figures](../limits.md) goes "
        "on from here."
    )
    for title, text in METHOD:
        yield f"## {title}"
        yield text


def glossary() -> Iterator[str]:
    """The vocabulary of the Help page, in order of the alphabet."""
    yield NOTE.format(source="pages/parts/help_words.py")
    yield "# Glossary"
    for word, meaning in sorted(VOCABULARY, key=lambda pair: pair[0].lower()):
        yield f"**{word}**\n:   {meaning}"


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "method": method,
    "glossary": glossary,
    "indicators": indicators,
    "quality": quality,
    "settings": settings,
    "commands": commands,
    "paths": paths,
}
"""By the name of its file, what makes a page block by block."""


def written(name: str) -> str:
    """A page's whole text."""
    with using("en"):
        return "\n\n".join(block.strip("\n") for block in PAGES[name]()) + "\n"


def main() -> None:
    """Write every page anew."""
    PLACE.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (PLACE / f"{name}.md").write_text(written(name), "utf-8")


if __name__ == "__main__":
    main()
