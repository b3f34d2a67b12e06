"""Asking for a refresh: checked before it is queued, the same for pages and command line."""

from pathlib import Path

from core.jobs.store import Job, JobStore
from core.market.follows import follow
from core.market.refresh.plan import make_plan
from core.market.schema import check_symbol, find_market


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
        What the named symbols follow from now on.
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
    if source and symbols:
        follow(data_dir, market, symbols, source)
    asked = {"symbols": symbols, "source": source, "names": names, "force": force}
    params = {"market": market} | {name: value for name, value in asked.items() if value}
    return JobStore(data_dir).submit("refresh", params, requested_by=by)
