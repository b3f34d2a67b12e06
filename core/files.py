"""Files that are there whole or not at all."""

import contextlib
import os
import uuid
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file aside and put it in its place, so that a crash leaves the old one.

    Raises
    ------
    OSError
        If the folder cannot be written; nothing is left behind.
    """
    aside = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        with aside.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(aside, path)
    except OSError:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
