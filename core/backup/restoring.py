"""Bringing a backup back, whole or not at all."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from core.access import Role, require
from core.backup import placing, reading
from core.backup.contents import UNFINISHED
from core.backup.manifest import Manifest
from core.errors import UserError
from core.files import PART, aside, sweep_parts
from core.jobs.server import LOCK
from core.storage import disk_free


@dataclass(frozen=True)
class Restored:
    """What came of it.

    Attributes
    ----------
    manifest : Manifest
    folder : Path or None
        Where the data folder lies; None where the archive was only checked.
    before : Path or None
        Where the one that was there lies now.
    """

    manifest: Manifest
    folder: Path | None
    before: Path | None


def check(file: Path, tell: Callable[[int, int], None] = lambda done, of: None) -> Restored:
    """Verify an archive to its last byte and put nothing anywhere.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    UserError
        If it cannot be restored.
    """
    require(Role.OWNER)
    try:
        return Restored(reading.read(_there(file), None, lambda manifest: None, tell), None, None)
    except OSError as error:
        raise _unwritten(error) from None


def restore(
    file: Path,
    into: Path,
    *,
    replace: bool = False,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Restored:
    """Unpack an archive beside a data folder, verify it, and only then put it in place.

    Parameters
    ----------
    file : Path
    into : Path
        The data folder.
    replace : bool
        Whether one that is not empty gives way; it is kept under another name.
    tell : callable
        Is told bytes read and bytes in all.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    UserError
        If the archive cannot be restored, the folder is in use or not empty, or there is no room.
    """
    require(Role.OWNER)
    file, into = _there(file), into.expanduser().resolve()
    if into.exists() and not into.is_dir():
        raise UserError(f"{into} is no folder: name another with --into.")
    placing.refuse_mount(into)
    full = into.exists() and any(into.iterdir())
    if full and not replace:
        raise UserError(
            f"The folder {into} is not empty: restore into another (--into FOLDER), or let it give "
            "way with --replace; it is kept under another name."
        )
    if full and not (into / "weeklens.db").is_file():
        raise UserError(
            f"{into} is no data folder of Weeklens (it has no weeklens.db) and does not give way: "
            "restore into another (--into FOLDER), or move it away yourself."
        )
    if file.is_relative_to(into):
        raise UserError(f"{file} lies in the folder that would give way: move it elsewhere first.")
    try:
        with _nobody_works(into) if full else contextlib.nullcontext():
            return _restore(file, into, tell)
    except OSError as error:
        raise _unwritten(error) from None


def _restore(file: Path, into: Path, tell: Callable[[int, int], None]) -> Restored:
    into.parent.mkdir(parents=True, exist_ok=True)
    _sweep(into)
    new = aside(into)
    new.mkdir(mode=0o700)
    # It stays in the folder until that is in its place: whatever ends the restore before, the
    # folder with it may be deleted, and the one without is the old one.
    (new / UNFINISHED).touch()
    try:

        def ready(manifest: Manifest) -> None:
            if manifest.size > (free := disk_free(into.parent)):
                raise UserError(
                    f"The data folder needs {manifest.size / 1e6:,.0f} MB and there are only "
                    f"{free / 1e6:,.0f} MB at {into.parent}: make room. Nothing was changed."
                )

        manifest = reading.read(file, new, ready, tell)
        _permit(new)
        (into / UNFINISHED).unlink(missing_ok=True)
        before = placing.replace(new, into)
        (into / UNFINISHED).unlink()
    finally:
        if (new / UNFINISHED).exists():
            shutil.rmtree(new, ignore_errors=True)
    return Restored(manifest, into, before)


def _sweep(into: Path) -> None:
    """Delete what killed restores have unpacked; refuse to go on beside what one moved aside."""
    note = placing.note_of(into)
    for part in sorted(into.parent.glob(f"{into.name}.*{PART}")):
        if (part / UNFINISHED).exists():
            sweep_parts(part.parent, part.name)
        elif (part / "weeklens.db").exists() and note.exists():
            raise UserError(
                f"An earlier restore of {into} was cut off after it was in place; the folder from "
                f"before is {part}: keep or delete that, delete {note}, then try again."
            )
    note.unlink(missing_ok=True)


def _permit(folder: Path) -> None:
    """Give files and folders the permissions of new ones; the channels' addresses stay hidden."""
    mask = os.umask(0o077)
    os.umask(mask)
    for place, __, names in os.walk(folder):
        os.chmod(place, 0o777 & ~mask)
        for name in names:
            if name != "channels.json":
                os.chmod(os.path.join(place, name), 0o666 & ~mask)


@contextmanager
def _nobody_works(data_dir: Path) -> Iterator[None]:
    """Keep servers, the runner of jobs and imports out of a folder that gives way."""
    from core.market.store import BarStore  # takes a second to load

    with ExitStack() as held:
        for name, who in ((LOCK, "A Weeklens server"), ("runner.lock", "A command")):
            lock = FileLock(data_dir / name, thread_local=False)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                raise UserError(
                    f"{who} works on the data folder {data_dir}: stop it first, or restore into "
                    "another folder (--into FOLDER). Nothing was changed."
                ) from None
            held.callback(lock.release)
        held.enter_context(BarStore(data_dir).exclusive())
        yield


def _there(file: Path) -> Path:
    file = file.expanduser().resolve()
    if not file.is_file():
        raise UserError(f"There is no archive {file}: name a file that a backup has made.")
    return file


def _unwritten(error: OSError) -> UserError:
    place = f"{error.filename}: " if error.filename else ""
    return UserError(
        f"Nothing was restored ({place}{error.strerror or error}): make room, or choose a folder "
        "that may be written to. Nothing was changed."
    )
