"""Keeping libraries inside the data folder, and silent towards the outside."""

import os
from pathlib import Path

SILENT = {
    "ORT_DISABLE_TELEMETRY": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}


def quieten(data_dir: Path) -> None:
    """Set what onnxruntime, MLflow, matplotlib and keras read when they are imported.

    onnxruntime reports to its maker and keeps an identifier in HOME, MLflow
    reports too, and matplotlib and keras write files into HOME. Child processes
    inherit the same. A variable the user has set stays.
    """
    places = {
        "MPLCONFIGDIR": data_dir / "cache" / "matplotlib",
        "KERAS_HOME": data_dir / "cache" / "keras",
    }
    for name, value in {**SILENT, **places}.items():
        os.environ.setdefault(name, str(value))
