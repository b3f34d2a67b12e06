"""The weekly schedule: after a market's week has closed, a refresh of prices, then a training.

A plan and how its last run went are two JSON values a market in the data
folder's ``meta``. The thread that looks at the clock lives beside the job
runner, so there is one a data folder; a week is claimed in one transaction, so
that even two of them begin it once. Nothing here promotes.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from core.access import Role, as_system, require
from core.db import connect
from core.errors import UserError
from core.jobs.one import GOES_ON_AS
from core.jobs.runner import JobRunner
from core.jobs.store import Job, JobStore
from core.language import N_, _
from core.market.calendar import closed_at, complete_weeks, last_session, today, week_of
from core.market.refresh.plan import make_plan
from core.market.refresh.request import request_refresh
from core.market.schema import MARKETS, find_market
from core.market.store import BarStore
from core.training.presets import STANDARD, find_preset
from core.training.recipe import make_recipe
from core.training.request import ALL, request_training, stocks_of

GRACE = timedelta(hours=1)
"""Left to the sources after a week's last close."""
AGAIN = timedelta(hours=1)
TRIES = 4
"""Refreshes of one week, an hour apart, where the week's prices do not come."""
LOOK_SECONDS = 15.0
FETCHING, WAITING, TRAINING = N_("fetching"), N_("waiting"), N_("training")
DONE, FAILED = N_("done"), N_("failed")
UNTRAINED, UNTRAINED_ON_OLD = N_("Nothing was trained."), N_("Nothing was trained on old prices.")
WEEKS_BACK = 6
"""A market that rests longer than so many weeks has other worries."""
REFRESH_WAS = {
    "failed": N_("The refresh failed: {message}"),
    "cancelled": N_("The refresh was cancelled: {message}"),
    "interrupted": N_("The refresh was interrupted: {message}"),
}
TRAINING_WAS = {
    "failed": N_("Prices are fresh, but the training failed: {message}"),
    "cancelled": N_("Prices are fresh, but the training was cancelled: {message}"),
    "interrupted": N_("Prices are fresh, but the training was interrupted: {message}"),
}
log = logging.getLogger("weeklens")


@dataclass(frozen=True)
class Plan:
    """What is to be done every week for one market.

    Attributes
    ----------
    on : bool
    preset : str
    which : str
        "all", "chosen" or "list"; see ``core.training.request``.
    symbols : list of str
        Of "chosen".
    watchlist : str
        Of "list"; read anew every week.
    since : str
        When it was switched on, UTC, ISO 8601: weeks that closed before are not made up for.
    """

    on: bool = False
    preset: str = STANDARD
    which: str = ALL
    symbols: tuple[str, ...] = ()
    watchlist: str = ""
    since: str = ""


@dataclass(frozen=True)
class Run:
    """How one week went.

    Attributes
    ----------
    week : str
        The Friday.
    at : str
        When it, or its present try, began; UTC, ISO 8601.
    step : str
        "fetching", "waiting" (for the next try), "training", "done" or "failed".
    tries : int
        Refreshes so far.
    refresh, train, forecast : str
        Ids of its jobs; empty where there is none yet.
    message : str
    """

    week: str
    at: str
    step: str = FETCHING
    tries: int = 1
    refresh: str = ""
    train: str = ""
    forecast: str = ""
    message: str = ""


def read_plan(data_dir: Path, market: str) -> Plan:
    """The plan of a market; one that is off where none was made."""
    kept = _read(data_dir, f"schedule {market}")
    return Plan(**{**kept, "symbols": tuple(kept["symbols"])}) if kept else Plan()


def last_run(data_dir: Path, market: str) -> Run | None:
    """The last week that the schedule began; None before the first."""
    kept = _read(data_dir, f"schedule run {market}")
    return Run(**kept) if kept else None


def save_plan(data_dir: Path, market: str, plan: Plan, now: datetime | None = None) -> Plan:
    """Keep a plan; one that is switched on begins with the next week that closes.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    UserError
        If the preset or the watchlist is none, no stock is chosen, or nothing of the
        market follows a source.
    """
    require(Role.OWNER)
    market = find_market(market).code
    if plan.on:
        find_preset(plan.preset)
        named = stocks_of(
            data_dir, market, plan.which, named=plan.symbols, watchlist=plan.watchlist
        )
        if named == []:
            raise UserError(_("No stock is chosen: choose at least one, or all."))
        make_recipe(plan.preset, market=market, symbols=named)
        make_plan(data_dir, market)
    before = read_plan(data_dir, market)
    since = before.since if before.on else _stamp(now or datetime.now(UTC))
    plan = replace(plan, since=since if plan.on else "")
    with connect(data_dir) as db:
        _write(db, f"schedule {market}", plan)
    return plan


