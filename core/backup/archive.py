"""The archive's bytes: a tar of plain files, the manifest first."""

import contextlib
import hashlib
import io
import os
import tarfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from core.backup.manifest import NAME, PREFIX, Manifest
from core.files import aside, sweep_parts, sync_folder

LEVEL = 1
"""Of gzip: prices are compressed already, and higher ones only take longer."""
PIECE = 1 << 20
OWNER_ONLY = 0o600


def hashed(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file as it is now."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as handle:
        while piece := handle.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def write(target: Path, folder: Path, manifest: Manifest, tell: Callable[[int, int], None]) -> None:
    """Write an archive aside and put it in place, whole or not at all.

    Parameters
    ----------
    target : Path
        One that is there is replaced.
    folder : Path
        Holds the manifest's files; one may have grown since, never changed.
    manifest : Manifest
    tell : callable
        Is told bytes written and bytes in all.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind.
    """
    sweep_parts(target.parent, f"{target.name}.*")
    part = aside(target)
    # Readable by the owner alone from its first byte on.
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(
                fileobj=file, mode="w:gz", format=tarfile.PAX_FORMAT, compresslevel=LEVEL
            ) as tar:
                made = datetime.fromisoformat(manifest.made).timestamp()
                data = manifest.to_json()
                tar.addfile(_entry(NAME, len(data), made), io.BytesIO(data))
                done = 0
                for name, (size, __) in manifest.files.items():
                    path = folder / name
                    with path.open("rb") as held:
                        tar.addfile(_entry(PREFIX + name, size, path.stat().st_mtime), held)
                    done += size
                    tell(done, manifest.size)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
        sync_folder(target.parent)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _entry(name: str, size: int, mtime: float) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, int(mtime), OWNER_ONLY
    return entry
