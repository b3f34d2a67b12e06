"""What was read from a SQLite file, kept until anything is written there.

SQLite tells a connection whether another has committed since, whichever process that was in, so
nothing that is kept outlives a change made elsewhere.
"""

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable
from itertools import count
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

Found = TypeVar("Found")


class _Turn:
    """One who reads, and those who wait for the answer.

    Fifty readers who find the same answer outdated would hold all up for fifty times as long, each
    reading it for themselves. What was begun after they came is as new as they may ask for, also
    where something was written since.
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.began = -math.inf
        self.found: object = None


class KeptReads:
    """The answers of one file at a time; asked for another, it starts anew."""

    def __init__(self):
        self._lock = threading.Lock()
        self._connection: tuple[tuple, int, sqlite3.Connection] | None = None
        self._numbers = count()
        self._kept: dict[Hashable, object] = {}
        self._kept_state: tuple | None = None
        self._turns: WeakValueDictionary[Hashable, _Turn] = WeakValueDictionary()

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
        arrived = time.monotonic()
        state = self.state(file)
        if state is None:
            return read()
        with self._lock:
            if state == self._kept_state and key in self._kept:
                return self._kept[key]
            turn = self._turns.setdefault(key, _Turn())
        with turn.lock:
            if turn.began < arrived:
                turn.began, turn.found = time.monotonic(), self._read(file, key, read)
            return turn.found

    def _read(self, file: Path, key: Hashable, read: Callable[[], Found]) -> Found:
        # Before the reading: what is written during it makes the answer an old one, never a
        # wrong one.
        state = self.state(file)
        with self._lock:
            if state is not None and state == self._kept_state and key in self._kept:
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