def due_at(market: str, friday: pd.Timestamp) -> datetime | None:
    """When the work of a week begins; None for a week without a session."""
    final = last_session(market, friday)
    return None if final is None else closed_at(market, final) + GRACE


def next_due(data_dir: Path, market: str, now: datetime | None = None) -> datetime | None:
    """When the plan of a market fires next, in the market's time; None where it is off."""
    now = now or datetime.now(UTC)
    plan, run = read_plan(data_dir, market), last_run(data_dir, market)
    if not plan.on:
        return None
    here = week_of([today(market, now)])[0]
    for friday in pd.date_range(here - pd.Timedelta(weeks=WEEKS_BACK), periods=20, freq="7D"):
        if _open(market, friday, plan, run) and due_at(market, friday) > now:
            return due_at(market, friday)
    return None


def look(data_dir: Path, now: datetime | None = None) -> None:
    """Do what is due now in every market: begin a week, or take one a step further."""
    now = now or datetime.now(UTC)
    for market in MARKETS:
        plan, run = read_plan(data_dir, market), last_run(data_dir, market)
        if run is not None and run.step in (FETCHING, WAITING, TRAINING):
            _keep(data_dir, market, run, _further(data_dir, market, plan, run, now))
        elif plan.on and (week := _due_week(market, plan, run, now)) is not None:
            begun = Run(week=str(week.date()), at=_stamp(now))
            if _keep(data_dir, market, run, begun):
                _keep(data_dir, market, begun, _further(data_dir, market, plan, begun, now))


def keep_looking(runner: JobRunner, clock: Callable[[], datetime] | None = None) -> None:
    """Look at the clock in a thread for as long as the job runner lives."""

    def loop() -> None:
        looked = float("-inf")
        while runner.alive:
            if time.monotonic() - looked >= LOOK_SECONDS:
                looked = time.monotonic()
                try:
                    look(runner.data_dir, clock() if clock else None)
                except Exception:
                    # One bad moment, such as a full disk, must not end the weeks after it.
                    log.exception("The weekly schedule could not be looked at")
            time.sleep(0.25)

    threading.Thread(target=as_system(loop), name="schedule", daemon=True).start()


def _due_week(market: str, plan: Plan, run: Run | None, now: datetime) -> pd.Timestamp | None:
    """The newest week that is due and not begun yet: one that was slept through, once."""
    here = week_of([today(market, now)])[0]
    for back in range(WEEKS_BACK):
        friday = here - pd.Timedelta(weeks=back)
        due = due_at(market, friday)
        if due is not None and due <= now:
            return friday if _open(market, friday, plan, run) else None
    return None


def _open(market: str, friday: pd.Timestamp, plan: Plan, run: Run | None) -> bool:
    """Whether a week belongs to the plan and was not begun."""
    due = due_at(market, friday)
    if due is None or due < datetime.fromisoformat(plan.since):
        return False
    return run is None or friday > pd.Timestamp(run.week)


def _further(data_dir: Path, market: str, plan: Plan, run: Run, now: datetime) -> Run:
    """The run after what can be done for it now."""
    try:
        if run.step == WAITING:
            if datetime.fromisoformat(run.at) + AGAIN > now:
                return run
            run = replace(
                run, step=FETCHING, at=_stamp(now), tries=run.tries + 1, refresh="", message=""
            )
        if run.step == FETCHING:
            return _fetched(data_dir, market, plan, run, now)
        return _trained(data_dir, run)
    except UserError as error:
        return replace(run, step=FAILED, message=f"{error} {_(UNTRAINED)}")


