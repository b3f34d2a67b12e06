"""Versions of the two models, their stages and their files: a thin reading of MLflow.

A stage is never stored twice: Production and Staging are aliases; Archived holds
neither, and was replaced in one of them or put away (its tag ``archived``).
"""

import contextlib
import hashlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import mlflow
from mlflow.exceptions import MlflowException

from core.errors import UserError
from core.files import aside
from core.settings import settings
from core.tracking import client
from models.runtime import OnnxModel

PRICE, PATTERN = "price_target_model", "pattern_lstm_classifier"
MODELS = (PRICE, PATTERN)
STAGES = ("staging", "production")
DESCRIPTIONS = {
    PRICE: "Log return to next month's close from 20 weekly indicators: Ridge on degree-2 "
    "features, or a blend; each run names its preset.",
    PATTERN: "DOWN, SIDEWAYS or UP next month from 20 weekly indicators: an LSTM over 8 weeks, or "
    "a blend; each run names its preset.",
}


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
        raise UserError(f"There is no model {model[:60]!r}: the models are {', '.join(MODELS)}.")
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
        held = aliases(name)
        entries = client().search_model_versions(f"name='{name}'")
        found += [_version(entry, held) for entry in entries]
    return sorted(found, key=lambda v: (v.created, v.model), reverse=True)


def get(model: str, version: int) -> Version:
    """One version.

    Raises
    ------
    UserError
        If there is no such model or version.
    """
    check_model(model)
    try:
        entry = client().get_model_version(model, str(version))
    except MlflowException:
        known = sorted(v.version for v in versions(model))
        there = f"there are {', '.join(map(str, known))}" if known else "none is registered yet"
        raise UserError(f"There is no version {version} of {model}: {there}.") from None
    return _version(entry, aliases(model))


def aliases(model: str) -> dict[str, int]:
    """The version each alias of a model points at; empty where there is no such model.

    Raises
    ------
    UserError
        If the store does not answer: that is not the same as nothing in production.
    """
    try:
        return {n: int(v) for n, v in client().get_registered_model(model).aliases.items()}
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return {}
        raise UserError(
            f"The model store does not answer ({str(error).splitlines()[0][:160]}): check "
            "MLFLOW_TRACKING_URI and that the server runs."
        ) from None


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
        return f"No version of {' and '.join(lacking)} is in production yet: promote one."
    price, pattern = current[PRICE], current[PATTERN]
    for tag, words in (
        ("market", "for the market"),
        ("horizon_weeks", "for a horizon in weeks of"),
        ("band", "with a SIDEWAYS band of"),
    ):
        mine, other = price.tags.get(tag, "?"), pattern.tags.get(tag, "?")
        if mine != other:
            return (
                f"{price.name} was trained {words} {mine}, but {pattern.name} {words} {other}: "
                "promote two versions of the same training, then forecasts follow."
            )
    return ""


def give_stage(model: str, version: int, to: str, *, by: str) -> Version:
    """Give a version a stage, archiving what held it; `core.stages` calls this under its lock.

    The alias is the switch and moves in one step, so that production is one
    version at every moment; tags only tell the story.

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
        raise UserError(f"There is no stage {to[:40]!r}: choose staging or production.")
    chosen = get(model, version)
    model_file(chosen)
    held = aliases(model)
    if to == "staging" and held.get("production") == version:
        raise UserError(
            f"{chosen.name} is in Production: promote another version there before this one can "
            "go back to Staging."
        )
    before = held.get(to)
    if before == version:
        return chosen
    store = client()
    tags = {
        "promoted_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "promoted_by": by,
        "promoted_to": to,
        "replaces": str(before or ""),
    }
    for tag, value in tags.items():
        store.set_model_version_tag(model, str(version), tag, value)
    store.set_registered_model_alias(model, to, str(version))
    if to == "production" and held.get("staging") == version:
        store.delete_registered_model_alias(model, "staging")
    if before is not None:
        with contextlib.suppress(MlflowException):  # deleted since
            put_away(model, before, True)
    return get(model, version)


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
    """
    wanted = version.tags.get("sha256", "")
    if not wanted:
        raise UserError(
            f"{version.name} was not registered by Weeklens (no hash of its file is recorded): "
            "train a version here and use that."
        )
    kept = settings().data_dir / "models" / f"{wanted}.onnx"
    if kept.exists() and sha256(kept) == wanted:
        return kept
    part = aside(kept)
    try:
        client()
        part.mkdir(parents=True)
        uri = f"models:/{version.model}/{version.version}"
        mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=str(part))
        file = next(iter(sorted(part.rglob("model.onnx"))), None)
        if file is None or sha256(file) != wanted:
            raise UserError(
                f"The file of {version.name} has changed since it was registered, or is gone: "
                "it will not be used. Train again or promote another version."
            )
        file.replace(kept)
        return kept
    except (MlflowException, OSError) as error:
        raise UserError(
            f"The file of {version.name} cannot be read ({str(error).splitlines()[0][:160]}): "
            "train again or promote another version."
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
        with contextlib.suppress(MlflowException):
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
