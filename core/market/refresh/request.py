"""Asking for a refresh: checked before it is queued, the same for pages and command line."""

from pathlib import Path

from core.formats import number
from core.jobs.store import Job, JobStore
from core.language import _
from core.market.refresh.plan import expected_seconds, make_plan
from core.market.schema import check_symbol, find_market
from core.market.sources.registry import check_source
from core.market.store import BarStore


def request_refresh(
    data_dir: Path,
    market: str,
    *,
    symbols: list[str] | None = None,
    source: str | None = None,
    names: bool = False,
    force: bool = False,
    by: str,
) -> tuple[Job, bool]:
    """Queue a refresh.

    Parameters
    ----------
    data_dir : Path
    market : str
    symbols : list of str, optional
        Default: all that follow a source. New ones are fetched whole.
    source : str, optional
        Asked instead of their own; a symbol follows it once it has answered.
    names : bool
        Fetch names and groups of the market too.
    force : bool
        Ask also where nothing new can be there.
    by : str
        Who asks.

    Returns
    -------
    tuple of (Job, bool)
        The job, and whether it is new.

    Raises
    ------
    UserError
        If nothing follows a source, or a source, market or symbol is none.
    """
    market = find_market(market).code
    if symbols is not None:
        symbols = sorted({check_symbol(symbol) for symbol in symbols})
    make_plan(data_dir, market, symbols=symbols, source=source)
    asked = {"symbols": symbols, "source": source, "names": names, "force": force}
    params = {"market": market} | {name: value for name, value in asked.items() if value}
    return JobStore(data_dir).submit("refresh", params, requested_by=by)


def outlook(
    data_dir: Path, market: str, *, symbols: list[str] | None, source: str | None, force: bool
) -> str:
    """What a refresh would ask, and how long that is likely to take; a sentence or two.

    In the reader's language.

    Raises
    ------
    UserError
        As `request_refresh` does.
    """
    plan = make_plan(data_dir, market, symbols=symbols, source=source, force=force)
    due = [entry for entry in plan if entry.due]
    if not due:
        return _("Nothing is due: all have answered since the last session closed.")
    stored = BarStore(data_dir).symbols(market, kind=None).set_index("symbol")["source"]
    whole = sum(stored.get(entry.symbol) != entry.source for entry in due)
    parts = []
    if len(due) - whole:
        parts.append(
            _("{count} for the days they lack and a few to compare").format(count=len(due) - whole)
        )
    if whole:
        parts.append(_("{count} for their whole history").format(count=whole))
    indices = sum(entry.kind == "index" for entry in due)
    if indices:
        told = _("Asks for {count} symbols, {indices} of them indices of the market: {parts}.")
    else:
        told = _("Asks for {count} symbols: {parts}.")
    told = told.format(count=len(due), indices=indices, parts=_(" and ").join(parts))
    seconds = expected_seconds(due)
    limits = {
        name: limit
        for name in sorted({entry.source for entry in due})
        if (limit := check_source(name).promise.per_minute)
    }
    if seconds > 90 and limits:
        allowed = _(" and ").join(
            _("{count} requests a minute of {source}").format(count=limit, source=name)
            for name, limit in limits.items()
        )
        told += " " + _("About {minutes} min at {allowed}.").format(
            minutes=number(seconds / 60), allowed=allowed
        )
    return told
