"""Versions that pass the gate, or do not, by the out-of-sample rows their runs keep."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from core import registry
from core.gate.judging import judge
from core.gate.verdict import Rule, Verdict
from core.registry import PRICE
from core.tracking import client
from core.training import out_of_sample
from core.training.out_of_sample import PROBA


def give_rows(number: int, rows: pd.DataFrame) -> None:
    """Replace the rows that the run of a version keeps; both models share them."""
    run_id = registry.get(PRICE, number).run_id
    keep_rows(run_id, rows)


def keep_rows(run_id: str, rows: pd.DataFrame) -> None:
    """Write the rows where a run keeps its files.

    Not through the client: it remembers where a run's files lie, and the copies of the world
    have runs of one name in many places.
    """
    store = get_artifact_repository(client().get_run(run_id).info.artifact_uri)
    with tempfile.TemporaryDirectory() as folder:
        file, place = out_of_sample.write(rows, Path(folder))
        store.log_artifact(f"{folder}/{file}", place)


def good_rows(skill: float = 0.1) -> pd.DataFrame:
    """The weeks and stocks of versions 1, forecast with some knowledge of what came.

    Parameters
    ----------
    skill : float
        Share of each return that is known; below 0 worse than no change.
    """
    rows = out_of_sample.read(registry.get(PRICE, 1))
    rows["forecast"] = skill * rows["ret"]
    miss = (rows["ret"] - rows["forecast"]).abs()
    rows["half_80"], rows["half_95"] = miss.quantile(0.8), miss.quantile(0.95)
    # A hint that is right in six rows of ten, and probabilities that are its shares.
    random = np.random.default_rng(5)
    label = rows["label"].to_numpy(int)
    hint = np.where(random.random(len(rows)) < 0.6, label, random.integers(0, 3, len(rows)))
    shares = [np.bincount(label[hint == h], minlength=3) / (hint == h).sum() for h in range(3)]
    rows[list(PROBA)] = np.array(shares)[hint]
    return rows


def make_good(number: int = 2, skill: float = 0.1) -> None:
    """Let versions of both models pass the gate."""
    give_rows(number, good_rows(skill))


def judged(data_dir: Path, model: str = PRICE, number: int = 2) -> Verdict:
    """What the gate says of a version."""
    return judge(data_dir, registry.get(model, number))


def rule_of(data_dir: Path, key: str, model: str = PRICE, number: int = 2) -> Rule:
    """What one rule says of a version."""
    return next(rule for rule in judged(data_dir, model, number).rules if rule.key == key)


def another(model: str, of: int) -> registry.Version:
    """One more version from the file of another."""
    entry = client().get_model_version(model, str(of))
    tags = {k: v for k, v in entry.tags.items() if not k.startswith(("promoted", "replaces"))}
    made = client().create_model_version(
        model,
        source=entry.source,
        run_id=entry.run_id,
        tags=tags,
        model_id=entry.source.removeprefix("models:/"),  # a server asks for it
    )
    return registry.get(model, int(made.version))
