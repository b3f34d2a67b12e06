"""The lock under which production changes, and under which it is copied."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import UserError
from core.language import _

PATIENCE = 30
"""Seconds to wait for somebody else's promotion; one takes well under a second."""


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Be the only one that changes stages; raises UserError where another does not end."""
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data_dir / "promotion.lock")
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        raise UserError(
            _(
                "Somebody else is changing production at this moment, and it takes long: try "
                "again in a minute."
            )
        ) from None
    try:
        yield
    finally:
        lock.release()
