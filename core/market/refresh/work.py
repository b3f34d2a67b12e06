"""The job "refresh": every symbol in turn, each stored as it comes, and an account at the end."""

from collections.abc import Callable
from pathlib import Path

from core.indicators.store import IndicatorStore
from core.jobs.progress import Progress
from core.jobs.store import Job, now
from core.language import _
from core.market.follows import Asked, follow, note_asked
from core.market.quality.record import inspect
from core.market.refresh.account import account
from core.market.refresh.fetching import Desk
from core.market.refresh.one import Outcome, refresh_one
from core.market.refresh.plan import Entry, expected_seconds, make_plan
from core.market.schema import find_market
from core.market.sources.base import SourceError
from core.market.sources.registry import open_source
from core.market.store import BarStore
from core.settings import settings


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
    outcomes = [Outcome(e.symbol, e.source, "up to date", kind=e.kind) for e in plan if not e.due]
    due = [entry for entry in plan if entry.due]
    notes: list[str] = []
    try:
        if params.get("names"):
            notes.append(_names(store, market, plan, desk, tell))
        for number, entry in enumerate(due):

            def say(text: str = "", entry: Entry = entry, number: int = number) -> None:
                if text:
                    words = _("{symbol}, {number} of {total}: {said}")
                else:
                    words = _("{symbol}, {number} of {total}")
                tell.stage(
                    _("Fetching prices"),
                    number / len(due),
                    words.format(symbol=entry.symbol, number=number + 1, total=len(due), said=text),
                    expected_seconds(due[number:]),
                )

            say()
            at = now()
            outcome = refresh_one(store, market, entry, desk, say)
            outcomes.append(outcome)
            _note(data_dir, market, outcome, at, follows=bool(params.get("source")))
    finally:
        desk.close()
    tell.stage(_("Checking quality"))
    inspect(store, market, checked=[o.checked for o in outcomes if o.checked is not None])
    # So that the first page after it need not.
    IndicatorStore(store).update(market)
    return account(market, outcomes, notes)


def finish(data_dir: Path, job: Job, result: dict, folder: Path) -> dict:
    """Keep the account as it is."""
    return result


def _names(store: BarStore, market: str, plan: list[Entry], desk: Desk, tell: Progress) -> str:
    """Fetch names and groups from the first source of the plan that has a list; a sentence."""
    said = _("None of these sources has a list of names.")
    for name in dict.fromkeys(entry.source for entry in plan):
        tell.stage(_("Fetching prices"), 0.0, _("names of the market's symbols"))
        try:
            listing = desk.listing(
                name, market, lambda text: tell.stage(_("Fetching prices"), 0.0, text)
            )
        except SourceError as error:
            said = _("Names were not fetched: {error}").format(error=error)
            continue
        if listing is None:
            continue
        store.set_listing(market, listing.names)
        for group, members in listing.members.items():
            store.set_members(market, group, members)
        sizes = ", ".join(f"{group} ({len(of)})" for group, of in listing.members.items())
        if sizes:
            said = _("Names of {count} symbols stored; groups: {sizes}.")
        else:
            said = _("Names of {count} symbols stored.")
        return said.format(count=f"{len(listing.names):,}", sizes=sizes)
    return said


def _note(data_dir: Path, market: str, outcome: Outcome, at: str, *, follows: bool) -> None:
    if outcome.state == "not asked":
        return
    state = outcome.state if outcome.state in ("refused", "failed") else "ok"
    was = Asked(outcome.source, at, state, outcome.note, outcome.added)
    note_asked(data_dir, market, outcome.symbol, was)
    # Only what has answered is followed: a symbol misspelt, or a source away, changes nothing.
    if follows and state == "ok" and outcome.kind == "stock":
        follow(data_dir, market, [outcome.symbol], outcome.source)
