"""Running the folds: parallel, resumable fold by fold, the same each time."""

import hashlib
import os
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from core.evaluation.candidates import Candidate
from core.evaluation.fitting import FORECASTS
from core.evaluation.folds import Fold
from core.evaluation.inputs import Inputs
from core.evaluation.out_of_fold import OutOfFold
from core.files import aside
from core.language import N_, _
from core.parallel import ONE_THREAD, executor, finished
from core.settings import PROJECT

FITTING_CODE = (
    "models",
    *(f"core/evaluation/{name}.py" for name in ("candidates", "fitting", "networks")),
)
AFTERWARDS = (
    *("blocks", "calls", "conformal", "intervals"),
    *("onnx_export", "runtime", "shrinkage", "two_part"),
)
"""What decides a fold's forecast, besides its inputs; and models that only use forecasts."""
LIBRARIES = ("numpy", "scikit-learn", "keras")
TOLD = "{name}-{number:02d}.npy"
EARLIER = N_("finished earlier")

COST = {
    "lstm_specification": 600.0,
    "lstm": 150.0,
    **dict.fromkeys(("ridge", "ridge_scaled", "logistic_degree_2"), 4.0),
    **dict.fromkeys(("boosting", "boosting_apart", "boosting_pattern"), 4.0),
}
"""About how long the slow candidates take, beside 1 for the others."""

Told = Callable[[int, int, str, float], None]
"""Called with how many tasks are done, how many there are, what was done last, and the share of
the whole time that these tasks usually take."""


def run(
    inputs: Inputs,
    folds: list[Fold],
    candidates: list[Candidate],
    folder: Path,
    *,
    workers: int = 2,
    tell: Told | None = None,
) -> OutOfFold:
    """Fit every candidate in every fold, or read what an earlier run has finished.

    Parameters
    ----------
    inputs : Inputs
    folds : list of Fold
    candidates : list of Candidate
    folder : Path
        Each finished task leaves one file here, in a folder named after the
        inputs and the code: what was cut off goes on where it stopped.
    workers : int
        Processes; 0 works in this one. A Dask cluster has its own number.
    tell : callable, optional
    """
    place = folder / _key(inputs, folds)
    place.mkdir(parents=True, exist_ok=True)
    fitted = [c for c in candidates if not c.parts]
    # The slow ones first, so that no core idles at the end.
    tasks = sorted(
        ((c.name, fold.number) for c in fitted for fold in folds),
        key=lambda task: (-COST.get(task[0], 1.0), -task[1], task[0]),
    )
    cost = {task: COST.get(task[0], 1.0) * len(folds[task[1]].learn) for task in tasks}
    open_tasks = [t for t in tasks if not (place / TOLD.format(name=t[0], number=t[1])).exists()]
    done, total = len(tasks) - len(open_tasks), len(tasks)
    left, whole = sum(cost[task] for task in open_tasks), sum(cost.values())
    if tell is not None and done:
        tell(done, total, EARLIER, 1 - left / whole)
    for name, number in _work(inputs, folds, open_tasks, place, workers):
        done += 1
        left -= cost[name, number]
        if tell is not None:
            said = _("{name}, fold {fold} of {folds}").format(
                name=name, fold=number + 1, folds=len(folds)
            )
            tell(done, total, said, 1 - left / whole)
    return _collect(inputs, folds, candidates, place)


def _work(
    inputs: Inputs,
    folds: list[Fold],
    tasks: list[tuple[str, int]],
    place: Path,
    workers: int,
) -> Iterator[tuple[str, int]]:
    if workers == 0:
        for name, number in tasks:
            with threadpool_limits(1):
                _one(inputs, folds[number], name, place)
            yield name, number
        return
    if not tasks:
        return
    file = place / "inputs.npz"
    inputs.save(file)
    try:
        with executor(workers) as pool:
            yield from finished(
                {
                    pool.submit(_in_worker, file, folds[n], name, place): (name, n)
                    for name, n in tasks
                }
            )
    finally:
        file.unlink(missing_ok=True)


_shared: dict[Path, Inputs] = {}
"""What this process has read last."""


def _in_worker(file: Path, fold: Fold, name: str, place: Path) -> None:
    if file not in _shared:
        os.environ.update(ONE_THREAD)  # a cluster's worker was not started by this program
        _shared.clear()
        _shared[file] = Inputs.load(file)
    with threadpool_limits(1):
        _one(_shared[file], fold, name, place)


def _one(inputs: Inputs, fold: Fold, name: str, place: Path) -> None:
    """Fit one candidate in one fold and leave its forecasts in a file, whole or not at all."""
    told = FORECASTS[name](inputs, fold.learn, fold.judge)
    if not np.isfinite(told).all():
        raise ValueError(f"{name} gave forecasts that are not finite in fold {fold.number}")
    file = place / TOLD.format(name=name, number=fold.number)
    part = aside(file)
    with part.open("wb") as stream:
        np.save(stream, told)
    part.replace(file)


def _collect(
    inputs: Inputs, folds: list[Fold], candidates: list[Candidate], place: Path
) -> OutOfFold:
    rows = np.concatenate([fold.judge for fold in folds])
    number = np.concatenate([np.full(len(fold.judge), fold.number) for fold in folds])
    told = {
        c.name: np.concatenate(
            [
                np.load(place / TOLD.format(name=c.name, number=fold.number), allow_pickle=False)
                for fold in folds
            ]
        )
        for c in candidates
        if not c.parts
    }
    for c in candidates:
        if c.parts:
            told[c.name] = np.sum([w * told[part] for part, w in c.parts.items()], axis=0)
    order = np.lexsort((inputs.symbol[rows], inputs.week[rows]))
    return OutOfFold(
        rows[order], number[order], {name: values[order] for name, values in told.items()}
    )


def _key(inputs: Inputs, folds: list[Fold]) -> str:
    whole = hashlib.sha256(inputs.fingerprint().encode())
    for fold in folds:
        whole.update(fold.learn.tobytes() + fold.judge.tobytes())
    for part in FITTING_CODE:
        place = PROJECT / part
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if file.stem not in AFTERWARDS:
                whole.update(file.read_bytes())
    whole.update(repr([metadata.version(name) for name in LIBRARIES]).encode())
    return whole.hexdigest()[:16]
