"""Jobs: asked for by typed bodies, listed, watched by server-sent events, cancelled."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from api import paging
from api.answers import fresh
from api.asking import ask
from api.closing import closing
from api.models import jobs as told
from api.paging import Cursor, Limit, Page
from api.problems import Missing, Problem, clean, data_dir, documented
from api.runner import runner_is_alive
from core.jobs.progress import read
from core.jobs.store import Job, JobStore

router = APIRouter(tags=["jobs"])
JobPath = Annotated[
    str,
    Path(
        pattern="^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$",
        description="A job's id.",
        examples=["20240628-120000-a1b2c3"],
    ),
]
LOOK_SECONDS, BEAT_SECONDS = 0.5, 15.0
STREAMS = 20
"""Of one caller at once: each looks twice a second."""
NO_RUNNER = (
    "No server runs that would do it: it waits until one is started on this data folder "
    "(`make run`)."
)
_streams: dict[str, int] = {}


@router.get("/jobs", response_model=Page[told.Job], responses=documented(404))
async def jobs(
    request: Request,
    kind: told.Kind | None = None,
    state: told.State | None = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Response:
    """The jobs, the newest first."""

    def make() -> Page[told.Job]:
        before = paging.read(cursor, str, str)
        found = JobStore(data_dir()).all(kind=kind, state=state, before=before, limit=limit + 1)
        rows = [_job(job) for job in found[:limit]]
        last = found[limit - 1] if len(found) > limit else None
        following = paging.written(last.created, last.id) if last else None
        return Page[told.Job](items=rows, next=following)

    return await fresh(request, make)


@router.post(
    "/jobs",
    status_code=202,
    response_model=told.JobTaken,
    responses={
        200: {"model": told.JobTaken, "description": "The same is under way already."},
        **documented(400, 403, 409, 413, 503),
    },
)
async def start(request: Request, body: told.JobAsked) -> Response:
    """Ask for work; for an analyst. The answer comes at once, the work is done in its turn."""

    def work() -> told.JobTaken:
        job, new = ask(data_dir(), body)
        note = "" if runner_is_alive(data_dir()) else NO_RUNNER
        return told.JobTaken(job=_job(job), new=new, note=note)

    taken = await run_in_threadpool(work)
    place = request.app.url_path_for("job", job=taken.job.id)
    headers = {"Location": f"{request.scope.get('root_path', '')}{place}"}
    code = 202 if taken.new else 200
    return JSONResponse(taken.model_dump(mode="json"), code, headers)


@router.get("/jobs/{job}", name="job", response_model=told.Job, responses=documented(404))
async def one(request: Request, job: JobPath) -> Response:
    """One job as it stands."""

    def make() -> told.Job:
        with Missing():
            return _job(JobStore(data_dir()).get(job))

    return await fresh(request, make)


@router.post(
    "/jobs/{job}/cancel", response_model=told.Job, responses=documented(403, 404, 409, 503)
)
async def cancel(job: JobPath) -> told.Job:
    """Ask for a job's end: at once where it waits, in a moment where it runs. For an analyst."""

    def work() -> told.Job:
        store = JobStore(data_dir())
        with Missing():
            store.get(job)
        store.cancel(job)
        return _job(store.get(job))

    return await run_in_threadpool(work)


@router.get(
    "/jobs/{job}/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "`job` whenever it changes, with the job as data; `end` as the last.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **documented(404),
    },
)
async def events(
    request: Request,
    job: JobPath,
    wait: Annotated[
        float, Query(ge=0, le=3600, description="Seconds after which the stream ends by itself.")
    ] = 3600.0,
) -> Response:
    """A job as it goes, by server-sent events, from how it stands now to its end."""
    store = JobStore(data_dir())

    def look() -> told.Job:
        return _job(store.get(job))

    def first() -> told.Job:
        with Missing():
            return look()

    begun = await run_in_threadpool(first)
    caller = request.scope.get("caller", "")
    if _streams.get(caller, 0) >= STREAMS:
        said = f"At most {STREAMS} streams of events at once: close one first."
        raise Problem(429, said, {"Retry-After": "5"})

    async def stream() -> AsyncIterator[bytes]:
        _streams[caller] = _streams.get(caller, 0) + 1
        try:
            seen, until, beat = begun, time.monotonic() + wait, time.monotonic()
            yield _event("job", seen)
            while seen.state in told.ACTIVE and time.monotonic() < until and not closing():
                await asyncio.sleep(LOOK_SECONDS)
                now = await run_in_threadpool(look)
                if now != seen:
                    seen, beat = now, time.monotonic()
                    yield _event("job", seen)
                elif time.monotonic() - beat > BEAT_SECONDS:
                    beat = time.monotonic()
                    yield b": still there\n\n"  # so that no proxy takes it for dead
            if seen.state not in told.ACTIVE:
                yield _event("end", seen)
        finally:
            _streams[caller] -= 1
            if not _streams[caller]:
                del _streams[caller]

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)


def _event(name: str, job: told.Job) -> bytes:
    return format_sse_event(event=name, data_str=job.model_dump_json())


def _job(job: Job) -> told.Job:
    seen = read(JobStore(data_dir()).folder(job.id)) if job.state == "running" else None
    names = ("id", "kind", "state", "requested_by", "created", "started", "ended")
    return told.Job(
        **{name: getattr(job, name) for name in names},
        message=clean(job.message),
        progress=None
        if seen is None
        else told.Progress(
            stage=seen.stage,
            detail=clean(seen.detail),
            fraction=seen.fraction,
            seconds_left=seen.seconds_left,
        ),
        params=clean(job.params),
        result=clean(job.result),
    )
