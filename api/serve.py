"""The API alone, without the pages: ``python -m core serve``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from api.closing import end_streams_on_a_signal
from api.mounting import mounted
from api.problems import not_served
from api.runner import runner_is_alive
from core.settings import settings
from core.sockets import send_at_once

ENDING_SECONDS = 5
"""Left to the requests in hand when the server is told to end."""


def application(host: str) -> Starlette:
    """What is served: the API under ``/api``, and a problem elsewhere.

    Parameters
    ----------
    host : str
        The address it will listen on.
    """
    return Starlette(
        routes=[mounted(lambda: host)],
        lifespan=_lifespan,
        exception_handlers={HTTPException: not_served},
    )


def serve(host: str, port: int) -> None:
    """Serve until told to end.

    Raises
    ------
    SystemExit
        With 1 where the port is taken; uvicorn says so.
    """
    config = uvicorn.Config(
        application(host),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # The caller's address is the socket's: what a proxy claims is not believed, and a request
        # that a proxy has passed on needs a token.
        proxy_headers=False,
        timeout_graceful_shutdown=ENDING_SECONDS,
    )
    shown = f"[{host}]" if ":" in host else host
    print(f"The API: http://{shown}:{port}/api/v1/openapi.json  (Ctrl+C stops it)", flush=True)
    if not runner_is_alive(settings().data_dir):
        print(
            "No server does the jobs of this data folder: what is asked for here waits until the "
            "app is started (make run).",
            flush=True,
        )
    uvicorn.Server(config).run()


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    end_streams_on_a_signal()
    send_at_once()
    yield
