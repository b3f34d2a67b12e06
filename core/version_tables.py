"""Scores of a version as tables: each model's beside its baseline."""

import contextlib
import json
import tempfile
from pathlib import Path

import mlflow
import pandas as pd
from mlflow.exceptions import MlflowException

from core.evaluation.candidates import SHIPPED
from core.evaluation.tables import ROWS
from core.formats import number, percent
from core.language import N_, _, separated
from core.registry import Version
from core.tracking import client, reaching

REPORT, REPORT_JSON = "report.md", "report.json"
"""Artifacts of a run: the report for a reader, and the same as figures."""
SPLITS = {
    "test": (N_("Test"), {"no_change": N_("Test, no change"), "prior": N_("Test, class prior")}),
    "val": (
        N_("Validation"),
        {"no_change": N_("Validation, no change"), "prior": N_("Validation, class prior")},
    ),
    "train": (
        N_("Training"),
        {"no_change": N_("Training, no change"), "prior": N_("Training, class prior")},
    ),
}
"""The out-of-sample weeks first: they are what a version is judged by."""
PRICE_ROWS = (
    ("MAE", "MAE"),
    ("RMSE", "RMSE"),
    ("MAPE", "MAPE"),
    ("R2", N_("R2 of price levels")),
)
PATTERN_ROWS = (
    ("accuracy", N_("Accuracy")),
    ("balanced_accuracy", N_("Balanced accuracy")),
    ("log_loss", N_("Log loss")),
    ("brier", N_("Brier score")),
    ("precision_UP", N_("Precision of UP")),
    ("recall_UP", N_("Recall of UP")),
    ("F1_UP", N_("F1 of UP")),
    ("precision_DOWN", N_("Precision of DOWN")),
    ("recall_DOWN", N_("Recall of DOWN")),
    ("F1_DOWN", N_("F1 of DOWN")),
)
STATISTICS = {
    "indicator": N_("indicator"),
    "split": N_("split"),
    "missing": N_("missing"),
    "mean": N_("mean"),
    "spread": N_("spread"),
    "scaled_mean": N_("mean, scaled"),
    "scaled_spread": N_("spread, scaled"),
    "clipped": N_("clipped by training limits"),
}


def price_table(metrics: dict[str, float]) -> pd.DataFrame:
    """Error measures by split, each beside "no change"; empty without metrics."""
    return _table(metrics, PRICE_ROWS, "no_change", {"MAPE"})


def pattern_table(metrics: dict[str, float]) -> pd.DataFrame:
    """Classification measures by split, each beside the class prior; empty without metrics."""
    shares = {name for name, __ in PATTERN_ROWS} - {"log_loss", "brier"}
    return _table(metrics, PATTERN_ROWS, "prior", shares)


def _table(metrics: dict, rows: tuple, baseline: str, shares: set[str]) -> pd.DataFrame:
    found = []
    for name, title in rows:
        record = {_("Score"): _(title)}
        for split, (words, beside) in SPLITS.items():
            own, naive = (metrics.get(f"{split}_{name}{end}") for end in ("", f"_{baseline}"))
            if own is None or naive is None:
                continue
            form = (lambda v: percent(v, 2)) if name in shares else (lambda v: number(v, 4))
            record[_(words)], record[_(beside[baseline])] = form(own), form(naive)
            ratio = metrics.get(f"{split}_{name}_ratio")
            if split == "test":
                record[_("Ratio")] = "" if ratio is None else number(ratio, 3)
        found.append(record)
    return pd.DataFrame([record for record in found if len(record) > 1])


def version_record(version: Version) -> dict | None:
    """What a run keeps as files: curves, confusion, statistics; None without."""
    if not version.run_id:
        return None
    files = {
        "histories": "pattern/histories.json",
        "confusion": "pattern/confusion.json",
        "statistics": "indicator_statistics.json",
    }
    client()
    record = {}
    with tempfile.TemporaryDirectory() as folder:
        for key, place in files.items():
            try:
                with reaching():
                    path = mlflow.artifacts.download_artifacts(
                        run_id=version.run_id, artifact_path=place, dst_path=folder
                    )
            except (MlflowException, OSError):
                return None
            with open(path, encoding="utf-8") as file:
                record[key] = json.load(file)[key]
    return record


def version_report(version: Version) -> dict | None:
    """The report of a version, ``core.training.report.record`` and its ``id``; None without."""
    if not version.run_id:
        return None
    client()
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.suppress(MlflowException, OSError),
        reaching(),
    ):
        path = mlflow.artifacts.download_artifacts(
            run_id=version.run_id, artifact_path=REPORT_JSON, dst_path=folder
        )
        return {**json.loads(Path(path).read_text("utf-8")), "id": version.name}
    return None


def candidates_of(members: list[Version]) -> str:
    """The candidates that a run's versions are, where they are not the blends: " (Logistic)"."""
    names = [version.tags.get("candidate", "") for version in members]
    named = [ROWS[name].title for name in names if name in ROWS and name not in SHIPPED.values()]
    return f" ({', '.join(named)})" if named else ""


def statistics_table(statistics: list[dict]) -> pd.DataFrame:
    """Share missing, mean, spread and share clipped, before and after scaling, by split."""
    frame = pd.DataFrame(statistics)
    frame["split"] = frame["split"].map(
        {"train": _("training"), "val": _("validation"), "test": _("test")}
    )
    for name in ("missing", "clipped"):
        frame[name] = (100 * frame[name]).map("{:.2f} %".format).map(separated)
    return frame.rename(columns={name: _(title) for name, title in STATISTICS.items()}).round(4)
