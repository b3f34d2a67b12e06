"""One server on a data folder: the second is refused, before it could confuse anybody."""

import contextlib
import json
import os
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import UserError
from core.language import _

LOCK, HOLDER = "server.lock", "server.json"


class AnotherServer(UserError):
    """A server works on the data folder already."""


class OneServer:
    """The right to be the server of a data folder.

    Parameters
    ----------
    data_dir : Path
        Holds the lock, one that a dead process does not hold, and beside it the number
        of the process that does, for the sentence.
    """

    def __init__(self, data_dir: Path):
        self.data_dir = data_dir
        data_dir.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(data_dir / LOCK, thread_local=False)

    def claim(self) -> None:
        """Become the server.

        Raises
        ------
        AnotherServer
            Where another process is.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise AnotherServer(
                _(
                    "Another Weeklens server{process} works on the data folder {folder}: open "
                    "that one in the browser, or stop it first, or set WEEKLENS_DATA_DIR to a "
                    "folder of its own for this one. (Commands, `python -m core ...`, may work "
                    "beside it.)"
                ).format(process=_holder(self.data_dir), folder=self.data_dir)
            ) from None
        with contextlib.suppress(OSError):  # only the sentence's number is lost
            (self.data_dir / HOLDER).write_text(json.dumps({"pid": os.getpid()}), "utf-8")

    def release(self) -> None:
        """Give the folder free."""
        with contextlib.suppress(OSError):
            (self.data_dir / HOLDER).unlink(missing_ok=True)
        self._lock.release()


def _holder(data_dir: Path) -> str:
    try:
        number = json.loads((data_dir / HOLDER).read_text("utf-8"))["pid"]
        return " " + _("(process {number})").format(number=number)
    except (OSError, ValueError, KeyError):
        return ""
