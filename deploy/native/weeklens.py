"""The app and the API, as compose.yaml starts them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from deploy.native.composed import LOOPBACK, PROJECT, Places, service
from deploy.native.process import Service, free_port, responds
from deploy.native.stores import VARIABLES


@contextlib.contextmanager
def app(
    folder: Path,
    port: int = 0,
    *,
    tracking_uri: str = "",
    variables: dict[str, str] = VARIABLES,
    **environment: str,
) -> Iterator[Service]:
    """The pages with their jobs; ``.url`` is the address, ``.data_dir`` the data folder.

    Parameters
    ----------
    folder : Path
        Where its log, its home and, unless ``WEEKLENS_DATA_DIR`` names another, its data go.
    port : int
        0 takes a free one.
    tracking_uri : str
        MLflow's server (``.url`` of ``mlflow_server``); empty is SQLite in the data folder.
    variables : dict of str to str
        As in ``.env``.
    environment : str
        Beside and over compose.yaml's.
    """
    port = port or free_port()
    with _weeklens(
        "app", 8501, port, "/_stcore/health", folder, tracking_uri, variables, environment
    ) as running:
        yield running


@contextlib.contextmanager
def api(
    folder: Path,
    port: int = 0,
    *,
    tracking_uri: str = "",
    variables: dict[str, str] = VARIABLES,
    **environment: str,
) -> Iterator[Service]:
    """The API alone, on the data folder of an app; parameters as there."""
    port = port or free_port()
    with _weeklens(
        "api", 8600, port, "/api/v1/health", folder, tracking_uri, variables, environment
    ) as running:
        yield running


@contextlib.contextmanager
def _weeklens(
    name: str,
    inside: int,
    port: int,
    health: str,
    folder: Path,
    tracking_uri: str,
    variables: dict[str, str],
    environment: dict[str, str],
) -> Iterator[Service]:
    url = f"http://{LOOPBACK}:{port}"
    command, said = service(name, variables, Places({name: (inside, port)}))
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    own = {
        "HOME": str(home),
        "WEEKLENS_DATA_DIR": str(folder / "data"),
        "MLFLOW_TRACKING_URI": tracking_uri,
        "WEEKLENS_PROXIES": LOOPBACK,
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    given = said | own | environment
    running = Service(name, folder, command, given, responds(url + health), cwd=PROJECT)
    running.url, running.port = url, port
    running.data_dir = Path(given["WEEKLENS_DATA_DIR"])
    with running:
        yield running
