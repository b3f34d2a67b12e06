"""Named lists of stocks, several a market, kept in the data folder."""

import difflib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from core.access import Role, require
from core.db import connect
from core.errors import UserError
from core.formats import number
from core.language import _
from core.market.parsing import clean_text
from core.market.schema import check_symbol, find_market

NAME_LENGTH = 60
MOST_LISTS = 200
MOST_SYMBOLS = 5_000


def check_name(text: object) -> str:
    """A list's name: one line without control characters, at most 60 characters.

    Raises
    ------
    UserError
        If nothing is left of it.
    """
    # What was taken out may leave two blanks side by side: a name reads the same once kept.
    name = " ".join((clean_text(text, NAME_LENGTH) or "").split())
    if not name:
        raise UserError(_("A watchlist needs a name, such as Banks."))
    return name


def same_name(name: str, kept: Iterable[str]) -> str | None:
    """The kept name that is this one: letter for letter, else in another case."""
    names = list(kept)
    if name in names:
        return name
    return next((other for other in names if other.casefold() == name.casefold()), None)


def watchlists(data_dir: Path, market: str) -> dict[str, list[str]]:
    """The lists of a market by name, in alphabetical order."""
    with connect(data_dir) as db:
        rows = db.execute(
            "SELECT name, symbols FROM watchlists WHERE market = ? ORDER BY name COLLATE NOCASE",
            (find_market(market).code,),
        ).fetchall()
    return {row["name"]: json.loads(row["symbols"]) for row in rows}


def get(data_dir: Path, market: str, name: str) -> tuple[str, list[str]]:
    """A list by its name, whatever its case.

    Returns
    -------
    name : str
        As it is kept.
    symbols : list of str
        In the order they were saved, whether or not there are prices of them.

    Raises
    ------
    UserError
        If there is no such list; lists with a similar name are named.
    """
    kept = watchlists(data_dir, market)
    wanted = check_name(name)
    found = same_name(wanted, kept)
    if found is not None:
        return found, kept[found]
    close = difflib.get_close_matches(wanted, kept, 3, 0.5)
    if close:
        told = _("There is no watchlist {name} of {market}; did you mean {names}?")
    else:
        told = _("There is no watchlist {name} of {market}; save one under that name first.")
    place = _(find_market(market).name)
    raise UserError(told.format(name=repr(wanted), market=place, names=_(" or ").join(close)))


def save(
    data_dir: Path, market: str, name: str, symbols: Iterable[str], *, replace: bool = False
) -> str:
    """Keep stocks under a name; return the name as it is kept.

    Raises
    ------
    Forbidden
        If the actor may only read.
    UserError
        If there is such a list already and ``replace`` is not set, if there is
        no stock to keep, or if a symbol is none.
    """
    require(Role.ANALYST)
    market, wanted = find_market(market).code, check_name(name)
    chosen = list(dict.fromkeys(check_symbol(symbol) for symbol in symbols))
    if not chosen:
        raise UserError(_("Choose at least one stock first; then save it as a watchlist."))
    if len(chosen) > MOST_SYMBOLS:
        raise UserError(
            _("A watchlist holds at most {most} stocks.").format(most=number(MOST_SYMBOLS))
        )
    with connect(data_dir) as db:
        kept = _names(db, market)
        found = same_name(wanted, kept)
        if found is not None and not replace:
            raise UserError(
                _(
                    "There is a watchlist {name} already: replace it, or choose another name."
                ).format(name=repr(found))
            )
        if found is None and len(kept) >= MOST_LISTS:
            raise UserError(
                _("There are {count} watchlists already: delete one first.").format(
                    count=MOST_LISTS
                )
            )
        db.execute(
            "INSERT OR REPLACE INTO watchlists VALUES (?, ?, ?, ?)",
            (market, found or wanted, json.dumps(chosen), _now()),
        )
    return found or wanted


def rename(data_dir: Path, market: str, name: str, new: str) -> str:
    """Give a list another name; return it as it is kept.

    Raises
    ------
    Forbidden
        If the actor may only read.
    UserError
        If there is no such list, or another one has that name.
    """
    require(Role.ANALYST)
    market, wanted = find_market(market).code, check_name(new)
    old, __ = get(data_dir, market, name)
    with connect(data_dir) as db:
        other = same_name(wanted, [kept for kept in _names(db, market) if kept != old])
        if other is not None:
            raise UserError(
                _("There is a watchlist {name} already: choose another name.").format(
                    name=repr(other)
                )
            )
        db.execute(
            "UPDATE watchlists SET name = ?, updated = ? WHERE market = ? AND name = ?",
            (wanted, _now(), market, old),
        )
    return wanted


def delete(data_dir: Path, market: str, name: str) -> str:
    """Remove a list; return its name. The stocks and their prices stay.

    Raises
    ------
    Forbidden
        If the actor may only read.
    UserError
        If there is no such list.
    """
    require(Role.ANALYST)
    found, __ = get(data_dir, market, name)
    with connect(data_dir) as db:
        db.execute(
            "DELETE FROM watchlists WHERE market = ? AND name = ?",
            (find_market(market).code, found),
        )
    return found


def _names(db, market: str) -> list[str]:
    rows = db.execute("SELECT name FROM watchlists WHERE market = ?", (market,))
    return [row["name"] for row in rows]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
