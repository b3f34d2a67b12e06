"""How much room the data folder takes, by what is in it."""

import os
import shutil
from pathlib import Path

from core.language import N_

PARTS = {
    "bars": N_("Prices"),
    "weeklens.db": N_("Catalogue, jobs and forecasts"),
    "mlflow": N_("Runs and versions"),
    "models": N_("Models for forecasting"),
    "evaluations": N_("Evaluations"),
    "drift": N_("Training periods that drift is measured against"),
    "jobs": N_("Progress and logs of jobs"),
    "sources": N_("Sources (vnstock's environment, caches)"),
    "calendar": N_("Calendar"),
    "inbox": N_("Files to be read"),
}
OTHER = N_("Other")


def disk_use(data_dir: Path) -> tuple[dict[str, int], int]:
    """Bytes by part of the data folder, and bytes free on its disk.

    Returns
    -------
    tuple of (dict of str to int, int)
        Parts that are there, the largest first; what has no name of its own is
        "Other". Translated where they are shown.
    """
    sizes: dict[str, int] = {}
    if data_dir.is_dir():
        for entry in data_dir.iterdir():
            words = PARTS.get(entry.name.removesuffix("-wal").removesuffix("-shm"), OTHER)
            sizes[words] = sizes.get(words, 0) + _size(entry)
    ordered = dict(sorted(sizes.items(), key=lambda item: -item[1]))
    return ordered, disk_free(data_dir)


def disk_free(data_dir: Path) -> int:
    """Bytes free on the disk of the data folder, whether or not that is there yet."""
    parent = next(path for path in (data_dir, *data_dir.parents) if path.exists())
    return shutil.disk_usage(parent).free


def _size(path: Path) -> int:
    if not path.is_dir() or path.is_symlink():
        return path.lstat().st_size
    total = 0
    for folder, __, names in os.walk(path):
        for name in names:
            # A file may go while it is being counted.
            try:
                total += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                continue
    return total
