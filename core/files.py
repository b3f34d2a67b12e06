"""Files that are there whole or not at all."""

import contextlib
import os
import re
import shutil
import uuid
from pathlib import Path

import psutil

PART = ".part"
"""Ends the name of what is being written aside."""
NAMED = re.compile(r"\.(?P<pid>\d+)\.[0-9a-f]{32}\.part$")


def aside(path: Path) -> Path:
    """Where to write what will become ``path``; its name tells which process is at it."""
    return path.with_name(f"{path.name}.{os.getpid()}.{uuid.uuid4().hex}{PART}")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file aside and put it in its place, so that a crash leaves the old one.

    Raises
    ------
    OSError
        If the folder cannot be written; nothing is left behind.
    """
    part = aside(path)
    try:
        with part.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Let renames in a folder outlive a loss of power, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep_parts(folder: Path, pattern: str = f"**/*{PART}") -> None:
    """Delete what dead processes left half written, anywhere below a folder.

    What a living process writes is left alone, and so is every file not named by `aside`.
    """
    for part in sorted(folder.glob(pattern)):
        named = NAMED.search(part.name)
        if named is None or _at_work(int(named["pid"]), part):
            continue
        with contextlib.suppress(OSError):
            shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)


def _at_work(pid: int, part: Path) -> bool:
    """Whether the writer lives; a process younger than the file only has its number."""
    try:
        return psutil.Process(pid).create_time() <= part.stat().st_mtime + 1
    except (psutil.Error, OSError):
        return False
