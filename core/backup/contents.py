"""Which files of a data folder belong into a backup."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from core.access.oidc import KEY_FILE
from core.alerts.channels import FILE as CHANNELS
from core.files import PART
from core.jobs.one import KEPT
from core.jobs.server import HOLDER

UNFINISHED = "unfinished-restore"
"""A file in a folder that was unpacked from an archive and is not in its place yet. A folder
without it is somebody's data, whatever its name, and never deleted."""
LEFT_OUT = (
    *("sources", "indicators", "cache", "evaluations/work", "bars"),
    *(HOLDER, UNFINISHED, KEY_FILE),
)
"""Sources' own environments are installed anew (`python -m core live`); indicators, libraries'
caches and finished folds are computed anew; the server's number is no longer true; whoever has the
key that signs who is signed in could be anybody, and a new one only ends the sessions. Bars are not
walked through: their catalogue names them."""
ENDINGS = (".lock", ".pid", ".tmp", PART)
BESIDE_DATABASES = ("-wal", "-shm", "-journal")
LINKED = ("bars", "mlflow", "models", "evaluations", "backtests", "drift", "late")
"""Written whole and never changed in place, so that a second name is as good as a copy."""
MAGIC = b"SQLite format 3\0"


def names(data_dir: Path, *, whole: set[str], secrets: bool) -> Iterator[str]:
    """The files to be kept but for bars, as they lie below the data folder, with slashes.

    Parameters
    ----------
    data_dir : Path
    whole : set of str
        Jobs whose result waits to be put away: all of theirs is kept. Of the others it is
        what outlives a job.
    secrets : bool
        Whether the addresses of the alerts' channels come along.
    """
    seen = set()
    for folder, folders, files in os.walk(data_dir, followlinks=True):
        place = Path(folder).relative_to(data_dir)
        real = os.path.realpath(folder)
        if real in seen:  # links that lead in a circle
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(
            name for name in folders if _wanted_folder((place / name).as_posix(), whole)
        )
        for name in sorted(files):
            inner = (place / name).as_posix()
            if _wanted_file(inner, set(files), whole) and (secrets or inner != CHANNELS):
                yield inner


def _wanted_folder(inner: str, whole: set[str]) -> bool:
    parts = PurePosixPath(inner).parts
    if inner in LEFT_OUT or inner.endswith(PART):
        return False
    # Half moved there, it is finished where its job is.
    half = parts[0] == "evaluations" and parts[-1].startswith(".")
    if half and parts[-1][1:] not in whole:
        return False
    return not (parts[0] == "jobs" and len(parts) > 2 and parts[1] not in whole)


def _wanted_file(inner: str, beside: set[str], whole: set[str]) -> bool:
    parts = PurePosixPath(inner).parts
    if inner in LEFT_OUT or inner.endswith(ENDINGS):
        return False
    if any(parts[-1].removesuffix(end) in beside - {parts[-1]} for end in BESIDE_DATABASES):
        return False
    return not (parts[0] == "jobs" and parts[-1] not in KEPT and parts[1] not in whole)


def is_database(path: Path) -> bool:
    """Whether a file is SQLite's, which no plain copy of is safe."""
    with path.open("rb") as handle:
        return handle.read(len(MAGIC)) == MAGIC


def is_inside(name: object) -> bool:
    """Whether a name leads to a place below the folder it is read from, here and elsewhere."""
    if not isinstance(name, str) or not name or "\0" in name:
        return False
    if os.name == "nt" and (PureWindowsPath(name).drive or "\\" in name or ":" in name):
        return False
    return all(part not in ("", ".", "..") for part in name.split("/"))
