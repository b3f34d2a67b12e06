"""Whether it lives, and whether it is ready: open to everybody."""

import threading
import time
from pathlib import Path

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from api.models.health import Health, Ready
from api.problems import data_dir
from api.runner import runner_is_alive
from core import __version__
from core.db import connect
from core.errors import UserError

router = APIRouter(tags=["health"])
KEPT_SECONDS = 2.0
_lock = threading.Lock()
_seen: dict[Path, tuple[float, Ready]] = {}


@router.get("/health", response_model=Health)
async def health() -> Health:
    """It answers; whether it can do anything else is told by `/ready`."""
    return Health(version=__version__)


@router.get(
    "/ready",
    response_model=Ready,
    responses={503: {"model": Ready, "description": "Something that everything needs is away."}},
)
async def ready() -> Response:
    """Whether the database and MLflow's store answer, and whether somebody does the jobs."""
    found = await run_in_threadpool(_look)
    return JSONResponse(found.model_dump(), 200 if found.ready else 503)


def _look() -> Ready:
    """Asked at most every two seconds, and by one at a time: the answer is open to everybody."""
    folder = data_dir()
    with _lock:
        at, found = _seen.get(folder, (float("-inf"), None))
        if found is None or time.monotonic() - at > KEPT_SECONDS:
            database, models = _database(folder), _models()
            found = Ready(
                ready=database and models,
                database="ok" if database else "not available",
                models="ok" if models else "not available",
                runner="running" if database and runner_is_alive(folder) else "none",
            )
            _seen[folder] = (time.monotonic(), found)
        return found


def _database(folder: Path) -> bool:
    try:
        with connect(folder) as db:
            db.execute("SELECT count(*) FROM meta").fetchone()
        return True
    except Exception:
        return False


def _models() -> bool:
    try:
        from core import registry  # MLflow takes a second to load

        for model in registry.MODELS:
            registry.aliases(model)
        return True
    except UserError:
        return False
