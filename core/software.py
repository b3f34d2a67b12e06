"""Which code and which libraries made a result."""

import hashlib
import platform
from collections.abc import Iterable
from importlib import metadata

from core import __version__
from core.settings import PROJECT


def software(libraries: Iterable[str]) -> dict[str, str]:
    """Versions of Weeklens, of its code to the last character, of Python and of libraries."""
    return {
        "weeklens": __version__,
        "python": platform.python_version(),
        "code_sha256": _code_sha256(),
        **{name: metadata.version(name) for name in libraries},
    }


def _code_sha256() -> str:
    """Which code this is, also where there is no git."""
    whole = hashlib.sha256()
    for folder in ("core", "models"):
        for file in sorted((PROJECT / folder).rglob("*.py")):
            whole.update(file.read_bytes())
    return whole.hexdigest()
