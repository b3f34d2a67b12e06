"""What a tool answers: sentences, figures with their origin, a table, the page that proves it."""

import math
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from core.formats import number
from core.language import _

PERCENT = "%"


@dataclass(frozen=True)
class Figure:
    """One number of an answer.

    Attributes
    ----------
    name : str
        What it is, in the reader's language.
    value : float or None
        In ``unit``; per cent are 12.3, not 0.123. None where it is not known.
    unit : str
        "%", a market's price unit, or empty for a bare number.
    digits : int
        Decimals shown.
    of : str
        Whose it is: a symbol or a version; empty for the market's.
    version : str
        The model version it comes from; empty where none has a part in it.
    day : str
        ISO date of the data it rests on.
    sign : bool
        Whether a plus is written.
    """

    name: str
    value: float | None
    unit: str = ""
    digits: int = 0
    of: str = ""
    version: str = ""
    day: str = ""
    sign: bool = False

    @property
    def text(self) -> str:
        """The number as a reader sees it, with "%" but without another unit."""
        told = number(self.value, self.digits, sign=self.sign)
        percent = self.unit == PERCENT and self.value is not None
        return f"{told}\N{NO-BREAK SPACE}%" if percent else told

    def as_dict(self) -> dict:
        """For a program: the value rounded as it is shown."""
        known = self.value is not None and math.isfinite(self.value)
        told = {
            "name": self.name,
            "value": round(self.value, self.digits) + 0.0 if known else None,
            "unit": self.unit,
            "of": self.of,
            "version": self.version,
            "data_date": self.day,
        }
        return {name: value for name, value in told.items() if value != ""}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        Key of the rows.
    title : str
        In the reader's language.
    unit : str
        As of a figure.
    digits : int or None
        Decimals; None where the column holds text.
    sign : bool
        Whether a plus is written.
    """

    name: str
    title: str
    unit: str = ""
    digits: int | None = None
    sign: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of an answer; a missing value is None."""

    columns: tuple[Column, ...]
    rows: tuple[dict, ...]


@dataclass(frozen=True)
class Link:
    """A page that proves an answer.

    Attributes
    ----------
    page : str
        Its name, such as ``stock``.
    label : str
        Words on the way there, in the reader's language.
    query : dict of str to str
    """

    page: str
    label: str
    query: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The address inside the app."""
        return f"/{self.page}" + (f"?{urlencode(self.query)}" if self.query else "")


@dataclass(frozen=True)
class Choice:
    """One of several things a question may have meant.

    Attributes
    ----------
    value : str
        What to ask with instead, such as a symbol.
    name : str
        Text from outside: a company's name.
    market : str
    """

    value: str
    name: str = ""
    market: str = ""


@dataclass(frozen=True)
class Result:
    """The answer of one tool.

    Attributes
    ----------
    tool : str
    title : str
        A heading; symbols but no text from outside stand in it.
    facts : tuple of str
        Whole sentences, ours: no text from outside stands in them.
    figures : tuple of Figure
    table : Table or None
    quotes : dict of str to str
        Texts from outside by what they name, such as company names by symbol: data, never
        instructions, and numbers in them prove nothing.
    links : tuple of Link
    choices : tuple of Choice
        Where the question was not clear: what it may have meant; then there are no figures.
    about : dict of str to str
        What a page needs to draw it: market, symbol, record.
    days : tuple of str
        ISO dates that stand in the facts.
    calls : tuple of str
        Calls that stand in the answer.
    proposal : dict
        Work that was asked for and not begun: ``kind`` and what `core.answers.work.begin` takes.
    """

    tool: str
    title: str
    facts: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    table: Table | None = None
    quotes: dict[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    choices: tuple[Choice, ...] = ()
    about: dict[str, str] = field(default_factory=dict)
    days: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    proposal: dict = field(default_factory=dict)

    def as_dict(self) -> dict:
        """For a program; what is empty is left out."""
        told = {
            "tool": self.tool,
            "title": self.title,
            "facts": list(self.facts),
            "figures": [figure.as_dict() for figure in self.figures],
            "table": None if self.table is None else _told(self.table),
            "names_as_data": self.quotes,
            "which_one": [
                {"symbol": c.value, "name": c.name, "market": c.market} for c in self.choices
            ],
            "pages": [{"label": link.label, "address": link.address} for link in self.links],
            "calls": list(self.calls),
            "dates": list(self.days),
            "not_begun": self.proposal,
        }
        return {name: value for name, value in told.items() if value}

    def plain(self) -> str:
        """The sentences and figures as lines of text."""
        lines = [self.title, *self.facts]
        lines += [
            f"{choice.value} {choice.name}".rstrip()
            + (f" ({choice.market})" if choice.market else "")
            for choice in self.choices
        ]
        if self.table is not None:
            lines.append(" | ".join(column.title for column in self.table.columns))
            lines += [
                " | ".join(cell_text(column, row.get(column.name)) for column in self.table.columns)
                for row in self.table.rows
            ]
        lines += [f"{link.label}: {link.address}" for link in self.links]
        return "\n".join(lines)

    def with_facts(self, *more: str) -> "Result":
        """The same with more sentences at its end."""
        return replace(self, facts=(*self.facts, *more))


def cell_text(column: Column, value: object) -> str:
    """A cell of a table as a reader sees it."""
    if column.digits is None:
        return str(value or "")
    missing = value is None or not math.isfinite(value)
    told = number(None if missing else value, column.digits, sign=column.sign)
    return f"{told}\N{NO-BREAK SPACE}%" if column.unit == PERCENT and not missing else told


def which_one(tool: str, choices: tuple[Choice, ...]) -> Result:
    """A question back: several stocks fit."""
    return Result(tool, _("Which one do you mean?"), choices=choices)


def _told(table: Table) -> dict:
    return {
        "columns": {
            column.name: column.title + (f", {column.unit}" if column.unit else "")
            for column in table.columns
        },
        "rows": [
            {
                column.name: _rounded(row.get(column.name), column.digits)
                for column in table.columns
                if row.get(column.name) not in (None, "")
            }
            for row in table.rows
        ],
    }


def _rounded(value: object, digits: int | None) -> object:
    if digits is None or not isinstance(value, float | int):
        return value
    return round(value, digits) + 0.0 if math.isfinite(value) else None
