"""Reading an archive that anybody may have made: nothing of it is trusted but what was checked.

`tarfile` is used as a reader of headers only. Whatever is no plain file, is not in the manifest,
is there twice or has another size ends the reading, before a byte of it is written; what a
compressed bomb could unfold is bounded by the manifest, whose own size is bounded too. No name
of the archive's is ever followed: files are made anew, below one fresh folder.
"""

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.backup.archive import OWNER_ONLY, PIECE
from core.backup.contents import MAGIC
from core.backup.manifest import NAME, PREFIX, Manifest, check_schema, parse
from core.errors import UserError

MOST_MANIFEST = 32 << 20
"""Bytes of a manifest; one of a quarter of a million files."""
MOST_NAME = 64 << 10
"""Bytes of a header that holds a long name."""
AROUND = 4096
"""Bytes of headers and padding around a file, at most."""
SCHEMA_AT = 60
"""Where SQLite keeps ``user_version`` in a file."""


class _Plain(tarfile.TarInfo):
    """A member that may only be a plain file, refused before its content is looked at."""

    def _proc_member(self, tar):  # tarfile's own place to do otherwise by type
        if self.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.XHDTYPE):
            raise _refused(f"{self.name[:80]!r} is a link, a device, a folder or the like")
        if self.type == tarfile.XHDTYPE and self.size > MOST_NAME:
            raise _refused("a name in it is longer than any name")
        return super()._proc_member(tar)


class _Bounded(io.RawIOBase):
    """Unpacks no more than it is allowed to."""

    def __init__(self, handle: BinaryIO):
        self._handle, self.allowed = handle, MOST_MANIFEST + AROUND

    def read(self, size: int = -1) -> bytes:
        piece = self._handle.read(min(size, PIECE) if size >= 0 else PIECE)
        self.allowed -= len(piece)
        if self.allowed < 0:
            raise _refused("it unpacks to more than its manifest says")
        return piece


def read(
    file: Path,
    into: Path | None,
    ready: Callable[[Manifest], None],
    tell: Callable[[int, int], None],
) -> Manifest:
    """Check an archive to its last byte, and unpack it where a folder is given.

    Parameters
    ----------
    file : Path
    into : Path or None
        An empty folder; after an exception it may hold a part of the files.
    ready : callable
        Is given the manifest before anything is unpacked, and may refuse.
    tell : callable
        Is told bytes read and bytes in all.

    Raises
    ------
    UserError
        If it is damaged, hostile or of a newer Weeklens.
    OSError
        If a file cannot be written.
    """
    with _open(file) as (tar, bounded):
        first = _next(tar)
        if first is None or first.name != NAME or first.size > MOST_MANIFEST:
            raise _refused("it does not begin with a manifest")
        manifest = parse(tar.extractfile(first).read())
        ready(manifest)
        bounded.allowed = manifest.size + (len(manifest.files) + 8) * AROUND + (1 << 20)
        seen: set[str] = set()
        done = 0
        while (member := _next(tar)) is not None:
            name = member.name.removeprefix(PREFIX)
            if name == member.name or name not in manifest.files or name in seen:
                raise _refused(f"{member.name[:80]!r} is not in its manifest, or there twice")
            size, digest = manifest.files[name]
            if member.size != size or member.issparse():
                raise _refused(f"{name[:80]!r} has another size than its manifest says")
            seen.add(name)
            if _keep(tar.extractfile(member), into and into / name, name) != (size, digest):
                raise _damaged(f"{name[:80]!r} is not what was archived")
            done += size
            tell(done, manifest.size)
        if lacking := sorted(set(manifest.files) - seen):
            raise _damaged(f"{lacking[0][:80]!r} is missing")
        if "weeklens.db" not in seen:
            raise _refused("it has no weeklens.db")
        while bounded.read(PIECE):  # to the end, where gzip's own check stands
            pass
    return manifest


@contextmanager
def _open(file: Path) -> Iterator[tuple[tarfile.TarFile, _Bounded]]:
    try:
        with gzip.open(file, "rb") as unpacked:
            bounded = _Bounded(unpacked)
            with tarfile.open(fileobj=bounded, mode="r|", tarinfo=_Plain) as tar:
                yield tar, bounded
    except (gzip.BadGzipFile, EOFError, zlib.error, tarfile.TarError) as error:
        raise _damaged(str(error) or "it cannot be unpacked") from None


def _next(tar: tarfile.TarFile) -> tarfile.TarInfo | None:
    member = tar.next()
    tar.members.clear()  # it would keep every header for later
    return member


def _keep(content: BinaryIO, path: Path | None, name: str) -> tuple[int, str]:
    """Size and hash of what is read; written to a new file on the way where there is a place."""
    digest, size, target = hashlib.sha256(), 0, None
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb")
    try:
        while piece := content.read(PIECE):
            if size == 0 and name == "weeklens.db":
                if not piece.startswith(MAGIC):
                    raise _refused("its weeklens.db is no database")
                check_schema(int.from_bytes(piece[SCHEMA_AT : SCHEMA_AT + 4], "big"))
            digest.update(piece)
            size += len(piece)
            if target is not None:
                target.write(piece)
        if target is not None:
            target.flush()
            os.fsync(target.fileno())
    finally:
        if target is not None:
            target.close()
    return size, digest.hexdigest()


def _damaged(why: str) -> UserError:
    return UserError(
        f"The archive is damaged or cut short ({why}): take another backup. Nothing was changed."
    )


def _refused(why: str) -> UserError:
    return UserError(
        f"The archive is refused ({why}): it was not made by `python -m core backup`, or was "
        "altered since. Nothing was changed."
    )
