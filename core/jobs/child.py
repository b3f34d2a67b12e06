"""The child process of a job: ``python -m core.jobs.child KIND FOLDER``.

It reads ``params.json``, does the work of its kind and leaves ``result.json``,
or ``error.json`` with one sentence. It writes files only; the runner alone
writes to MLflow and to the job's record.
"""

import contextlib
import importlib
import json
import os
import sys
import traceback
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from core.access import as_system
from core.errors import UserError
from core.jobs.kinds import KINDS
from core.jobs.parent import end_with_parent
from core.jobs.progress import ERROR, RESULT, Progress
from core.jobs.trouble import (
    DISK_FULL,
    SAYS_DISK_FULL,
    SAYS_NO_MEMORY,
    is_full,
    says_unexpected,
)
from core.language import _

NICENESS = 10
"""The pages come first: with it a click beside a training waits 4 ms instead of up to 90."""


@as_system
def main(kind_name: str, folder: Path) -> int:
    """Do the job; 0 done, 1 a sentence for the user, 2 a defect, 28 no room to say which."""
    end_with_parent()
    os.nice(NICENESS)
    try:
        _leave(folder / RESULT, _work(kind_name, folder))
        return 0
    except Exception as error:
        code, sentence = _told(error)
        try:
            _leave(folder / ERROR, {"sentence": sentence})
        except OSError as second:
            return DISK_FULL if is_full(second) else code
        return code


def _work(kind_name: str, folder: Path) -> dict:
    kind = KINDS[kind_name]
    params = json.loads((folder / "params.json").read_text("utf-8"))
    module, name = kind.work.split(":")
    tell = Progress(folder, kind.stages)
    tell.stage(kind.stages[0][0])
    return getattr(importlib.import_module(module), name)(params, folder, tell)


def _told(error: Exception) -> tuple[int, str]:
    """Exit code and sentence of what went wrong; the log gets the rest."""
    if isinstance(error, UserError):
        return 1, str(error)
    with contextlib.suppress(OSError):  # a full disk takes no log either
        traceback.print_exc()
        sys.stderr.flush()
    # A worker that vanished was in all likelihood ended by the system, for want of memory.
    if isinstance(error, MemoryError | BrokenProcessPool):
        return 1, SAYS_NO_MEMORY
    if is_full(error):
        return 1, SAYS_DISK_FULL
    if isinstance(error, OSError):
        return 1, _("The data folder could not be written: {error}.").format(error=error)
    return 2, _("{sentence} The log below says where.").format(sentence=says_unexpected(error))


def _leave(path: Path, payload: dict) -> None:
    aside = path.with_suffix(".tmp")
    aside.write_text(json.dumps(payload), encoding="utf-8")
    aside.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
