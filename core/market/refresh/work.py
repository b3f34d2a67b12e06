"""The job "refresh": every symbol in turn, each stored as it comes, and an account at the end."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from core.errors import UserError
from core.jobs.progress import Progress
from core.jobs.store import Job, now
from core.market.follows import Asked, note_asked
from core.market.quality.record import inspect
from core.market.refresh.fetching import Desk
from core.market.refresh.one import Outcome, refresh_one
from core.market.refresh.plan import Entry, make_plan
from core.market.schema import find_market
from core.market.sources.base import SourceError
from core.market.sources.registry import open_source
from core.market.store import BarStore
from core.settings import settings

STATES = ("added", "rewritten", "unchanged", "up to date", "refused", "failed", "not asked")
TOLD = 500
"""Symbols named in the account; all are counted."""


def work(params: dict, folder: Path, tell: Progress, opener: Callable = open_source) -> dict:
    """Refresh the symbols of a market; in the child process of a job.

    Parameters
    ----------
    params : dict
        ``market``; perhaps ``symbols`` (default all that follow a source),
        ``source``, ``force``, ``names`` (fetch the listing too) and ``since``.
    folder : Path
    tell : Progress
    opener : callable
        Gives a source by name and data folder.

    Returns
    -------
    dict
        ``market, counts, added, symbols`` (the account) and ``message``.
    """
    data_dir = settings().data_dir
    market = find_market(params["market"]).code
    plan = make_plan(
        data_dir,
        market,
        symbols=params.get("symbols"),
        source=params.get("source"),
        force=bool(params.get("force")),
        since=params.get("since", ""),
    )
    store = BarStore(data_dir)
    desk = Desk(data_dir, opener)
    outcomes = [Outcome(e.symbol, e.source, "up to date") for e in plan if not e.due]
    due = [entry for entry in plan if entry.due]
    notes: list[str] = []
    try:
        if params.get("names") and due:
            notes += _names(store, market, due[-1].source, desk, tell)
        for number, entry in enumerate(due):

            def say(text: str = "", entry: Entry = entry, number: int = number) -> None:
                place = f"{entry.symbol}, {number + 1} of {len(due)}"
                tell.stage(
                    "Fetching prices", number / len(due), f"{place}: {text}" if text else place
                )

            say()
            at = now()
            outcome = refresh_one(store, market, entry, desk, say)
            outcomes.append(outcome)
            _note(data_dir, market, outcome, at)
    finally:
        desk.close()
    tell.stage("Checking quality")
    inspect(store, market, checked=[o.checked for o in outcomes if o.checked is not None])
    return _account(market, outcomes, notes)


def finish(data_dir: Path, job: Job, result: dict, folder: Path) -> dict:
    """Keep the account as it is."""
    return result


def _names(store: BarStore, market: str, name: str, desk: Desk, tell: Progress) -> list[str]:
    tell.stage("Fetching prices", 0.0, "names of the market's symbols")
    try:
        listing = desk.listing(name, market, lambda text: tell.stage("Fetching prices", 0.0, text))
    except SourceError as error:
        return [f"Names were not fetched: {error}"]
    if listing is None:
        return []
    store.set_listing(market, listing.names)
    for group, members in listing.members.items():
        store.set_members(market, group, members)
    return [f"Names of {len(listing.names):,} symbols stored."]


def _note(data_dir: Path, market: str, outcome: Outcome, at: str) -> None:
    if outcome.state == "not asked":
        return
    state = outcome.state if outcome.state in ("refused", "failed") else "ok"
    was = Asked(outcome.source, at, state, outcome.note, outcome.added)
    note_asked(data_dir, market, outcome.symbol, was)


def _account(market: str, outcomes: list[Outcome], notes: list[str]) -> dict:
    counts = Counter(outcome.state for outcome in outcomes)
    days = sum(outcome.added for outcome in outcomes)
    told = [o for o in outcomes if o.note or o.state in ("added", "rewritten")]
    told.sort(key=lambda o: (-STATES.index(o.state), o.symbol))
    if not outcomes or set(counts) <= {"up to date"}:
        said = "Every symbol is up to date: no session has closed since it was last asked for."
    else:
        words = {
            "added": f"{counts['added']} got {days:,} new days",
            "rewritten": f"{counts['rewritten']} fetched anew after a dividend or split",
            "unchanged": f"{counts['unchanged']} unchanged",
            "up to date": f"{counts['up to date']} up to date already",
            "refused": f"{counts['refused']} refused",
            "failed": f"{counts['failed']} failed",
            "not asked": f"{counts['not asked']} not asked",
        }
        parts = ", ".join(words[state] for state in STATES if counts[state])
        said = f"Of {len(outcomes)} symbols {parts}."
    if outcomes and counts["failed"] + counts["not asked"] == len(outcomes):
        first = next(o for o in outcomes if o.state == "failed")
        raise UserError(f"No symbol could be refreshed. {first.note}")
    return {
        "market": market,
        "counts": {state: counts[state] for state in STATES},
        "days": days,
        "symbols": [
            {
                "symbol": o.symbol,
                "source": o.source,
                "state": o.state,
                "added": o.added,
                "changed": o.changed,
                "dropped": o.dropped,
                "note": o.note,
            }
            for o in told[:TOLD]
        ],
        "message": " ".join([said, *notes]),
    }
