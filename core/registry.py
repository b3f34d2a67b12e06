"""Versions of the two models, their stages and their files: a thin reading of MLflow.

A stage is never stored twice: Production and Staging are aliases; Archived holds
neither, and was replaced in one of them or put away (its tag ``archived``).
"""

import contextlib
import hashlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import mlflow
from mlflow.exceptions import MlflowException

from core.db import SAYS_NO_ROOM
from core.errors import NoRoom, StoreAway, UserError
from core.files import aside
from core.jobs.trouble import is_full
from core.language import N_, _
from core.registry_cache import remembered
from core.settings import settings
from core.tracking import client, log, reaching, says_away
from models.runtime import OnnxModel

PRICE, PATTERN = "price_target_model", "pattern_lstm_classifier"
MODELS = (PRICE, PATTERN)
STAGES = ("staging", "production")
TITLES = {"production": N_("Production"), "staging": N_("Staging")}
"""Stages as a reader sees them; a version's own are these and "Archived"."""
DESCRIPTIONS = {
    PRICE: "Log return to next month's close from 20 weekly indicators: Ridge on degree-2 "
    "features, or a blend; each run names its preset.",
    PATTERN: "DOWN, SIDEWAYS or UP next month from 20 weekly indicators: an LSTM over 8 weeks, or "
    "a blend; each run names its preset.",
}


DISAGREEMENTS = {
    "market": N_(
        "{price} was trained for the market {mine}, but {pattern} for the market {other}: promote "
        "two versions of the same training, then forecasts follow."
    ),
    "horizon_weeks": N_(
        "{price} was trained for a horizon in weeks of {mine}, but {pattern} for a horizon in "
        "weeks of {other}: promote two versions of the same training, then forecasts follow."
    ),
    "band": N_(
        "{price} was trained with a SIDEWAYS band of {mine}, but {pattern} with a SIDEWAYS band "
        "of {other}: promote two versions of the same training, then forecasts follow."
    ),
}
"""Of two versions in production that cannot forecast together, by the tag that differs."""


@dataclass(frozen=True)
class Version:
    """One registered version.

    Attributes
    ----------
    model : str
    version : int
    stage : str
        "Production", "Staging", "Archived" or "" (none of these).
    created : datetime
    run_id : str
    tags : dict
        What training recorded: market, horizon_weeks, band, symbols (a count),
        last_week, sha256; promoted_at, promoted_by, replaces once promoted; archived
        ("yes" or "no") once replaced, put away or taken back.
    metrics : dict
        Scores of the recipe, each beside its baseline; those of both models of the run.
    params : dict
    """

    model: str
    version: int
    stage: str
    created: datetime
    run_id: str
    tags: dict
    metrics: dict
    params: dict

    @property
    def market(self) -> str:
        """The market it was trained on; empty for a version made by hand."""
        return self.tags.get("market", "")

    @property
    def name(self) -> str:
        """Model and version in one word."""
        return f"{self.model} v{self.version}"


def check_model(model: str) -> str:
    """The model's name, if it is one of the two.

    Raises
    ------
    UserError
        If it is not.
    """
    if model not in MODELS:
        raise UserError(
            _("There is no model {model}: the models are {known}.").format(
                model=repr(model[:60]), known=", ".join(MODELS)
            )
        )
    return model


def ensure_model(model: str) -> None:
    """Make the registered model where the store does not have it yet."""
    with contextlib.suppress(MlflowException):
        client().create_registered_model(check_model(model), description=DESCRIPTIONS[model])


def versions(model: str | None = None) -> list[Version]:
    """All versions, the newest first.

    Parameters
    ----------
    model : str, optional
        Only this model's.
    """
    found: list[Version] = []
    for name in [check_model(model)] if model else MODELS:
        found += remembered(("versions", name), partial(_versions, name))
    return sorted(found, key=lambda v: (v.created, v.model), reverse=True)


def _versions(model: str) -> list[Version]:
    held = aliases(model)
    with reaching():
        return [_version(e, held) for e in client().search_model_versions(f"name='{model}'")]


def get(model: str, version: int) -> Version:
    """One version.

    Raises
    ------
    UserError
        If there is no such model or version.
    """
    check_model(model)
    return remembered(("version", model, int(version)), partial(_get, model, version))


def _get(model: str, version: int) -> Version:
    try:
        with reaching():
            entry = client().get_model_version(model, str(version))
    except MlflowException:
        known = sorted(v.version for v in versions(model))
        said = (
            _("There is no version {version} of {model}: there are {known}.")
            if known
            else _("There is no version {version} of {model}: none is registered yet.")
        )
        raise UserError(
            said.format(version=version, model=model, known=", ".join(map(str, known)))
        ) from None
    return _version(entry, aliases(model))


def aliases(model: str) -> dict[str, int]:
    """The version each alias of a model points at; empty where there is no such model.

    Raises
    ------
    StoreAway
        If the store does not answer: that is not the same as nothing in production.
    """
    return dict(remembered(("aliases", model), partial(_aliases, model)))


def _aliases(model: str) -> dict[str, int]:
    try:
        with reaching():
            return {n: int(v) for n, v in client().get_registered_model(model).aliases.items()}
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return {}
        log.warning("%s", str(error).splitlines()[0][:300])
        raise StoreAway(says_away()) from None


def production() -> dict[str, Version]:
    """The version in production of each model that has one.

    An alias on a version that was deleted counts for none.
    """
    found = {}
    for model in MODELS:
        number = aliases(model).get("production")
        if number is not None:
            with contextlib.suppress(UserError):
                found[model] = get(model, number)
    return found