def _fetched(data_dir: Path, market: str, plan: Plan, run: Run, now: datetime) -> Run:
    if not run.refresh:
        job = _asked(data_dir, "refresh", _by(market, run))
        if job is None:
            # A source that has answered without the last day must be asked once more.
            job, __ = request_refresh(data_dir, market, force=run.tries > 1, by=_by(market, run))
        return replace(run, refresh=job.id)
    job = _last_of(data_dir, run.refresh)
    if job.active:
        return replace(run, refresh=job.id)
    if not plan.on:
        said = _("Switched off meanwhile: nothing was trained.")
        return replace(run, step=DONE, message=said)
    weeks = complete_weeks(market, BarStore(data_dir).sessions(market), now)
    arrived = len(weeks) > 0 and weeks[-1] >= pd.Timestamp(run.week)
    if job.state == "done" and arrived:
        return _train(data_dir, market, plan, run)
    if job.state != "done":
        said = _(REFRESH_WAS[job.state]).format(message=job.message)
    elif len(weeks):
        said = _(
            "The refresh ended, but the week's prices have not come (the last complete week is "
            "{week})."
        ).format(week=f"{weeks[-1]:%Y-%m-%d}")
    else:
        said = _("The refresh ended, but the week's prices have not come (there is none).")
    if run.tries < TRIES and job.state != "cancelled":
        # Tried again an hour after this moment, however long the refresh took.
        return replace(run, step=WAITING, at=_stamp(now), message=f"{said} {_(UNTRAINED)}")
    return replace(run, step=FAILED, message=f"{said} {_(UNTRAINED_ON_OLD)}")


def _train(data_dir: Path, market: str, plan: Plan, run: Run) -> Run:
    """Ask for the forecasts, which take seconds, then for the training."""
    from core import registry  # MLflow takes a second to load; the app's start should not
    from core.promotion import request_forecasts

    forecast = _asked(data_dir, "forecast", _by(market, run))
    current, note = registry.production(), ""
    reason = registry.disagreement(current)
    if reason:
        note = _("No forecasts: {reason}").format(reason=reason)
    elif current[registry.PRICE].market != market:
        note = _("No forecasts: the versions in production are not for {market}.").format(
            market=_(MARKETS[market].name)
        )
    elif forecast is None:
        forecast = request_forecasts(data_dir, by=_by(market, run))
    job = _asked(data_dir, "train", _by(market, run))
    if job is None:
        named = stocks_of(
            data_dir, market, plan.which, named=plan.symbols, watchlist=plan.watchlist
        )
        recipe = make_recipe(plan.preset, market=market, symbols=named)
        new = request_training(data_dir, [recipe], by=_by(market, run))
        job = new[0] if new else _same(data_dir, recipe.model_dump(mode="json"))
    told = forecast.id if forecast else ""
    return replace(run, step=TRAINING, train=job.id, forecast=told, message=note)


def _trained(data_dir: Path, run: Run) -> Run:
    job = _last_of(data_dir, run.train)
    if job.active:
        return replace(run, train=job.id)
    if job.state != "done":
        said = _(TRAINING_WAS[job.state]).format(message=job.message)
        return replace(run, step=FAILED, train=job.id, message=said)
    first, second = (f"{name} v{n}" for name, n in job.result["versions"].items())
    said = _(
        "Registered {first} and {second}; promote them on the Models page where they are better."
    ).format(first=first, second=second)
    return replace(run, step=DONE, train=job.id, message=f"{said} {run.message}".rstrip())


def _by(market: str, run: Run) -> str:
    """Who asks: names the week and the try, so that what was asked is found again."""
    if run.tries > 1:
        said = N_("weekly schedule, {market} {week}, try {number}")
    else:
        said = N_("weekly schedule, {market} {week}")
    return said.format(market=market, week=run.week, number=run.tries)


def _asked(data_dir: Path, kind: str, by: str) -> Job | None:
    """What was asked for before the schedule was cut off in the middle of a step."""
    jobs = JobStore(data_dir).all(kind=kind)
    return next((job for job in jobs if job.requested_by == by), None)


def _same(data_dir: Path, params: dict) -> Job:
    active = JobStore(data_dir).active()
    return next(job for job in active if job.kind == "train" and job.params == params)


def _last_of(data_dir: Path, job_id: str) -> Job:
    """A job, or the one that goes on where it was cut off."""
    job = JobStore(data_dir).get(job_id)
    while job.state == "interrupted" and (then := job.result.get(GOES_ON_AS)):
        job = JobStore(data_dir).get(then)
    return job


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _read(data_dir: Path, key: str) -> dict | None:
    with connect(data_dir) as db:
        row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return json.loads(row["value"]) if row else None


def _write(db, key: str, value: Plan | Run) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(asdict(value))))


def _keep(data_dir: Path, market: str, before: Run | None, after: Run) -> bool:
    """Note a run in place of the one that was seen; False where another process was first."""
    if before == after:
        return False
    key = f"schedule run {market}"
    with connect(data_dir) as db:
        db.execute("COMMIT")
        db.execute("BEGIN IMMEDIATE")
        row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if (Run(**json.loads(row["value"])) if row else None) != before:
            return False
        _write(db, key, after)
    return True
