"""Dated corrections of a market's calendar: the shipped ones, and over them the reader's own.

Each is a CSV of ``date, open (yes/no), note``: a day on which the market does or
does not trade, whatever the library of holidays says.
"""

import csv
import io
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

from core.access import Role, require
from core.errors import UserError
from core.files import write_whole
from core.formats import day, number
from core.language import DEFAULT, _, using
from core.market.formulas import neutral, restored
from core.market.parsing import ALIASES, clean_text, fold, read_dates
from core.market.schema import MARKETS, find_market, printable
from core.market.tables import read_table
from core.settings import PROJECT, settings

SHIPPED = PROJECT / "data" / "calendar"
CLOSURE_ALIASES: dict[str, tuple[str, ...]] = {
    "date": ALIASES["date"],
    "open": ("open", "trading", "mocua", "giaodich"),
    "note": ("note", "reason", "ghichu", "lydo"),
    "source": ("source", "nguon"),
}
YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "1", "open", "co", "mo"), True),
    **dict.fromkeys(("no", "n", "false", "0", "closed", "khong", "dong"), False),
}
MOST_LINES = 5_000
MOST_BYTES = 2**20


@dataclass(frozen=True)
class Closure:
    """What a calendar says of one day.

    Attributes
    ----------
    day : date
    open : bool
        Whether the market trades.
    note, source : str
        Why, and where that is known from; may be empty.
    """

    day: date
    open: bool
    note: str = ""
    source: str = ""


def user_file(market: str, data_dir: Path | None = None) -> Path:
    """The reader's own file of a market, in the data folder."""
    return (data_dir or settings().data_dir) / "calendar" / f"{find_market(market).code}.csv"


def shipped_file(market: str) -> Path:
    """The file that comes with the app; not every market has one."""
    return SHIPPED / f"{find_market(market).code}.csv"


def read_closures(path: Path) -> tuple[list[Closure], list[tuple[int, str]]]:
    """Read a file of corrections; a wrong line is left out, the rest is used.

    Returns
    -------
    closures : list of Closure
        By date; empty where there is no file.
    refused : list of (int, str)
        Lines left out and why, in half a sentence, in English; line 0 is the whole file.
    """
    stamp = _stamp(path)
    return ([], []) if stamp is None else _read(path, stamp)


def corrections(market: str) -> dict[date, Closure]:
    """All dated corrections of a market, the reader's own over the shipped ones."""
    shipped, own = shipped_file(market), user_file(market)
    return _joined(shipped, _stamp(shipped), own, _stamp(own))


def write_closures(market: str, closures: Iterable[Closure]) -> Path:
    """Put lines in place of the reader's own file, whole or not at all.

    Where lines of the file before could not be read, a copy of it is kept
    beside it, with ``.bak`` at the end.

    Raises
    ------
    Forbidden
        If an owner does not ask: what a complete week is changes for everybody.
    UserError
        If a date is there twice or is a weekend said to be open, or the folder
        cannot be written.
    """
    require(Role.OWNER)
    lines = sorted(closures, key=lambda closure: closure.day)
    seen: set[date] = set()
    for line in lines:
        if problem := _problem(line, seen):
            raise UserError(_("Nothing was saved: {problem}.").format(problem=problem))
        seen.add(line.day)
    if len(lines) > MOST_LINES:
        raise UserError(
            _("A calendar holds at most {most} lines; nothing was saved.").format(
                most=number(MOST_LINES)
            )
        )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["date", "open", "note"])
    for line in lines:
        note = neutral(clean_text(line.note) or "")
        writer.writerow([line.day.isoformat(), "yes" if line.open else "no", note])
    path = user_file(market)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if read_closures(path)[1]:
            shutil.copyfile(path, path.with_name(f"{path.name}.bak"))
        write_whole(path, text.getvalue().encode("utf-8", "replace"))
    except OSError as error:
        raise UserError(
            _("The calendar was not saved: {path} cannot be written ({error}).").format(
                path=path, error=error.strerror or error
            )
        ) from None
    return path


