"""Evaluations that have run: each a folder with what was measured and on what."""

import json
import os
import shutil
from pathlib import Path

import pandas as pd

from core.errors import UserError
from core.language import _

FOLDER, REPORT, FORECASTS = "evaluations", "report.json", "forecasts.parquet"
WORK_KEPT = 2
"""Folders of finished folds kept: an evaluation of the same prices and code reuses them."""


def place(data_dir: Path) -> Path:
    """Where the evaluations of a data folder lie."""
    return data_dir / FOLDER


def work_folder(data_dir: Path) -> Path:
    """Where finished folds lie, in one folder for each state of prices and code."""
    return place(data_dir) / "work"


def keep(data_dir: Path, name: str, folder: Path) -> None:
    """Move a finished evaluation's two files to its own folder, both or none.

    Cut off half-way it goes on where it was: what has been moved already is not lost.
    """
    whole = place(data_dir)
    whole.mkdir(parents=True, exist_ok=True)
    if (whole / name).exists():
        return
    aside = whole / f".{name}"
    aside.mkdir(exist_ok=True)
    for file in (REPORT, FORECASTS):
        if (folder / file).exists():
            shutil.move(folder / file, aside / file)
    aside.rename(whole / name)


def drop_half(data_dir: Path, name: str) -> None:
    """Delete what was moved of an evaluation that will not be finished."""
    shutil.rmtree(place(data_dir) / f".{name}", ignore_errors=True)


def names(data_dir: Path) -> tuple[str, ...]:
    """The evaluations there are, the newest first."""
    there = [file.parent.name for file in place(data_dir).glob(f"*/{REPORT}")]
    # One with a dot was cut off while it was being moved here.
    return tuple(sorted((name for name in there if not name.startswith(".")), reverse=True))


def all_records(data_dir: Path, market: str | None = None) -> list[dict]:
    """The evaluations, the newest first; of one market or of all.

    Returns
    -------
    list of dict
        As `core.evaluation.work.work` leaves them, with their ``id``.
    """
    found = [_read(place(data_dir) / name / REPORT) for name in names(data_dir)]
    return [record for record in found if market is None or record["market"] == market]


def newest(data_dir: Path, market: str) -> dict | None:
    """The newest evaluation of a market; None where there is none."""
    found = all_records(data_dir, market)
    return found[0] if found else None


def get(data_dir: Path, name: str) -> dict:
    """One evaluation.

    Raises
    ------
    UserError
        If there is none of this name.
    """
    file = place(data_dir) / name / REPORT
    if name not in names(data_dir):
        raise UserError(
            _("There is no evaluation {name}: `python -m core evaluations` lists them.").format(
                name=repr(name[:40])
            )
        )
    return _read(file)


def forecasts(data_dir: Path, name: str) -> pd.DataFrame:
    """What the shipped candidates would have shown, a row a stock and week.

    The columns are those of `core.evaluation.report.Report.forecasts`.

    Raises
    ------
    UserError
        If there is no such evaluation, or it has none.
    """
    get(data_dir, name)
    file = place(data_dir) / name / FORECASTS
    if not file.exists():
        raise UserError(_("The evaluation {name} has kept no forecasts.").format(name=name))
    return pd.read_parquet(file)


def sweep_work(data_dir: Path) -> None:
    """Delete the finished folds of all but the two states of prices and code used last."""
    folder = work_folder(data_dir)
    if not folder.is_dir():
        return
    states = [entry for entry in folder.iterdir() if entry.is_dir()]
    for old in sorted(states, key=lambda entry: -entry.stat().st_mtime)[WORK_KEPT:]:
        shutil.rmtree(old)


def _read(file: Path) -> dict:
    try:
        return {**json.loads(file.read_text("utf-8")), "id": os.path.basename(file.parent)}
    except (OSError, ValueError) as error:
        raise UserError(
            _("The evaluation in {folder} cannot be read ({error}): delete that folder.").format(
                folder=file.parent, error=error
            )
        ) from None
