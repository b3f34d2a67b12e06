"""Where things stand and what wants attention, from what is stored; nothing is fitted."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from core import forecasts
from core.alerts.outbox import undelivered
from core.errors import UserError
from core.formats import day
from core.jobs.kinds import KINDS
from core.jobs.store import Job, JobStore
from core.language import N_, _, ngettext, retold
from core.market.calendar import weeks_behind
from core.market.follows import asked
from core.market.quality.record import flagged
from core.market.sample import SAMPLE_SOURCE
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.monitoring.alarms import alarms

OLD_WEEKS = 13
"""A production pair that has not seen the last quarter is worth a new training."""
LATE_WEEKS = 1
"""Prices are stale once more weeks than this have ended since their last session."""
FAILED_DAYS = 14
"""Older failures of jobs are history, not a task."""
ENDED = {"failed": N_("{job} failed on {day}"), "interrupted": N_("{job} interrupted on {day}")}
"""How a job ended that wants a person's attention."""


@dataclass(frozen=True)
class MarketState:
    """The prices of one market.

    Attributes
    ----------
    market : str
    stocks : int
    last : Timestamp
        Newest session of any stock.
    behind : int
        Weeks that have ended since; 0 for the sample, history by nature.
    late : int
        Stocks whose own prices end more than a week before the newest.
    sample : bool
        Whether all of it is the sample.
    """

    market: str
    stocks: int
    last: pd.Timestamp
    behind: int
    late: int
    sample: bool


@dataclass(frozen=True)
class Notice:
    """Something that wants a person's attention.

    Attributes
    ----------
    text : str
        One sentence, as are the words on the way in the reader's language.
    page : str
        Where to act: a page's name, such as ``data``.
    action : str
        Words on the way there.
    market : str
        Empty where it concerns no single market.
    """

    text: str
    page: str
    action: str
    market: str = ""


def market_states(data_dir: Path, now: datetime | None = None) -> list[MarketState]:
    """Each market that has stocks, the newest prices first."""
    known = BarStore(data_dir).symbols()
    states = []
    for market, stocks in known.groupby("market"):
        newest = stocks["last"].max()
        own = stocks[stocks["source"] != SAMPLE_SOURCE]
        states.append(
            MarketState(
                market=str(market),
                stocks=len(stocks),
                last=newest,
                behind=0 if own.empty else weeks_behind(str(market), own["last"].max(), now),
                late=int((own["last"] < own["last"].max() - pd.Timedelta(days=7)).sum()),
                sample=own.empty,
            )
        )
    return sorted(states, key=lambda state: state.last, reverse=True)


