"""Asking for a refresh: checked before it is queued, the same for pages and command line."""

from pathlib import Path

from core.jobs.store import Job, JobStore
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

    Raises
    ------
    UserError
        As `request_refresh` does.
    """
    plan = make_plan(data_dir, market, symbols=symbols, source=source, force=force)
    due = [entry for entry in plan if entry.due]
    if not due:
        return "Nothing is due: all have answered since the last session closed."
    stored = BarStore(data_dir).symbols(market, kind=None).set_index("symbol")["source"]
    whole = sum(stored.get(entry.symbol) != entry.source for entry in due)
    parts = []
    if len(due) - whole:
        parts.append(f"{len(due) - whole} for the days they lack and a few to compare")
    if whole:
        parts.append(f"{whole} for their whole history")
    indices = sum(entry.kind == "index" for entry in due)
    also = f", {indices} of them indices of the market" if indices else ""
    told = f"Asks for {len(due)} symbols{also}: {' and '.join(parts)}."
    seconds = expected_seconds(due)
    limits = {
        name: limit
        for name in sorted({entry.source for entry in due})
        if (limit := check_source(name).promise.per_minute)
    }
    if seconds > 90 and limits:
        allowed = " and ".join(f"{limit} requests a minute of {n}" for n, limit in limits.items())
        told += f" About {seconds / 60:.0f} min at {allowed}."
    return told
