"""Starts MLflow's own pages on the store Weeklens writes to (``make mlflow``)."""

import argparse
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from core.errors import UserError  # noqa: E402 - the project is importable only now
from core.settings import settings  # noqa: E402


def main() -> None:
    """Become MLflow's server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=5001, help="port on 127.0.0.1")
    port = parser.parse_args().port
    os.chdir(PROJECT)
    try:
        chosen = settings()
    except UserError as error:
        sys.exit(str(error))
    uri = chosen.mlflow_uri
    if uri.startswith(("http:", "https:")):
        sys.exit(f"Runs and versions are kept by the tracking server at {uri}: open that address.")
    folder = chosen.data_dir / "mlflow"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    # Only the pages are wanted, not the server for background jobs with its seven processes.
    os.environ["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
    print(f"MLflow: http://127.0.0.1:{port}  (Ctrl+C stops it)", flush=True)
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", uri]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    os.execv(sys.executable, [*command, "--default-artifact-root", str(folder / "artifacts")])


if __name__ == "__main__":
    main()
