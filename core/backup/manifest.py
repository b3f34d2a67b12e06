"""What an archive says of itself, in its first file."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

from core.backup.contents import is_inside
from core.db import SCHEMA_VERSION
from core.errors import UserError
from core.software import software

FORMAT = 1
NAME, PREFIX = "manifest.json", "data/"
"""In the archive: itself, and before the name of every file."""
LIBRARIES = ("mlflow", "numpy", "pandas", "pyarrow")


@dataclass(frozen=True)
class Manifest:
    """What an archive holds.

    Attributes
    ----------
    format : int
    made : str
        When, UTC, ISO 8601.
    schema : int
        The step of the format of ``weeklens.db``.
    newest_bar : str or None
        The last day of which it has a price.
    software : dict of str to str
    secrets : bool
        Whether the addresses of the alerts' channels are in it.
    models : bool
        Whether runs and versions are; not where an MLflow server keeps them.
    files : dict of str to (int, str)
        Size in bytes and SHA-256 by name below the data folder.
    """

    format: int
    made: str
    schema: int
    newest_bar: str | None
    software: dict[str, str]
    secrets: bool
    models: bool
    files: dict[str, tuple[int, str]]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(size for size, __ in self.files.values())

    def to_json(self) -> bytes:
        """As it is stored."""
        return json.dumps(asdict(self), indent=1).encode()


def describe(
    files: dict[str, tuple[int, str]],
    *,
    schema: int,
    newest_bar: str | None,
    secrets: bool,
    models: bool,
) -> Manifest:
    """The manifest of files that are about to be archived."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(
        FORMAT, made, schema, newest_bar, software(LIBRARIES), secrets, models, dict(files)
    )


def parse(data: bytes) -> Manifest:
    """Read a manifest and refuse what this Weeklens should not put in place.

    Raises
    ------
    UserError
        If it is none, is of a newer Weeklens, or names files outside the data folder.
    """
    try:
        told = json.loads(data)
        number = int(told["format"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _none() from None
    if number > FORMAT:
        raise UserError(
            f"The archive was made by a newer Weeklens (its format is {number}, this one reads "
            f"{FORMAT}): update Weeklens, then restore it. Nothing was changed."
        )
    try:
        files = {
            name: (int(entry[0]), str(entry[1])) for name, entry in dict(told["files"]).items()
        }
        manifest = Manifest(**{**told, "files": files})
        schema = int(manifest.schema)
        # Both are printed.
        datetime.fromisoformat(manifest.made)
        date.fromisoformat(manifest.newest_bar or "1970-01-01")
    except (ValueError, TypeError, KeyError, IndexError, OverflowError):
        raise _none() from None
    check_schema(schema)
    for name, (size, __) in files.items():
        if not is_inside(name):
            raise UserError(
                f"The archive names a file outside the data folder ({name[:80]!r}) and was not "
                "made by Weeklens: nothing was restored."
            )
        if size < 0:
            raise _none()
    folders = {str(folder) for name in files for folder in PurePosixPath(name).parents}
    if not folders.isdisjoint(files):
        raise _none()
    return manifest


def check_schema(schema: int) -> None:
    """Refuse a database of a newer Weeklens before anything is put in place."""
    if schema > SCHEMA_VERSION:
        raise UserError(
            f"The archive's data were written by a newer Weeklens (format {schema}, this one reads "
            f"{SCHEMA_VERSION}): update Weeklens, then restore it. Nothing was changed."
        )


def _none() -> UserError:
    return UserError(
        "The file is no archive of Weeklens (its manifest cannot be read): choose one that "
        "`python -m core backup` has made."
    )
