"""What a person likes best, kept in the data folder: language, palette."""

from pathlib import Path

from core.db import connect


def preference(data_dir: Path, person: str, name: str) -> str | None:
    """What a person chose last; None where nothing was chosen."""
    with connect(data_dir) as db:
        row = db.execute("SELECT value FROM meta WHERE key=?", (_key(person, name),)).fetchone()
    return row["value"] if row else None


def prefer(data_dir: Path, person: str, name: str, value: str) -> None:
    """Remember a person's choice."""
    with connect(data_dir) as db:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_key(person, name), value))


def _key(person: str, name: str) -> str:
    return f"preference {person} {name}"
