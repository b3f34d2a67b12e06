"""What was read from a SQLite file, kept until anything is written there.

SQLite tells a connection whether another has committed since, whichever process that was in, so
nothing that is kept outlives a change made elsewhere.
"""

import sqlite3
import threading
from collections.abc import Callable, Hashable
from itertools import count
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")


class KeptReads:
    """The answers of one file at a time; asked for another, it starts anew."""

    def __init__(self):
        self._lock = threading.Lock()
        self._connection: tuple[tuple, int, sqlite3.Connection] | None = None
        self._numbers = count()
        self._kept: dict[Hashable, object] = {}
        self._kept_state: tuple | None = None

    def get(self, file: Path, key: Hashable, read: Callable[[], Found]) -> Found:
        """What ``read`` returns, or returned since the file was last written to.

        Parameters
        ----------
        file : Path
        key : hashable
            What is asked.
        read : callable
            Asks the file. Its answer is given to many and must not be changed.
        """
        # Before the reading: what is written during it makes the answer an old one, never a
        # wrong one.
        state = self.state(file)
        if state is None:
            return read()
        with self._lock:
            if state == self._kept_state and key in self._kept:
                return self._kept[key]
        found = read()
        with self._lock:
            if state != self._kept_state:
                self._kept.clear()
                self._kept_state = state
            self._kept[key] = found
        return found

    def state(self, file: Path) -> tuple | None:
        """Changes with every commit to the file; None where that cannot be told."""
        with self._lock:
            try:
                known = file.stat()
                which = (str(file), known.st_dev, known.st_ino)
                if self._connection is None or self._connection[0] != which:
                    if self._connection is not None:
                        self._connection[2].close()
                        self._connection = None
                    opened = sqlite3.connect(
                        f"{file.absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False
                    )
                    # Numbered: each connection counts changes from its own beginning.
                    self._connection = (which, next(self._numbers), opened)
                version = self._connection[2].execute("PRAGMA data_version").fetchone()[0]
            except (OSError, sqlite3.Error):
                return None
            return (*self._connection[:2], version)
