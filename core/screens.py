"""Screens saved under a name, in the data folder; those of a market apart."""

import difflib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.access import Role, require
from core.db import connect
from core.errors import UserError
from core.language import _
from core.market.parsing import clean_text
from core.market.schema import find_market
from core.screener import Screen, format_screen, parse_screen
from core.watchlists import same_name

NAME_LENGTH = 60
MOST_SCREENS = 200


def check_name(text: object) -> str:
    """A screen's name: one line without control characters, at most 60 characters.

    Raises
    ------
    UserError
        If nothing is left of it.
    """
    name = clean_text(text, NAME_LENGTH)
    if not name:
        raise UserError(_("A screen needs a name, such as Quiet leaders."))
    return name


def screens(data_dir: Path, market: str) -> dict[str, str]:
    """The saved screens of a market by name, in alphabetical order, each in one line."""
    with connect(data_dir) as db:
        return _sorted(_read(db, market))


def get(data_dir: Path, market: str, name: str) -> tuple[str, Screen]:
    """A screen by its name, whatever its case.

    Raises
    ------
    UserError
        If there is none; screens with a similar name are named.
    """
    kept, wanted = screens(data_dir, market), check_name(name)
    found = same_name(wanted, kept)
    if found is not None:
        return found, parse_screen(kept[found])
    close = difflib.get_close_matches(wanted, kept, 3, 0.5)
    if close:
        told = _("There is no screen {name} of {market}; did you mean {names}?")
    else:
        told = _("There is no screen {name} of {market}; save one under that name first.")
    place, names = _(find_market(market).name), (" " + _("or") + " ").join(close)
    raise UserError(told.format(name=repr(wanted), market=place, names=names))


def save(data_dir: Path, market: str, name: str, screen: Screen, *, replace: bool = False) -> str:
    """Keep a screen under a name; return the name as it is kept.

    Raises
    ------
    Forbidden
        If the actor may only read.
    UserError
        If there is such a screen already and ``replace`` is not set, or if it asks for nothing.
    """
    require(Role.ANALYST)
    wanted, line = check_name(name), format_screen(screen)
    if not line:
        raise UserError(_("Set at least one condition first; then save the screen."))
    parse_screen(line)
    with _changing(data_dir, market) as kept:
        found = same_name(wanted, kept)
        if found is not None and not replace:
            raise UserError(
                _("There is a screen {name} already: replace it, or choose another name.").format(
                    name=repr(found)
                )
            )
        if found is None and len(kept) >= MOST_SCREENS:
            raise UserError(
                _("There are {count} screens already: delete one first.").format(count=MOST_SCREENS)
            )
        kept[found or wanted] = line
    return found or wanted


def rename(data_dir: Path, market: str, name: str, new: str) -> str:
    """Give a screen another name; return it as it is kept.

    Raises
    ------
    Forbidden
        If the actor may only read.
    UserError
        If there is no such screen, or another one has that name.
    """
    require(Role.ANALYST)
    wanted, (old, __) = check_name(new), get(data_dir, market, name)
    with _changing(data_dir, market) as kept:
        other = same_name(wanted, [held for held in kept if held != old])
        if other is not None:
            raise UserError(
                _("There is a screen {name} already: choose another name.").format(name=repr(other))
            )
        if old in kept:
            kept[wanted] = kept.pop(old)
    return wanted


def delete(data_dir: Path, market: str, name: str) -> str:
    """Remove a screen; return its name.

    Raises
    ------
    Forbidden
        If the actor may only read.
    UserError
        If there is no such screen.
    """
    require(Role.ANALYST)
    found, __ = get(data_dir, market, name)
    with _changing(data_dir, market) as kept:
        kept.pop(found, None)
    return found


@contextmanager
def _changing(data_dir: Path, market: str) -> Iterator[dict[str, str]]:
    """The market's screens to be changed in place; what is left of them is kept."""
    with connect(data_dir) as db:
        # The lock before the read: of two people who save at once neither loses a screen.
        db.execute("COMMIT")
        db.execute("BEGIN IMMEDIATE")
        kept = _read(db, market)
        yield kept
        db.execute(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            (_key(market), json.dumps(_sorted(kept), ensure_ascii=False)),
        )


def _read(db: sqlite3.Connection, market: str) -> dict[str, str]:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_key(market),)).fetchone()
    return json.loads(row["value"]) if row else {}


def _key(market: str) -> str:
    return f"screens {find_market(market).code}"


def _sorted(kept: dict[str, str]) -> dict[str, str]:
    return {name: kept[name] for name in sorted(kept, key=str.casefold)}
