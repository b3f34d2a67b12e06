"""A leak audit of a stored market: computed here for a terminal, or as a job for a page."""

from dataclasses import asdict
from pathlib import Path

from core.audit import audit, market_builder
from core.errors import UserError
from core.jobs.progress import Progress
from core.jobs.store import Job
from core.language import _
from core.market.store import BarStore
from core.settings import settings

CUTS, SEED = 12, 7


def audit_market(
    data_dir: Path,
    market: str,
    symbols: list[str] | None,
    *,
    cuts: int = CUTS,
    seed: int = SEED,
    tell: Progress | None = None,
) -> dict:
    """Audit prices to splits, then the stored forecasts.

    Parameters
    ----------
    data_dir : Path
    market : str
    symbols : list of str or None
        None means every stock; the stored forecasts are checked for all.
    cuts, seed : int
        See `core.audit.audit`.
    tell : Progress, optional

    Returns
    -------
    dict
        JSON-ready: ``market, stocks, cuts, compared, first_differences``,
        ``forecasts`` (a `RecordAudit`), ``said`` (every difference in a
        sentence) and ``failed``.

    Raises
    ------
    UserError
        If there is nothing to audit.
    """
    from core.audit_records import audit_records  # MLflow takes a second to load

    if cuts < 1:
        raise UserError(_("At least one cut is needed: --cuts 1 or more."))
    store = BarStore(data_dir)
    bars = store.panel(market, symbols)
    if not bars:
        raise UserError(
            _("There are no prices of the market {market}: import some first.").format(
                market=market
            )
        )
    build = market_builder(market, horizon_weeks=settings().horizon_weeks, band=settings().band)

    def cut(done: int, of: int) -> None:
        if tell is not None:
            tell.stage(
                _("Cutting and comparing"),
                done / of,
                _("cut {number} of {total}").format(number=done + 1, total=of),
            )

    def forecast(done: int, of: int) -> None:
        if tell is not None:
            tell.stage(
                _("Checking stored forecasts"),
                done / of,
                _("week {number} of {total}").format(number=done + 1, total=of),
            )

    found = audit(bars, store.sessions(market), build, cuts=cuts, seed=seed, tell=cut)
    records = audit_records(data_dir, market, forecast)
    differences = [str(difference) for difference in found.differences] + records.differences
    return {
        "market": market,
        "stocks": len(bars),
        "cuts": found.cuts,
        "compared": found.compared,
        "first_differences": [asdict(difference) for difference in found.differences],
        "forecasts": asdict(records),
        "said": differences,
        "failed": bool(differences),
    }


def work(params: dict, folder: Path, tell: Progress) -> dict:
    """Audit in the child process of a job; ``params`` are ``market`` and ``symbols``."""
    return audit_market(settings().data_dir, params["market"], params["symbols"], tell=tell)


def finish(data_dir: Path, job: Job, result: dict, folder: Path) -> dict:
    """What the job's record keeps: all of it, and one sentence."""
    failed = result["failed"]
    said = _("Differences were found.") if failed else _("Nothing looks into the future.")
    return {**result, "message": said}
