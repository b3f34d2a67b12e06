"""Making a backup."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.access import Role, require
from core.alerts.channels import FILE as CHANNELS
from core.backup import archive
from core.backup.manifest import Manifest, describe
from core.backup.snapshot import snapshot
from core.errors import UserError
from core.settings import settings

ENDING = ".tar.gz"


@dataclass(frozen=True)
class Made:
    """A finished backup.

    Attributes
    ----------
    file : Path
    size : int
        Bytes of the archive.
    manifest : Manifest
    lost : list of str
        Bar files that were lost in the data folder before.
    on_server : bool
        Whether an MLflow server keeps runs and versions, which therefore are not in it.
    """

    file: Path
    size: int
    manifest: Manifest
    lost: list[str]
    on_server: bool


def make(
    data_dir: Path,
    target: Path | None = None,
    *,
    secrets: bool = True,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Made:
    """Put a data folder into one archive while the app, jobs and imports work on it.

    Parameters
    ----------
    data_dir : Path
    target : Path, optional
        A file that ends with .tar.gz, or a folder, for a name with the time in it; by default
        the working folder. A file of that name is replaced once the new one is whole.
    secrets : bool
        Whether the addresses of the alerts' channels come along.
    tell : callable
        Is told bytes written and bytes in all.

    Raises
    ------
    Forbidden
        If an owner does not ask: an archive holds everything.
    UserError
        If there is nothing to back up, the place does not do, or there is no room.
    """
    require(Role.OWNER)
    if not (data_dir / "weeklens.db").is_file():
        raise UserError(
            f"There is nothing to back up in {data_dir}: set WEEKLENS_DATA_DIR to the data folder."
        )
    target = _target(data_dir, target)
    on_server = bool(settings().tracking_uri)
    try:
        with snapshot(data_dir, secrets=secrets) as held:
            files = {name: archive.hashed(held.folder / name) for name in held.names}
            manifest = describe(
                files,
                schema=held.schema,
                newest_bar=held.newest_bar,
                secrets=CHANNELS in files,
                models="mlflow/mlflow.db" in files and not on_server,
            )
            archive.write(target, held.folder, manifest, tell)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise UserError(
            f"The backup was not made ({place}{error.strerror or error}): nothing is left of it. "
            "Choose a place with room that may be written to, and see that the data folder "
            "has some too."
        ) from None
    return Made(target, target.stat().st_size, manifest, held.lost, on_server)


def _target(data_dir: Path, target: Path | None) -> Path:
    target = (target or Path()).expanduser().resolve()
    if target.is_dir():
        target /= f"weeklens-{datetime.now(UTC):%Y%m%d-%H%M%S}{ENDING}"
    elif not target.name.endswith(ENDING):
        raise UserError(f"{target} is no folder: name one that is there, or a file *{ENDING}.")
    if not target.parent.is_dir():
        raise UserError(f"There is no folder {target.parent}: make it first.")
    if target.is_relative_to(data_dir):
        raise UserError(
            f"{target} lies in the data folder: choose a place outside, best on another disk."
        )
    return target