def disagreement(current: dict[str, Version]) -> str:
    """Why the versions in production cannot forecast together; empty if they can."""
    lacking = [model for model in MODELS if model not in current]
    if lacking:
        return _("No version of {models} is in production yet: promote one.").format(
            models=_(" and ").join(lacking)
        )
    price, pattern = current[PRICE], current[PATTERN]
    for tag, said in DISAGREEMENTS.items():
        mine, other = price.tags.get(tag, "?"), pattern.tags.get(tag, "?")
        if mine != other:
            return _(said).format(price=price.name, mine=mine, pattern=pattern.name, other=other)
    return ""


def give_stage(model: str, version: int, to: str, *, by: str) -> Version:
    """Give a version a stage, archiving what held it; `core.stages` calls this under its lock.

    The alias is the switch and moves in one step, so that production is one
    version at every moment; tags only tell the story, and follow it.

    Parameters
    ----------
    model : str
    version : int
    to : str
        "staging" or "production".
    by : str
        Who asks.

    Raises
    ------
    UserError
        If the version does not exist, its file is not what was registered, the
        stage is unknown, or a version in production is asked into staging.
    """
    if to not in STAGES:
        raise UserError(
            _("There is no stage {stage}: choose staging or production.").format(
                stage=repr(to[:40])
            )
        )
    chosen = get(model, version)
    model_file(chosen)
    held = aliases(model)
    if to == "staging" and held.get("production") == version:
        raise UserError(
            _(
                "{version} is in Production: promote another version there before this one can go "
                "back to Staging."
            ).format(version=chosen.name)
        )
    before = held.get(to)
    if before == version:
        return chosen
    with reaching():
        client().set_registered_model_alias(model, to, str(version))
        tell_stage(model, version, to, was=before, by=by)
    return get(model, version)


def tell_stage(model: str, version: int, to: str, *, was: int | None, by: str) -> None:
    """What follows a moved alias: tags that tell of it, and what held the stage put away.

    It may be told twice, such as after a process that was killed in between.
    """
    store = client()
    tags = {
        "promoted_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "promoted_by": by,
        "promoted_to": to,
        "replaces": str(was or ""),
    }
    for tag, value in tags.items():
        store.set_model_version_tag(model, str(version), tag, value)
    if to == "production" and aliases(model).get("staging") == version:
        store.delete_registered_model_alias(model, "staging")
    if was is not None:
        with contextlib.suppress(MlflowException), reaching():  # deleted since
            put_away(model, was, True)


def put_away(model: str, version: int, away: bool) -> None:
    """Mark a version as archived or not; stages are not looked at."""
    client().set_model_version_tag(model, str(version), "archived", "yes" if away else "no")


def delete(model: str, version: int) -> None:
    """Take a version out of the registry; its run stays."""
    client().delete_model_version(model, str(version))


def model_file(version: Version) -> Path:
    """The version's ONNX file, checked against the hash recorded at registration.

    Kept by its hash under the data folder, so that it is fetched once and a
    changed file is never used.

    Raises
    ------
    UserError
        If it is missing or has changed since it was registered.
    StoreAway, NoRoom
        If it cannot be fetched now.
    """
    wanted = version.tags.get("sha256", "")
    if not wanted:
        raise UserError(
            _(
                "{version} was not registered by Weeklens (no hash of its file is recorded): train "
                "a version here and use that."
            ).format(version=version.name)
        )
    kept = settings().data_dir / "models" / f"{wanted}.onnx"
    if kept.exists() and sha256(kept) == wanted:
        return kept
    part = aside(kept)
    try:
        part.mkdir(parents=True)
        uri = f"models:/{version.model}/{version.version}"
        with reaching():
            client()
            mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=str(part))
        file = next(iter(sorted(part.rglob("model.onnx"))), None)
        if file is None or sha256(file) != wanted:
            raise UserError(
                _(
                    "The file of {version} has changed since it was registered, or is gone: it "
                    "will not be used. Train again or promote another version."
                ).format(version=version.name)
            )
        file.replace(kept)
        return kept
    except (MlflowException, OSError) as error:
        if is_full(error):
            raise NoRoom(_(SAYS_NO_ROOM)) from error
        raise UserError(
            _(
                "The file of {version} cannot be read ({error}): train again or promote another "
                "version."
            ).format(version=version.name, error=str(error).splitlines()[0][:160])
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def load(version: Version) -> OnnxModel:
    """Open a version's model after checking its file."""
    return OnnxModel(model_file(version))


def sha256(path: Path) -> str:
    """Hash of a file, hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version(entry, pointed: dict[str, int]) -> Version:
    number = int(entry.version)
    held = {name for name, value in pointed.items() if value == number}
    stage = "Production" if "production" in held else "Staging" if "staging" in held else ""
    away = entry.tags.get("archived", "yes" if "promoted_at" in entry.tags else "no")
    if not stage and away == "yes":
        stage = "Archived"
    metrics, params = {}, {}
    if entry.run_id:
        # A run deleted by hand in the MLflow UI leaves a version without figures.
        with contextlib.suppress(MlflowException), reaching():
            data = client().get_run(entry.run_id).data
            metrics, params = dict(data.metrics), dict(data.params)
    return Version(
        model=entry.name,
        version=number,
        stage=stage,
        created=datetime.fromtimestamp(entry.creation_timestamp / 1000, UTC),
        run_id=entry.run_id or "",
        tags=dict(entry.tags),
        metrics=metrics,
        params=params,
    )
