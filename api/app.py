"""The API as an ASGI app; see `api.mounting` and `api.serve` for the two ways it is served."""

from collections.abc import Callable

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from starlette.middleware import Middleware

from api.door import Door
from api.metrics import Measured, Metrics
from api.problems import ProblemDetails, documented, handle_problems
from api.routes import figures, forecasts, health, jobs, market, versions
from core import __version__

ABOUT = """\
What Weeklens shows, for other programs: prices, the 20 weekly indicators, forecasts as records,
versions, jobs. Send a token as `Authorization: Bearer TOKEN` (an owner makes one with
`python -m core tokens create NAME --role viewer`). Lists come in pages: pass `next` as `cursor`.
Answers to GET have an `ETag`; send it back as `If-None-Match` and an unchanged answer is a 304.
Whatever goes wrong is `application/problem+json` (RFC 9457) with one sentence that says what to do.
"""
bearer = HTTPBearer(auto_error=False, description="A token of `python -m core tokens`.")


def make_api(on_loopback: Callable[[], bool]) -> FastAPI:
    """The API, with its paths from ``/v1`` on.

    Parameters
    ----------
    on_loopback : callable
        Whether the server listens on the loopback alone; see the package's text for what
        hangs on it.
    """
    metrics = Metrics()
    app = FastAPI(
        title="Weeklens",
        version=__version__,
        description=ABOUT,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # its page would load a script from another site
        redoc_url=None,
        redirect_slashes=False,
        # The door is asked first, and what it answers is measured too.
        middleware=[
            Middleware(Measured, metrics=metrics),
            Middleware(Door, on_loopback=on_loopback),
        ],
        responses=documented(401, 422, 429, 500),
    )
    app.state.metrics = metrics
    handle_problems(app)
    for part in (market, forecasts, versions, jobs, figures):
        # What is declared here is for the description; the door has let the request in already.
        app.include_router(part.router, prefix="/v1", dependencies=[Depends(bearer)])
    app.include_router(health.router, prefix="/v1")
    _describe_problems(app)
    return app


def _describe_problems(app: FastAPI) -> None:
    """Let the description say that errors are problems, where FastAPI would say otherwise."""
    usual = app.openapi

    def described() -> dict:
        if app.openapi_schema is None:
            document = usual()
            schemas = document["components"]["schemas"]
            schemas |= _definitions()
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
        return app.openapi_schema

    app.openapi = described


def _definitions() -> dict:
    schema = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), "ProblemDetails": schema}
