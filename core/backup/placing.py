"""Putting a whole folder in another's place, so that a kill leaves one of the two there.

Linux exchanges two names in one step. Where that cannot be had, the old folder is moved aside
first, and for the moment between two renames there is none; a note beside it, which is there
from before the first step until after the last, says what to do then.
"""

import contextlib
import ctypes
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from core.errors import UserError
from core.files import sync_folder, write_whole

AT_FDCWD, EXCHANGE = -100, 2
"""Of ``renameat2``."""


def replace(new: Path, place: Path) -> Path | None:
    """Put a folder in its place.

    Parameters
    ----------
    new : Path
        On the same disk.
    place : Path
        Not there, empty, or the folder that gives way.

    Returns
    -------
    Path or None
        Where the folder that was there lies now.
    """
    if not place.exists() or not any(place.iterdir()):
        os.rename(new, place)
        sync_folder(place.parent)
        return None
    old, note = _free(place), note_of(place)
    write_whole(
        note,
        (
            f"A restore of {place} was cut off. {place} is a whole data folder, from before the "
            f"restore or restored; the other one is {old} or {new}, whichever there is. If there "
            f"is no {place}, rename {old} to it. Then delete this note.\n"
        ).encode(),
    )
    try:
        if exchange(new, place):
            with contextlib.suppress(OSError):
                os.rename(new, old)
        else:
            os.rename(place, old)
            try:
                os.rename(new, place)
            except BaseException:
                os.rename(old, place)
                raise
        sync_folder(place.parent)
        return old if old.exists() else new
    finally:
        with contextlib.suppress(OSError):
            note.unlink()


def note_of(place: Path) -> Path:
    """The note that is there while a folder is being replaced."""
    return place.with_name(f"{place.name}.restore.txt")


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    names = os.fsencode(one), os.fsencode(other)
    return call(AT_FDCWD, names[0], AT_FDCWD, names[1], EXCHANGE) == 0


def refuse_mount(place: Path) -> None:
    """Raise UserError where a folder cannot be renamed because a disk is mounted there."""
    if os.path.ismount(place):
        raise UserError(
            f"A disk or volume is mounted at {place}, which therefore cannot be replaced: restore "
            f"into a folder on it (--into {place / 'weeklens'}) and set WEEKLENS_DATA_DIR to that."
        )


def _free(place: Path) -> Path:
    """A name beside the folder that tells what it was."""
    stem = f"{place.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    old, number = place.with_name(stem), 1
    while old.exists():
        number += 1
        old = place.with_name(f"{stem}-{number}")
    return old
