"""What was read from MLflow's own file, kept until anything is written there.

A page asks for the same versions a dozen times, each a handful of queries through SQLAlchemy.
A server elsewhere is asked each time.
"""

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TypeVar

from core.kept_reads import KeptReads
from core.settings import settings

Found = TypeVar("Found")
_reads = KeptReads()


def remembered(key: Hashable, read: Callable[[], Found]) -> Found:
    """What ``read`` returns, or returned since the store was last written to; see `KeptReads`."""
    uri = settings().mlflow_uri
    if not uri.startswith("sqlite:///"):
        return read()
    return _reads.get(Path(uri.removeprefix("sqlite:///")), key, read)
