"""What a refresh says at its end: how many of what, and why."""

from collections import Counter

from core.errors import UserError
from core.formats import day, number
from core.language import N_, _, ngettext, retold
from core.market.calendar import last_closed_session
from core.market.refresh.one import Outcome

STATES = (
    *(N_("added"), N_("rewritten"), N_("unchanged"), N_("up to date"), N_("refused")),
    *(N_("failed"), N_("not asked")),
)
"""What may come of a symbol; translated where it is shown."""
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
        ``market, counts`` (by state), ``days`` (new ones), ``stocks`` and ``indices``
        (how many), ``newest`` and ``due`` (the newest session the sources have, where a
        later one has closed), ``notes``, ``symbols`` (those there is something to say
        about, the worst first) and ``message``.

    Raises
    ------
    UserError
        If not one symbol could be asked; the sentence names the first reason.
    """
    counts = Counter(outcome.state for outcome in outcomes)
    if outcomes and counts["failed"] + counts["not asked"] == len(outcomes):
        first = next(o for o in outcomes if o.state == "failed")
        said = _("No symbol could be refreshed.")
        raise UserError(" ".join([f"{said} {first.note}", *notes]))
    told = [o for o in outcomes if o.note or o.state in ("added", "rewritten")]
    told.sort(key=lambda o: (-STATES.index(o.state), o.symbol))
    stocks = sum(outcome.kind == "stock" for outcome in outcomes)
    newest = max((outcome.last for outcome in outcomes), default="")
    due = str(last_closed_session(market).date())
    found = {
        "market": market,
        "counts": {state: counts[state] for state in STATES},
        "days": sum(outcome.added for outcome in outcomes),
        "stocks": stocks,
        "indices": len(outcomes) - stocks,
        **({"newest": newest, "due": due} if newest and newest < due else {}),
        "notes": notes,
        "symbols": [{name: getattr(o, name) for name in KEPT} for o in told[:TOLD]],
    }
    return {**found, "message": summed_up(found)}


def summed_up(found: dict) -> str:
    """An account in a few sentences, in the reader's language.

    Parameters
    ----------
    found : dict
        Of `account`.
    """
    said = [_counted(found)]
    if "newest" in found:
        said.append(
            _("The newest session the source has is {newest}; {due} has closed since.").format(
                newest=day(found["newest"]), due=day(found["due"])
            )
        )
    return " ".join([*said, *map(retold, found["notes"])])


def _counted(found: dict) -> str:
    counts = {state: count for state, count in found["counts"].items() if count}
    if set(counts) <= {"up to date"}:
        return _("Nothing was asked: no session has closed since these symbols last answered.")
    words = {
        "added": _("{count} got {days} new days"),
        "rewritten": _("{count} fetched anew after a dividend or split"),
        "unchanged": _("{count} unchanged"),
        "up to date": _("{count} asked before"),
        "refused": _("{count} refused"),
        "failed": _("{count} failed"),
        "not asked": _("{count} not asked"),
    }
    parts = ", ".join(
        words[state].format(count=counts[state], days=number(found["days"]))
        for state in STATES
        if state in counts
    )
    stocks, indices = found["stocks"], found["indices"]
    whole = [ngettext("{count} stock", "{count} stocks", stocks).format(count=stocks)] * bool(
        stocks
    )
    whole += [ngettext("{count} index", "{count} indices", indices).format(count=indices)] * bool(
        indices
    )
    return _("Of {whole}: {parts}.").format(whole=_(" and ").join(whole), parts=parts)
