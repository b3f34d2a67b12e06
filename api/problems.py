"""Everything that goes wrong, as one kind of answer: problem details (RFC 9457)."""

import logging
import re
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette._utils import get_route_path
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import compile_path

from core.access import Forbidden
from core.db import SAYS_NO_ROOM
from core.errors import NoRoom, Unavailable, UserError
from core.jobs.trouble import is_full
from core.settings import PROJECT, settings

MEDIA = "application/problem+json"
TITLES = {
    304: "Not modified",
    400: "Bad request",
    401: "A token is needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Cannot be done as things stand",
    413: "The body is too large",
    415: "Unsupported media type",
    422: "The request does not fit",
    429: "Too many requests",
    500: "A defect of Weeklens",
    503: "Not available",
}
PATHS = re.compile(r"(?<![\w:/.])(?:/[\w.@+-]+){2,}/?|[A-Za-z]:\\[^\s'\"]+")
LOGINS = re.compile(r"(?<=://)[^/\s@]+@")
log = logging.getLogger("weeklens")


class Wrong(BaseModel):
    """One value that does not fit."""

    where: str = Field(examples=["query.limit"])
    what: str = Field(examples=["Input should be less than or equal to 1000"])


class ProblemDetails(BaseModel):
    """What went wrong, in the form of RFC 9457."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not found",
                    "status": 404,
                    "detail": "There are no prices of VNN in the market VN; did you mean VNM?",
                }
            ]
        }
    )
    type: str = Field(default="about:blank", description="No page tells more than this answer.")
    title: str
    status: int
    detail: str = Field(description="One sentence that says what to do.")
    errors: list[Wrong] | None = Field(default=None, description="With status 422.")
    gate: list[dict[str, Any]] | None = Field(
        default=None, description="Where the gate to production stays shut: every rule."
    )


class Problem(Exception):
    """An answer other than what was asked for."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None):
        self.status, self.detail, self.headers = status, detail, headers
        super().__init__(detail)


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> JSONResponse:
    """The answer for a problem, without secrets or paths of this machine."""
    title = TITLES.get(status, "Not done")
    told = {"type": "about:blank", "title": title, "status": status, "detail": clean(detail)}
    kept = {name: clean(value) for name, value in more.items()}
    return JSONResponse(told | kept, status, headers, media_type=MEDIA)


def clean(value: Any) -> Any:
    """A value without paths of this machine and logins in addresses, whatever holds them."""
    if isinstance(value, dict):
        return {str(key): clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean(one) for one in value]
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if not isinstance(value, str):
        return value.item() if hasattr(value, "item") else value
    if "/" not in value and "\\" not in value:
        return value
    for place, name in ((settings().data_dir, "the data folder"), (PROJECT, "the project")):
        value = value.replace(str(place), name)
    return PATHS.sub("…", LOGINS.sub("", value))


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems an operation may answer with, for its description."""
    return {
        status: {
            "description": TITLES[status],
            "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        for status in statuses
    }


def handle_problems(app: FastAPI) -> None:
    """Let an app answer every error as a problem."""

    @app.exception_handler(Problem)
    async def _problem(_: Request, error: Problem) -> JSONResponse:
        return problem(error.status, error.detail, error.headers)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        answer = not_served(request, error)
        if error.status_code == 405:
            # Starlette names those of the first route of a path, and a path may have several.
            answer.headers["Allow"] = ", ".join(_methods(app, get_route_path(request.scope)))
        return answer

    @app.exception_handler(RequestValidationError)
    async def _validation(_: Request, error: RequestValidationError) -> JSONResponse:
        # What was sent is not told back: it may hold a secret.
        wrong = [
            {"where": ".".join(str(part) for part in one["loc"])[:200], "what": one["msg"][:300]}
            for one in error.errors()[:20]
        ]
        said = f"{wrong[0]['where']}: {wrong[0]['what']}." if wrong else "The request does not fit."
        return problem(422, said, errors=wrong)

    @app.exception_handler(UserError)
    async def _user(_: Request, error: UserError) -> JSONResponse:
        return told(error)

    @app.exception_handler(Exception)
    async def _defect(request: Request, error: Exception) -> JSONResponse:
        if is_full(error):
            return told(NoRoom(SAYS_NO_ROOM))
        log.error("%s %s failed: %r", request.method, request.url.path, error)
        return problem(500, "An unexpected error stopped this request; the server's log has it.")


def told(error: UserError, usual: int = 409) -> JSONResponse:
    """A sentence of core's as a problem, by its kind.

    Parameters
    ----------
    error : UserError
    usual : int
        The status where it is no special one.
    """
    if isinstance(error, Forbidden):
        return problem(403, str(error))
    if isinstance(error, Unavailable):
        return problem(503, str(error), {"Retry-After": "5"})
    verdicts = getattr(error, "verdicts", None)  # of core.promotion.GateRefused
    if verdicts is not None:
        return problem(409, str(error), gate=[verdict.record() for verdict in verdicts])
    return problem(usual, str(error))


def not_served(request: Request, error: HTTPException) -> JSONResponse:
    """What no route serves."""
    said = {
        404: f"There is nothing at {request.url.path[:120]}: /api/v1/openapi.json lists what is.",
        405: f"{request.method[:10]} is not possible here.",
        413: "The body is larger than the API takes (128 kB).",
    }
    headers = dict(error.headers or {})
    return problem(error.status_code, said.get(error.status_code, str(error.detail)), headers)


def _methods(app: FastAPI, path: str) -> list[str]:
    """What is possible at a path, as the description has it."""
    described = app.openapi()["paths"].items()
    found = (methods for place, methods in described if compile_path(place)[0].match(path))
    return sorted({method.upper() for methods in found for method in methods})


class Missing:
    """A block whose UserErrors mean that what was asked for is not there."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, UserError) and not isinstance(error, Forbidden | Unavailable):
            raise Problem(404, str(error)) from None
        return False


def data_dir() -> Path:
    """The data folder in force."""
    return settings().data_dir
