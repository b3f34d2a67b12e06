"""Keeping to the number of requests a source allows, across processes and restarts."""

import time
from collections.abc import Callable
from pathlib import Path

from pyrate_limiter import Duration, Rate, RateItem, SQLiteBucket


class Pace:
    """Lets a request go when the source allows one.

    Parameters
    ----------
    data_dir : Path
        The times of the last requests are kept there, so that a second refresh
        does not begin with a fresh allowance.
    name : str
        The source.
    per_minute : int
    """

    def __init__(self, data_dir: Path, name: str, per_minute: int):
        folder = data_dir / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self._bucket = SQLiteBucket.init_from_file(
            [Rate(per_minute, Duration.MINUTE)],
            table=name,
            db_path=str(folder / "requests.db"),
            use_file_lock=True,
        )

    def wait(self, tell: Callable[[float], None] = lambda seconds: None) -> None:
        """Return once a request may go, and count it.

        Parameters
        ----------
        tell : callable
            Called with the seconds still to wait, about once a second.
        """
        while True:
            item = RateItem(self.name, self._bucket.now())
            if self._bucket.put(item):
                return
            self._bucket.leak(self._bucket.now())
            left = max(self._bucket.waiting(item) / 1000, 0.05)
            tell(left)
            time.sleep(min(left, 1.0))

    def close(self) -> None:
        """Close the file."""
        self._bucket.close()
