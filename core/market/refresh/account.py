"""What a refresh says at its end: how many of what, and why."""

from collections import Counter

from core.errors import UserError
from core.market.calendar import last_closed_session
from core.market.refresh.one import Outcome

STATES = ("added", "rewritten", "unchanged", "up to date", "refused", "failed", "not asked")
TOLD = 500
"""Symbols named in the account; all are counted."""
KEPT = ("symbol", "source", "state", "added", "changed", "dropped", "note")


def account(market: str, outcomes: list[Outcome], notes: list[str]) -> dict:
    """The account of a refresh.

    Parameters
    ----------
    market : str
    outcomes : list of Outcome
    notes : list of str
        Sentences that belong to the whole.

    Returns
    -------
    dict
        ``market, counts`` (by state), ``days`` (new ones), ``symbols`` (those there is
        something to say about, the worst first) and ``message``.

    Raises
    ------
    UserError
        If not one symbol could be asked; the sentence names the first reason.
    """
    counts = Counter(outcome.state for outcome in outcomes)
    if outcomes and counts["failed"] + counts["not asked"] == len(outcomes):
        first = next(o for o in outcomes if o.state == "failed")
        raise UserError(" ".join([f"No symbol could be refreshed. {first.note}", *notes]))
    told = [o for o in outcomes if o.note or o.state in ("added", "rewritten")]
    told.sort(key=lambda o: (-STATES.index(o.state), o.symbol))
    return {
        "market": market,
        "counts": {state: counts[state] for state in STATES},
        "days": sum(outcome.added for outcome in outcomes),
        "symbols": [{name: getattr(o, name) for name in KEPT} for o in told[:TOLD]],
        "message": " ".join([_counted(outcomes, counts), *_newest(market, outcomes), *notes]),
    }


def _counted(outcomes: list[Outcome], counts: Counter) -> str:
    if not outcomes or set(counts) <= {"up to date"}:
        return "Nothing was asked: no session has closed since these symbols last answered."
    days = sum(outcome.added for outcome in outcomes)
    words = {
        "added": f"{counts['added']} got {days:,} new days",
        "rewritten": f"{counts['rewritten']} fetched anew after a dividend or split",
        "unchanged": f"{counts['unchanged']} unchanged",
        "up to date": f"{counts['up to date']} asked before",
        "refused": f"{counts['refused']} refused",
        "failed": f"{counts['failed']} failed",
        "not asked": f"{counts['not asked']} not asked",
    }
    parts = ", ".join(words[state] for state in STATES if counts[state])
    stocks = sum(outcome.kind == "stock" for outcome in outcomes)
    indices = len(outcomes) - stocks
    whole = [f"{stocks} stock{'s' * (stocks != 1)}"] if stocks else []
    whole += [f"{indices} ind{'ices' if indices != 1 else 'ex'}"] if indices else []
    return f"Of {' and '.join(whole)}: {parts}."


def _newest(market: str, outcomes: list[Outcome]) -> list[str]:
    """A sentence where the sources themselves are behind."""
    newest = max((outcome.last for outcome in outcomes), default="")
    due = str(last_closed_session(market).date())
    if not newest or newest >= due:
        return []
    return [f"The newest session the source has is {newest}; {due} has closed since."]
