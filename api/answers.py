"""Answers with a tag (ETag), kept until anything is written to the database."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from fastapi import Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.problems import data_dir
from core import db

MOST_KEPT, LARGEST_KEPT = 512, 256_000
"""Answers and bytes of each: at most 128 MB, and in practice some 2 kB each."""
JSON = "application/json"


class Kept:
    """The last answers of one state of the database; all are dropped when that changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: Hashable = None
        self._bodies: OrderedDict[Hashable, tuple[str, bytes]] = OrderedDict()

    def get(self, state: Hashable, key: Hashable) -> tuple[str, bytes] | None:
        """Tag and body of an answer, where it is kept for this state."""
        with self._lock:
            if state is None or state != self._state or key not in self._bodies:
                return None
            self._bodies.move_to_end(key)
            return self._bodies[key]

    def put(self, state: Hashable, key: Hashable, answer: tuple[str, bytes]) -> None:
        """Keep an answer that was made from this state or a later one."""
        if state is None or len(answer[1]) > LARGEST_KEPT:
            return
        with self._lock:
            if state != self._state:
                self._bodies.clear()
                self._state = state
            self._bodies[key] = answer
            while len(self._bodies) > MOST_KEPT:
                self._bodies.popitem(last=False)


_kept = Kept()


async def kept(request: Request, make: Callable[[], BaseModel | bytes], media=JSON) -> Response:
    """What ``make`` returns for this path and query, or returned since the last write.

    Only for what the database alone decides: neither the time nor MLflow.
    """
    folder = data_dir()
    # Before the making: what is written during it makes the kept answer an old one, never a
    # wrong one.
    state = db.state(folder)
    state = None if state is None else (folder, state)
    key = (request.url.path, request.url.query)
    found = _kept.get(state, key)
    if found is None:
        found = _tagged(await run_in_threadpool(make))
        _kept.put(state, key, found)
    return reply(request, *found, media)


async def fresh(request: Request, make: Callable[[], BaseModel | bytes], media=JSON) -> Response:
    """What ``make`` returns now, with its tag."""
    return reply(request, *_tagged(await run_in_threadpool(make)), media)


def reply(request: Request, tag: str, body: bytes, media: str = JSON) -> Response:
    """A body with its tag; without the body where the caller has it."""
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media)


def _tagged(made: BaseModel | bytes) -> tuple[str, bytes]:
    body = made if isinstance(made, bytes) else made.model_dump_json().encode()
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"', body


def _has(asked: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names a tag; weakly compared, as RFC 9110 has it."""
    return asked.strip() == "*" or tag in (
        one.strip().removeprefix("W/") for one in asked.split(",")
    )
