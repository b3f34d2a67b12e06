"""Kill a backup or a restore at given steps: a step is a call of the system that Python tells of.

Run as ``python -m tests.core.backup.strike WHAT STEP,STEP,... FOLDER ...``: for each step, a fork
of this process works on its own folder and kills itself there. Step 0 is never reached: its
number of steps is printed.
"""

import os
import signal
import sys
from pathlib import Path

from core.backup.making import make
from core.backup.restoring import restore

STEPS = {
    *("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.chmod"),
    *("sqlite3.connect", "shutil.rmtree", "shutil.copyfile", "os.truncate", "ctypes.dlsym"),
}


def strike(what: str, step: int, folder: Path) -> None:
    """Do it in this process, which ends at the step."""
    passed = 0

    def count(event: str, arguments: tuple) -> None:
        nonlocal passed
        if event in STEPS:
            passed += 1
            if passed == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    if what == "backup":
        make(folder / "data", folder / "b.tar.gz")
    else:
        restore(folder / "b.tar.gz", folder / "data", replace=True)
    print(passed, flush=True)


if __name__ == "__main__":
    import core.market.store  # noqa: F401  # once, not in each fork

    what, steps, *folders = sys.argv[1:]
    for step, folder in zip(steps.split(","), folders, strict=True):
        if (child := os.fork()) == 0:
            strike(what, int(step), Path(folder))
            os._exit(0)
        os.waitpid(child, 0)
