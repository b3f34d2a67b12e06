"""The child process of a job: ``python -m core.jobs.child KIND FOLDER``.

It reads ``params.json``, does the work of its kind and leaves ``result.json``,
or ``error.json`` with one sentence. It writes files only; the runner alone
writes to MLflow and to the job's record.
"""

import importlib
import json
import os
import sys
import traceback
from pathlib import Path

from core.errors import UserError
from core.jobs.kinds import KINDS
from core.jobs.parent import end_with_parent
from core.jobs.progress import ERROR, RESULT, Progress

NICENESS = 10
"""The pages come first: with it a click beside a training waits 4 ms instead of up to 90."""


def main(kind_name: str, folder: Path) -> int:
    """Do the job; 0 done, 1 a sentence for the user, 2 a defect."""
    end_with_parent()
    os.nice(NICENESS)
    kind = KINDS[kind_name]
    params = json.loads((folder / "params.json").read_text("utf-8"))
    try:
        module, name = kind.work.split(":")
        tell = Progress(folder, kind.stages)
        tell.stage(kind.stages[0][0])
        result = getattr(importlib.import_module(module), name)(params, folder, tell)
    except UserError as error:
        _leave(folder / ERROR, {"sentence": str(error)})
        return 1
    except MemoryError:
        _leave(folder / ERROR, {"sentence": "Memory ran out: choose fewer stocks."})
        return 1
    except OSError as error:
        traceback.print_exc()
        _leave(
            folder / ERROR,
            {"sentence": f"The data folder could not be written: {error}."},
        )
        return 1
    except Exception as error:
        traceback.print_exc()
        said = f"An unexpected error stopped the job ({type(error).__name__}: {error})."
        _leave(folder / ERROR, {"sentence": f"{said} The log below says where."})
        return 2
    _leave(folder / RESULT, result)
    return 0


def _leave(path: Path, payload: dict) -> None:
    aside = path.with_suffix(".tmp")
    aside.write_text(json.dumps(payload), encoding="utf-8")
    aside.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
