"""The API under /api, made once it is asked for: who only reads pages pays no 17 MB for it."""

import threading
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send


class Late:
    """An ASGI app that is made at its first request, once.

    Parameters
    ----------
    make : callable
        Imports and makes it; takes half a second, in a thread.
    """

    def __init__(self, make: Callable[[], ASGIApp]):
        self._make = make
        self._lock = threading.Lock()
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on."""
        app = self._app or await run_in_threadpool(self._made)
        await app(scope, receive, send)

    def _made(self) -> ASGIApp:
        with self._lock:
            if self._app is None:
                self._app = self._make()
            return self._app


def mounted(address: Callable[[], str]) -> Mount:
    """The API under ``/api``, for a server that has other things to serve.

    Parameters
    ----------
    address : callable
        What the server listens on; what may be read without a token hangs on it.
    """

    def make() -> ASGIApp:
        from api.app import make_api
        from api.door import listens_on_loopback

        return make_api(lambda: listens_on_loopback(address()))

    return Mount("/api", app=Late(make))
