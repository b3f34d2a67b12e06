"""What was read from MLflow's own file, kept until anything is written there.

A page asks for the same versions a dozen times, each a handful of queries through SQLAlchemy.
SQLite tells a connection whether another has committed since, whichever process that was in, so
nothing that is kept outlives a promotion made elsewhere. A server elsewhere is asked each time.
"""

import sqlite3
import threading
from collections.abc import Callable, Hashable
from itertools import count
from pathlib import Path
from typing import TypeVar

from core.settings import settings

Found = TypeVar("Found")
_lock = threading.Lock()
_connection: tuple[tuple, int, sqlite3.Connection] | None = None
_numbers = count()
_kept: dict[Hashable, object] = {}
_kept_state: tuple | None = None


def remembered(key: Hashable, read: Callable[[], Found]) -> Found:
    """What ``read`` returns, or returned since the store was last written to.

    Parameters
    ----------
    key : hashable
        What is asked.
    read : callable
        Asks the store. Its answer is given to many and must not be changed.
    """
    global _kept_state
    # Before the reading: what is written during it makes the answer an old one, never a wrong one.
    state = _state()
    if state is None:
        return read()
    with _lock:
        if state == _kept_state and key in _kept:
            return _kept[key]
    found = read()
    with _lock:
        if state != _kept_state:
            _kept.clear()
            _kept_state = state
        _kept[key] = found
    return found


def _state() -> tuple | None:
    """Changes with every commit; None where that cannot be told."""
    global _connection
    uri = settings().mlflow_uri
    if not uri.startswith("sqlite:///"):
        return None
    file = Path(uri.removeprefix("sqlite:///"))
    with _lock:
        try:
            known = file.stat()
            which = (str(file), known.st_dev, known.st_ino)
            if _connection is None or _connection[0] != which:
                if _connection is not None:
                    _connection[2].close()
                    _connection = None
                opened = sqlite3.connect(
                    f"{file.absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False
                )
                # Numbered: each connection counts changes from its own beginning.
                _connection = (which, next(_numbers), opened)
            version = _connection[2].execute("PRAGMA data_version").fetchone()[0]
        except (OSError, sqlite3.Error):
            return None
        return (*_connection[:2], version)
