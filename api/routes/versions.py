"""Versions, what is in production, how it changed, and changing it.

MLflow takes a second to load, so what needs it is imported where it is used.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import paging
from api.answers import fresh
from api.models.common import Market, ModelName, VersionPath
from api.models.versions import (
    Changed,
    Entry,
    Production,
    Promotion,
    Report,
    Rollback,
    Verdict,
    Version,
)
from api.paging import Cursor, Limit, Page
from api.problems import Missing, Problem, clean, data_dir, documented
from core import trail
from core.access import actor

router = APIRouter(tags=["versions"])


@router.get("/versions", response_model=Page[Version], responses=documented(404, 503))
async def versions(
    request: Request,
    model: Annotated[ModelName | None, Query(description="Both models by default.")] = None,
    market: Market | None = None,
    stage: Annotated[str | None, Query(pattern="^(Production|Staging|Archived)$")] = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Response:
    """The registered versions, the newest first."""

    def make() -> Page[Version]:
        from core import registry

        after = paging.read(cursor, str, str, int)
        found = [
            (version.created.isoformat(), version.model, version.version, version)
            for version in registry.versions(model)
            if market in (None, version.market) and stage in (None, version.stage)
        ]
        found.sort(key=lambda row: row[:3], reverse=True)
        found = [row for row in found if after is None or row[:3] < after]
        following = paging.written(*found[limit - 1][:3]) if len(found) > limit else None
        return Page[Version](items=[_version(row[3]) for row in found[:limit]], next=following)

    return await fresh(request, make)


@router.get("/versions/{model}/{version}", response_model=Version, responses=documented(404, 503))
async def version(request: Request, model: ModelName, version: VersionPath) -> Response:
    """One version with its scores."""

    def make() -> Version:
        from core import registry

        with Missing():
            return _version(registry.get(model, version))

    return await fresh(request, make)


@router.get(
    "/versions/{model}/{version}/report", response_model=Report, responses=documented(404, 503)
)
async def report(request: Request, model: ModelName, version: VersionPath) -> Response:
    """The report of a version: on what it was trained, how it was judged, what came out."""

    def make() -> Report:
        from core import registry
        from core.version_tables import version_report

        with Missing():
            found = registry.get(model, version)
        told = version_report(found)
        if told is None:
            raise Problem(404, f"No report of {found.name} is kept: train a version anew.")
        return Report(model=model, version=version, report=clean(told))

    return await fresh(request, make)


@router.get(
    "/versions/{model}/{version}/gate", response_model=Verdict, responses=documented(404, 503)
)
async def gate(request: Request, model: ModelName, version: VersionPath) -> Response:
    """Whether the gate to production opens for a version now, rule by rule."""

    def make() -> Verdict:
        from core import registry
        from core.gate.judging import judge

        with Missing():
            found = registry.get(model, version)
        return Verdict(**clean(judge(data_dir(), found).record()))

    return await fresh(request, make)


@router.get("/production", response_model=Production, responses=documented(503))
async def production(request: Request) -> Response:
    """What is in production now, as MLflow says."""

    def make() -> Production:
        from core import stages

        return Production(versions=stages.settle(data_dir()))

    return await fresh(request, make)


@router.get("/trail", response_model=Page[Entry], responses=documented(404))
async def trail_rows(request: Request, limit: Limit = 100, cursor: Cursor = "") -> Response:
    """Who changed what, when and why; the newest first."""

    def make() -> Page[Entry]:
        after = paging.read(cursor, int)
        rows = trail.entries(data_dir())
        end = len(rows) if after is None else min(max(after[0], 0), len(rows))
        first = max(end - limit, 0)
        return Page[Entry](
            items=[_entry(row) for row in reversed(rows[first:end])],
            next=paging.written(first) if first else None,
        )

    return await fresh(request, make)


@router.post("/promotions", response_model=Changed, responses=documented(400, 403, 409, 413, 503))
async def promote(body: Promotion) -> Changed:
    """Promote versions, to production through the gate; for an owner.

    Where the gate stays shut, the problem's `gate` tells every rule. With `override` and a reason
    it opens all the same, and the trail keeps both.
    """

    def work() -> Changed:
        from core import promotion, stages

        said = promotion.promote(
            list(dict.fromkeys((one.model, one.version) for one in body.versions)),
            body.to,
            by=actor().name,
            data_dir=data_dir(),
            expected=body.expected,
            reason=body.reason,
            override=body.override,
        )
        return Changed(message=said, production=stages.in_production())

    if len({one.model for one in body.versions}) < len(body.versions):
        raise Problem(409, "Two versions of one model cannot both be promoted: name one of each.")
    return await run_in_threadpool(work)


@router.post("/rollbacks", response_model=Changed, responses=documented(400, 403, 409, 413, 503))
async def roll_back(body: Rollback) -> Changed:
    """Put back what was in production before; of a pair promoted together, both. For an owner."""

    def work() -> Changed:
        from core import promotion, stages

        said = promotion.rollback(
            data_dir(), by=actor().name, expected=body.expected, reason=body.reason
        )
        return Changed(message=said, production=stages.in_production())

    return await run_in_threadpool(work)


def _version(version) -> Version:
    return Version(
        model=version.model,
        version=version.version,
        stage=version.stage,
        market=version.market,
        created=version.created,
        run_id=version.run_id,
        tags=clean(
            {name: str(value) for name, value in version.tags.items() if "mlflow." not in name}
        ),
        params=clean({name: str(value) for name, value in version.params.items()}),
        metrics=clean(version.metrics),
    )


def _entry(row: trail.Entry) -> Entry:
    told = ("at", "who", "action", "model", "was", "became", "act", "reason", "tried", "failed")
    return Entry(**{name: getattr(row, name) for name in told}, note=clean(row.note))
