"""Which source each symbol follows, and how the last asking went."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.access import Role, require
from core.db import connect
from core.market.schema import check_symbol, find_market
from core.market.sources.registry import check_source

LIVE = ("vnstock", "yahoo")
"""Sources that a symbol fetched from them goes on following by itself."""

NONE = ""
"""What a symbol follows that was told to follow nothing."""


@dataclass(frozen=True)
class Asked:
    """How a symbol's source was last asked.

    Attributes
    ----------
    source : str
    at : str
        UTC, ISO 8601.
    state : str
        ``ok``, ``refused`` (the reply was not believed) or ``failed``.
    message : str
        Why, in a sentence; empty where all went well.
    added : int
        Days that were new.
    """

    source: str
    at: str
    state: str
    message: str
    added: int


def follow(data_dir: Path, market: str, symbols: Iterable[str], source: str) -> None:
    """Let symbols follow a source from the next refresh on.

    Raises
    ------
    Forbidden
        If the actor may only read.
    UserError
        If there is no such source, it has no prices of the market, or a symbol is none.
    """
    require(Role.ANALYST)
    market = find_market(market).code
    check_source(source, market)
    rows = [(market, check_symbol(symbol), source) for symbol in symbols]
    with connect(data_dir) as db:
        db.executemany("INSERT OR REPLACE INTO follows VALUES (?, ?, ?)", rows)


def followed(data_dir: Path, market: str) -> dict[str, str]:
    """Symbol to source, in order of symbol; symbols that follow none are absent.

    A symbol follows what was chosen for it, else the live source its bars came from.
    """
    with connect(data_dir) as db:
        stored = db.execute(
            "SELECT symbol, source FROM symbols WHERE market = ?", (market,)
        ).fetchall()
        chosen = db.execute(
            "SELECT symbol, source FROM follows WHERE market = ?", (market,)
        ).fetchall()
    known = {row["symbol"]: row["source"] for row in stored if row["source"] in LIVE}
    known |= {row["symbol"]: row["source"] for row in chosen}
    return {symbol: source for symbol, source in sorted(known.items()) if source != NONE}


def unfollow(data_dir: Path, market: str, symbols: Iterable[str]) -> None:
    """Let symbols follow no source; their prices stay.

    Raises
    ------
    Forbidden
        If the actor may only read.
    UserError
        If a symbol is none.
    """
    require(Role.ANALYST)
    market = find_market(market).code
    rows = [(market, check_symbol(symbol), NONE) for symbol in symbols]
    with connect(data_dir) as db:
        db.executemany("INSERT OR REPLACE INTO follows VALUES (?, ?, ?)", rows)


def asked(data_dir: Path, market: str) -> dict[str, Asked]:
    """The last asking of each symbol."""
    with connect(data_dir) as db:
        rows = db.execute("SELECT * FROM asked WHERE market = ?", (market,)).fetchall()
    names = ("source", "at", "state", "message", "added")
    return {row["symbol"]: Asked(*(row[name] for name in names)) for row in rows}


def note_asked(data_dir: Path, market: str, symbol: str, was: Asked) -> None:
    """Keep how an asking went, in place of the one before."""
    with connect(data_dir) as db:
        db.execute(
            "INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?, ?, ?, ?)",
            (market, symbol, was.source, was.at, was.state, was.message, was.added),
        )


def asked_since(data_dir: Path, market: str, at: str) -> list[dict]:
    """The askings from a moment on, as rows of an account; for a refresh that was cut off."""
    return [
        {
            "symbol": symbol,
            "source": was.source,
            "at": was.at,
            "state": "answered" if was.state == "ok" else was.state,
            "added": was.added,
            "note": was.message,
        }
        for symbol, was in asked(data_dir, market).items()
        if was.at >= at
    ]
