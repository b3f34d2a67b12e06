"""Versions of the two models, their stages and their files: a thin reading of MLflow.

A stage is never stored twice: Production and Staging are aliases, Archived is
a version that was promoted once and holds neither.
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
        "Production", "Staging", "Archived" or "" (never promoted).
    created : datetime
    run_id : str
    tags : dict
        What training recorded: market, horizon_weeks, band, symbols (a count),
        last_week, sha256; and promoted_at, promoted_by, replaces once promoted.
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
        aliases = _aliases(name)
        entries = client().search_model_versions(f"name='{name}'")
        found += [_version(entry, aliases) for entry in entries]
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
    return _version(entry, _aliases(model))


def production() -> dict[str, Version]:
    """The version in production of each model that has one."""
    found = {}
    for model in MODELS:
        number = _aliases(model).get("production")
        if number is not None:
            found[model] = get(model, int(number))
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


def promote(model: str, version: int, to: str, *, by: str) -> Version:
    """Give a version a stage, archiving what held it.

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
    aliases = _aliases(model)
    if to == "staging" and int(aliases.get("production") or 0) == version:
        raise UserError(
            f"{chosen.name} is in Production: promote another version there before this one can "
            "go back to Staging."
        )
    before = aliases.get(to)
    if before is not None and int(before) == version:
        return chosen
    at = datetime.now(UTC).isoformat(timespec="seconds")
    store = client()
    tags = {
        "promoted_at": at,
        "promoted_by": by,
        "promoted_to": to,
        "replaces": str(before or ""),
    }
    for tag, value in tags.items():
        store.set_model_version_tag(model, str(version), tag, value)
    store.set_registered_model_alias(model, to, str(version))
    if to == "production" and int(aliases.get("staging") or 0) == version:
        store.delete_registered_model_alias(model, "staging")
    if before is not None:
        store.set_model_version_tag(model, str(before), "archived_at", at)
    return get(model, version)


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


def _aliases(model: str) -> dict[str, int]:
    with contextlib.suppress(MlflowException):
        return dict(client().get_registered_model(model).aliases)
    return {}


def _version(entry, aliases: dict[str, int]) -> Version:
    number = int(entry.version)
    held = {name for name, value in aliases.items() if int(value) == number}
    stage = "Production" if "production" in held else "Staging" if "staging" in held else ""
    if not stage and "promoted_at" in entry.tags:
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
