"""From a typed body to a queued job, by the same doors as the pages'."""

from datetime import date
from pathlib import Path

from api.models import jobs as asked
from api.models.common import within
from core.access import actor
from core.evaluation.request import request_evaluation
from core.jobs.store import Job, JobStore
from core.market.refresh.request import request_refresh
from core.market.schema import check_symbol
from core.market.store import BarStore
from core.training.recipe import check_recipe, make_recipe


def ask(data_dir: Path, body: asked.JobAsked) -> tuple[Job, bool]:
    """Submit what a body asks for, in the actor's name.

    Returns
    -------
    tuple of (Job, bool)
        As `JobStore.submit`.

    Raises
    ------
    UserError
        If it cannot be met as things stand, or the actor's role does not reach.
    """
    # MLflow takes a second to load, so what needs it is imported where it is used.
    by = actor().name
    symbols = _symbols(data_dir, body)
    match body:
        case asked.Train():
            given = body.model_dump(exclude={"kind", "preset", "symbols", "start", "end"})
            recipe = make_recipe(
                body.preset, **given, symbols=symbols, start=_day(body.start), end=_day(body.end)
            )
            check_recipe(recipe, data_dir)
            params = recipe.model_dump(mode="json")
            return JobStore(data_dir).submit("train", params, requested_by=by)
        case asked.Refresh():
            given = body.model_dump(include={"source", "names", "force"})
            return request_refresh(data_dir, body.market, symbols=symbols, **given, by=by)
        case asked.Evaluate():
            return request_evaluation(data_dir, body.market, symbols, body.first, body.last, by=by)
        case asked.Backtest():
            from core.backtest.portfolio import Choice
            from core.backtest.request import default_rules, make_rules, request_backtest

            costs = body.model_dump(include={"fee", "sale_tax", "dividend_tax", "spread"})
            return request_backtest(
                data_dir,
                body.market,
                Choice(body.by, body.top, body.least, body.weights, body.every),
                make_rules(body.rules or default_rules(body.market), **costs),
                **body.model_dump(include={"source", "of", "cash_rate", "liquidity", "capital"}),
                symbols=symbols,
                by=by,
            )
        case asked.Audit():
            params = {"market": body.market, "symbols": symbols}
            return JobStore(data_dir).submit("audit", params, requested_by=by)
    from core.promotion import request_forecasts

    day = _day(body.as_of)
    # Whether it is a new one is not told by that door: by its name, where it waits or runs.
    before = {job.id for job in JobStore(data_dir).active()}
    job = request_forecasts(data_dir, by=by, as_of=None if day is None else str(day))
    return job, job.id not in before


def _day(day: date | None) -> date | None:
    return None if day is None else within(day)


def _symbols(data_dir: Path, body: asked.JobAsked) -> list[str] | None:
    """The symbols asked for as they are stored; those of a refresh may be new."""
    named = getattr(body, "symbols", None)
    if named is None:
        return None
    if isinstance(body, asked.Refresh):
        return sorted({check_symbol(symbol) for symbol in named})
    store = BarStore(data_dir)
    return sorted({store.find(symbol, body.market)[1] for symbol in named})
