"""Tokens for programs: shown once, kept as a hash, with a role, an end and a last use.

A token is 256 bits from the system's random source. Nobody can try out that many, so its hash is a
plain sha256: a slow hash (bcrypt, argon2) protects passwords that people choose, of which there
are few, and here would only cost each request a tenth of a second. A stolen copy of the table
holds nothing to sign in with.
"""

import hashlib
import hmac
import re
import secrets
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from core.access.roles import Role, require
from core.access.who import SYSTEM, Actor
from core.db import connect, remembered
from core.errors import UserError
from core.language import _

PREFIX = "wl"
"""So that a token that lies about is known for one, by people and by scanners for secrets."""
SHAPE = re.compile(r"wl_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
NAME = re.compile(r"[\w.@-]{1,40}")
"""No space or comma: the records of the weekly schedule and of resumed jobs are told by them."""
RESERVED = frozenset({SYSTEM.name})
LONGEST_DAYS = 3650
USE_NOTED = timedelta(minutes=10)
"""How exact the last use is: a write for each request would cost more than the request."""


class BadToken(UserError):
    """A token that opens nothing: unknown, revoked, or past its end."""


@dataclass(frozen=True)
class Token:
    """What is known of a token; not the token itself.

    Attributes
    ----------
    id : str
        Names it; part of the token, and no secret.
    name : str
        Of the program or person that holds it; one of those in force.
    role : Role
    created, created_by : str
        UTC, ISO 8601, as all times here.
    expires, last_used, revoked : str or None
    """

    id: str
    name: str
    role: Role
    created: str
    created_by: str
    expires: str | None
    last_used: str | None
    revoked: str | None

    @property
    def state(self) -> str:
        """ "in force", "expired" or "revoked"."""
        if self.revoked:
            return "revoked"
        return "expired" if self.expires and self.expires <= _stamp() else "in force"


COLUMNS = ", ".join(field.name for field in fields(Token))


def create(
    data_dir: Path, name: str, role: Role, *, days: float | None = None
) -> tuple[Token, str]:
    """Make a token.

    Parameters
    ----------
    data_dir : Path
    name : str
        1 to 40 letters, digits, dots, hyphens, underscores or ``@``.
    role : Role
    days : float, optional
        Until it ends; without, it never does.

    Returns
    -------
    tuple of (Token, str)
        What is kept, and the token: it cannot be shown again.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    UserError
        If the name does not fit or is taken by a token in force, or the days do not.
    """
    who = require(Role.OWNER)
    if not NAME.fullmatch(name) or name in RESERVED:
        raise UserError(
            _(
                "A token's name is 1 to 40 letters, digits, dots, hyphens, underscores or @, and "
                "not “system”: name the program that will hold it, such as desk-report."
            )
        )
    if days is not None and not 0 < days <= LONGEST_DAYS:
        raise UserError(
            _("A token ends after more than 0 and at most {most} days.").format(most=LONGEST_DAYS)
        )
    token_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    token = f"{PREFIX}_{token_id}_{secret}"
    expires = None if days is None else _stamp(datetime.now(UTC) + timedelta(days=days))
    with connect(data_dir) as db:
        db.execute("COMMIT")
        db.execute("BEGIN IMMEDIATE")  # two with one name must see one another
        if any(kept.name == name and kept.state == "in force" for kept in _all(db)):
            raise UserError(
                _(
                    "A token named {name} is in force: revoke it first, or choose another name."
                ).format(name=name)
            )
        made = Token(token_id, name, role, _stamp(), who.name, expires, None, None)
        db.execute(
            f"INSERT INTO tokens ({COLUMNS}, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (*(getattr(made, f.name) for f in fields(Token)), _hash(token)),
        )
    return made, token


def listed(data_dir: Path) -> list[Token]:
    """Every token there ever was, the newest first.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    """
    require(Role.OWNER)
    with connect(data_dir) as db:
        return _all(db)


def revoke(data_dir: Path, which: str) -> Token:
    """End a token at once.

    Parameters
    ----------
    data_dir : Path
    which : str
        Its id, or the name of the one in force.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    UserError
        If there is none in force.
    """
    require(Role.OWNER)
    with connect(data_dir) as db:
        found = [t for t in _all(db) if which in (t.id, t.name) and not t.revoked]
        found = [t for t in found if t.id == which] or [t for t in found if t.state == "in force"]
        if not found:
            raise UserError(
                _(
                    "There is no token {which} in force: `python -m core tokens list` names them."
                ).format(which=repr(which[:60]))
            )
        db.execute("UPDATE tokens SET revoked = ? WHERE id = ?", (_stamp(), found[0].id))
        row = db.execute(f"SELECT {COLUMNS} FROM tokens WHERE id = ?", (found[0].id,)).fetchone()  # noqa: S608
    return _token(row)


def any_made(data_dir: Path) -> bool:
    """Whether a token was ever made here, in force or not: from then on nobody reads without."""
    return bool(_known(data_dir))


def identify(data_dir: Path, token: str) -> tuple[Token, Actor]:
    """Who holds a token.

    Raises
    ------
    BadToken
        If it opens nothing. The sentence is one for all reasons but the end of one that was good.
    """
    shape = SHAPE.fullmatch(token)
    kept, digest = _known(data_dir).get(shape[1], (None, "")) if shape else (None, "")
    # Compared also where there is none, and in the same time wherever the first wrong byte is.
    right = hmac.compare_digest(_hash(token), digest or "0" * 64)
    if kept is None or not right or kept.revoked:
        raise BadToken(_("This token is not known here: ask an owner for one that is in force."))
    if kept.state == "expired":
        raise BadToken(_("This token has ended: ask an owner for a new one."))
    return kept, Actor(kept.name, kept.role, "token")


def use_is_noted(token: Token) -> bool:
    """Whether the last use that is kept is near enough to now."""
    if not token.last_used:
        return False
    return abs(datetime.now(UTC) - datetime.fromisoformat(token.last_used)) < USE_NOTED


def note_use(data_dir: Path, token: Token) -> None:
    """Keep that a token was used now."""
    # A full disk or a busy database must not keep a reader from the records.
    with suppress(sqlite3.Error, UserError), connect(data_dir) as db:
        db.execute("UPDATE tokens SET last_used = ? WHERE id = ?", (_stamp(), token.id))


def _known(data_dir: Path) -> dict[str, tuple[Token, str]]:
    """Every token with its hash, by id; asked of the database after each change of it."""
    return remembered(data_dir, "tokens", partial(_read, data_dir))


def _read(data_dir: Path) -> dict[str, tuple[Token, str]]:
    with connect(data_dir) as db:
        rows = db.execute(f"SELECT {COLUMNS}, sha256 FROM tokens").fetchall()  # noqa: S608
    return {row["id"]: (_token(row), row["sha256"]) for row in rows}


def _all(db: sqlite3.Connection) -> list[Token]:
    rows = db.execute(f"SELECT {COLUMNS} FROM tokens ORDER BY created DESC, rowid DESC").fetchall()  # noqa: S608
    return [_token(row) for row in rows]


def _token(row: sqlite3.Row) -> Token:
    given = {field.name: row[field.name] for field in fields(Token)}
    return Token(**given | {"role": Role(given["role"])})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _stamp(moment: datetime | None = None) -> str:
    return (moment or datetime.now(UTC)).isoformat(timespec="milliseconds")