def to_table(closures: Iterable[Closure]) -> pd.DataFrame:
    """Closures as a table to edit: ``date``, ``open`` and ``note``."""
    lines = list(closures)
    return pd.DataFrame(
        {
            "date": pd.Series([line.day for line in lines], dtype=object),
            "open": pd.Series([line.open for line in lines], dtype=bool),
            "note": pd.Series([line.note for line in lines], dtype="str"),
        }
    )


def from_table(table: pd.DataFrame) -> list[Closure]:
    """The closures of an edited table; an empty cell of ``open`` is a closed day.

    Raises
    ------
    UserError
        If a row has no date.
    """
    closures = []
    for place, row in enumerate(table.itertuples(index=False), start=1):
        if pd.isna(row.date):
            raise UserError(
                _("Nothing was saved: row {row} has no date; write one or delete it.").format(
                    row=place
                )
            )
        note = row.note if isinstance(row.note, str) else ""
        open_ = False if pd.isna(row.open) else bool(row.open)
        closures.append(Closure(pd.Timestamp(row.date).date(), open_, note))
    return closures


def state(data_dir: Path) -> str:
    """A token of the readers' own files in a data folder; empty where there are none."""
    stamps = {market: _stamp(user_file(market, data_dir)) for market in MARKETS}
    return "".join(f" {m}:{s[0]}:{s[1]}" for m, s in stamps.items() if s is not None)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=16)
def _joined(shipped: Path, first: tuple, own: Path, second: tuple) -> dict[date, Closure]:
    # The stamps are part of the key alone: a file that was changed is read anew.
    joined = {}
    for path in (shipped, own):
        joined |= {closure.day: closure for closure in read_closures(path)[0]}
    return joined


@lru_cache(maxsize=16)
@using(DEFAULT)  # kept for whoever asks next
def _read(path: Path, stamp: tuple[int, int]) -> tuple[list[Closure], list[tuple[int, str]]]:
    if stamp[1] > MOST_BYTES:
        return [], [(0, _("it is larger than 1 MB; a calendar has a few lines a year"))]
    if stamp[1] == 0:
        return [], []
    try:
        table = read_table(path, CLOSURE_ALIASES, {"date", "open"})
    except UserError as error:
        return [], [(0, str(error).rstrip("."))]
    refused = list(table.broken)
    found: dict[date, Closure] = {}
    cells = {name: column.astype("str").tolist() for name, column in table.columns.items()}
    days, __ = read_dates(table.columns["date"].astype("str"), "UTC")
    for place, line in enumerate(table.lines.tolist()):
        if len(found) == MOST_LINES:
            reason = _("a calendar holds at most {most} lines")
            refused.append((line, reason.format(most=number(MOST_LINES))))
            break
        word = YES_NO.get(fold(cells["open"][place]))
        if str(days[place]) == "NaT":
            text = repr(printable(cells["date"][place], 20))
            reason = _("the date {text} is unreadable; write it as 2026-08-31")
            refused.append((line, reason.format(text=text)))
            continue
        if word is None:
            text = repr(printable(cells["open"][place], 20))
            refused.append((line, _("open is {text}; write yes or no").format(text=text)))
            continue
        texts = {
            name: clean_text(restored(cells[name][place])) or ""
            for name in ("note", "source")
            if name in cells
        }
        closure = Closure(days[place].astype("datetime64[D]").item(), word, **texts)
        if problem := _problem(closure, found):
            refused.append((line, problem))
            continue
        found[closure.day] = closure
    return [found[day] for day in sorted(found)], sorted(refused)


def _problem(closure: Closure, before: Iterable[date]) -> str:
    if closure.day in before:
        return _("{day} is there twice").format(day=day(closure.day))
    if closure.open and closure.day.weekday() > 4:
        if closure.day.weekday() == 5:
            said = _("{day} is a Saturday, on which no market here trades")
        else:
            said = _("{day} is a Sunday, on which no market here trades")
        return said.format(day=day(closure.day))
    return ""
