"""Versions out of the way: archived, which hides them, and deleted, which cannot be undone."""

from pathlib import Path

from core import registry, stages, trail
from core.access import Role, require
from core.db import connect
from core.errors import UserError
from core.language import N_, _, ngettext, retold, using
from core.registry import PRICE, Version
from core.stage_lock import alone

CANNOT_ARCHIVE = N_(
    "{version} is in {stage} and cannot be archived: promote another version there first."
)
CANNOT_DELETE = N_(
    "{version} is in {stage} and cannot be deleted: promote another version there first."
)


def archive(data_dir: Path, model: str, version: int, *, by: str) -> str:
    """Put a version away; lists hide it until asked.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    UserError
        If it is in production or staging.
    """
    require(Role.OWNER)
    with alone(data_dir):
        chosen = _free(model, version, CANNOT_ARCHIVE)
        if chosen.stage != "Archived":
            registry.put_away(model, version, True)
            stages.note(data_dir, trail.ARCHIVED, model, was=version, by=by)
    return _("{version} is archived.").format(version=chosen.name)


def unarchive(data_dir: Path, model: str, version: int, *, by: str) -> str:
    """Take an archived version back among the others; for an owner."""
    require(Role.OWNER)
    with alone(data_dir):
        chosen = registry.get(model, version)
        if chosen.stage == "Archived":
            registry.put_away(model, version, False)
            stages.note(data_dir, trail.UNARCHIVED, model, was=version, by=by)
    return _("{version} is no longer archived.").format(version=chosen.name)


def delete(data_dir: Path, model: str, version: int, *, typed: str, by: str) -> str:
    """Delete a version from the registry; its run and stored forecasts stay.

    Parameters
    ----------
    typed : str
        Its name as the person typed it, "pattern_lstm_classifier v3".

    Raises
    ------
    Forbidden
        If an owner does not ask.
    UserError
        If it is in production or staging, or the name is not its own.
    """
    require(Role.OWNER)
    with alone(data_dir):
        chosen = _free(model, version, CANNOT_DELETE)
        if typed.strip() != chosen.name:
            raise UserError(
                _("Nothing was deleted: type the version's name, {version}.").format(
                    version=chosen.name
                )
            )
        count, said = forecasts_by(data_dir, model, version), ""
        if count:
            with using("en"):
                said = ngettext(
                    "{count} stored forecast refers to it and stays.",
                    "{count} stored forecasts refer to it and stay.",
                    count,
                ).format(count=f"{count:,}")
        # Noted first: a version that is gone without a word is worse than a word too many.
        stages.note(data_dir, trail.DELETED, model, was=version, by=by, said=said)
        registry.delete(model, version)
    gone = _("{version} is deleted.").format(version=chosen.name)
    return f"{gone} {retold(said)}".rstrip()


def forecasts_by(data_dir: Path, model: str, version: int) -> int:
    """How many stored forecasts a version made."""
    column = "price_version" if model == PRICE else "pattern_version"
    with connect(data_dir) as db:
        row = db.execute(f"SELECT count(*) FROM forecasts WHERE {column}=?", (version,)).fetchone()  # noqa: S608
    return row[0]


def _free(model: str, version: int, refusal: str) -> Version:
    chosen = registry.get(model, version)
    if chosen.stage in ("Production", "Staging"):
        raise UserError(_(refusal).format(version=chosen.name, stage=_(chosen.stage)))
    return chosen
