"""Whether somebody does the jobs of a data folder."""

import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

KEPT_SECONDS = 1.0
_lock = threading.Lock()
_seen: dict[Path, tuple[float, bool]] = {}


def runner_is_alive(data_dir: Path) -> bool:
    """Whether a job runner, of this process or another, lives on the folder.

    Its lock is tried and given back at once; a runner that starts in that very moment tries
    again by itself. Asked at most once a second.
    """
    with _lock:
        at, alive = _seen.get(data_dir, (float("-inf"), False))
        if time.monotonic() - at < KEPT_SECONDS:
            return alive
        alive = _held(data_dir / "runner.lock")
        _seen[data_dir] = (time.monotonic(), alive)
        return alive


def _held(file: Path) -> bool:
    if not file.exists():
        return False
    lock = FileLock(file, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return True
    lock.release()
    return False
