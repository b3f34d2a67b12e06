"""The figures for Prometheus."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.problems import documented

router = APIRouter(tags=["health"])
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **documented(503),
    },
)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    text = await run_in_threadpool(request.app.state.metrics.text)
    return Response(text, headers={"Content-Type": PROMETHEUS, "Cache-Control": "no-store"})