def production_age(data_dir: Path, market: str) -> int | None:
    """Market weeks since the last one that the versions behind the forecasts have learned from.

    None without forecasts of this market.
    """
    shown = forecasts.current(data_dir)
    newest = forecasts.last_complete_week(data_dir, market)
    if shown.get("market") != market or newest is None:
        return None
    learned = [tags["last_week"] for tags in shown["trained"].values() if tags.get("last_week")]
    if not learned:
        return None
    return max(0, (newest - pd.Timestamp(min(learned))).days // 7)


def failed_jobs(data_dir: Path, now: datetime) -> list[Job]:
    """Jobs of the last days that failed or were cut off, at most one a kind.

    A later one of its kind that went well heals an earlier failure.
    """
    told, found = set(), []
    for job in JobStore(data_dir).all():
        if job.kind in told or job.active:
            continue
        told.add(job.kind)
        if job.state not in ENDED:
            continue
        if (now - datetime.fromisoformat(job.created)).days < FAILED_DAYS:
            found.append(job)
    return found


def failed_text(job: Job) -> str:
    """How such a job ended, in one sentence and its own words."""
    title = _(KINDS[job.kind].title) if job.kind in KINDS else job.kind
    words = _(ENDED[job.state]).format(job=title, day=day(job.created[:10]))
    said = retold(" ".join(job.message.split())[:200])
    return f"{words}: {said}" if said else f"{words}."


def stale_text(state: MarketState) -> str:
    """How long ago the prices of a market end."""
    return _("{market}: prices end {weeks} weeks ago.").format(
        market=_(MARKETS[state.market].name), weeks=state.behind
    )


def refused_text(data_dir: Path, market: str) -> str:
    """Whose last refresh failed or was refused; empty where all went well."""
    bad = [symbol for symbol, said in asked(data_dir, market).items() if said.state != "ok"]
    if not bad:
        return ""
    named = ", ".join(bad[:5]) + (" …" if len(bad) > 5 else "")
    return _("{market}: the last refresh failed or was refused for {symbols}.").format(
        market=_(MARKETS[market].name), symbols=named
    )


def old_text(market: str, age: int) -> str:
    """How many weeks the versions behind the forecasts have not seen."""
    return _("{market}: the versions in production have not seen the last {weeks} weeks.").format(
        market=_(MARKETS[market].name), weeks=age
    )


def notices(data_dir: Path, now: datetime | None = None) -> list[Notice]:
    """What needs attention, the most pressing first."""
    now = now or datetime.now(UTC)
    return [*_failed_jobs(data_dir, now), *_undelivered(data_dir), *_of_markets(data_dir, now)]


def _failed_jobs(data_dir: Path, now: datetime) -> list[Notice]:
    pages = {
        "train": "training",
        "evaluate": "evidence",
        "refresh": "data",
        "audit": "quality",
        "backtest": "backtest",
    }
    return [
        Notice(failed_text(job), pages.get(job.kind, "models"), _("Look"))
        for job in failed_jobs(data_dir, now)
    ]


def _undelivered(data_dir: Path) -> list[Notice]:
    count = undelivered(data_dir)
    if not count:
        return []
    words = ngettext(
        "{count} alert could not be delivered.", "{count} alerts could not be delivered.", count
    ).format(count=count)
    return [Notice(words, "alerts", _("See why"))]


def _of_markets(data_dir: Path, now: datetime) -> list[Notice]:
    found, shown = [], forecasts.current(data_dir)
    for state in market_states(data_dir, now):
        code, name = state.market, _(MARKETS[state.market].name)
        if state.behind > LATE_WEEKS:
            found.append(Notice(stale_text(state), "data", _("Refresh"), code))
        if state.late:
            words = ngettext(
                "{market}: {count} stock's prices end more than a week before the newest.",
                "{market}: {count} stocks' prices end more than a week before the newest.",
                state.late,
            ).format(market=name, count=state.late)
            found.append(Notice(words, "data", _("See which"), code))
        if words := refused_text(data_dir, code):
            found.append(Notice(words, "data", _("See why"), code))
        if doubtful := len(flagged(data_dir, code)):
            words = ngettext(
                "{market}: {count} stock has doubtful prices.",
                "{market}: {count} stocks have doubtful prices.",
                doubtful,
            ).format(market=name, count=doubtful)
            found.append(Notice(words, "quality", _("See what was found"), code))
        if shown.get("market") != code:
            continue
        found += _of_scores(data_dir, code) + _of_drift(data_dir, code)
        newest = forecasts.last_complete_week(data_dir, code)
        if newest is not None and f"{newest:%Y-%m-%d}" > shown["as_of"]:
            words = _(
                "{market}: calls are of the week to {as_of}, prices are complete to {newest}."
            ).format(market=name, as_of=day(shown["as_of"]), newest=day(newest))
            found.append(Notice(words, "market", _("Forecast anew"), code))
        age = production_age(data_dir, code)
        if age is not None and age > OLD_WEEKS:
            found.append(Notice(old_text(code, age), "training", _("Train"), code))
    return found


def _of_scores(data_dir: Path, market: str) -> list[Notice]:
    try:
        raised = alarms(data_dir, market)
    except UserError as error:  # of damaged prices; the other notices stand nevertheless
        return [Notice(str(error), "data", _("Look"), market)]
    return [Notice(alarm.text, "monitoring", _("See the scores"), market) for alarm in raised]


def _of_drift(data_dir: Path, market: str) -> list[Notice]:
    from core.monitoring.drift import drift_alarm  # MLflow takes a second to load

    said = drift_alarm(data_dir, market)
    return [Notice(said, "monitoring", _("See which"), market)] if said else []
