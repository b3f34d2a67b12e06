"""Promotion and what follows it: new forecasts, or the reason why there are none."""

from collections.abc import Sequence
from pathlib import Path

from core import registry
from core.errors import UserError
from core.forecasts import read_day
from core.jobs.store import Job, JobStore


def promote(chosen: Sequence[tuple[str, int]], to: str, *, by: str, data_dir: Path) -> str:
    """Promote versions and ask for forecasts once, if production changed.

    Parameters
    ----------
    chosen : sequence of (str, int)
        Model and version.
    to : str
        "staging" or "production".
    by : str
        Who asks.
    data_dir : Path

    Returns
    -------
    str
        What a reader should know now, one or two sentences.
    """
    for model, version in chosen:  # all or none: look at every file before the first moves
        registry.model_file(registry.get(model, version))
    done = [registry.promote(model, version, to, by=by).name for model, version in chosen]
    said = f"{' and '.join(done)} {'is' if len(done) == 1 else 'are'} now in {to.capitalize()}."
    if to != "production":
        return said
    return f"{said} {after_promotion(data_dir, by=by)}"


def after_promotion(data_dir: Path, *, by: str) -> str:
    """Queue the forecasts of the versions in production, or say why there are none."""
    try:
        request_forecasts(data_dir, by=by)
    except UserError as error:
        return str(error)
    return "Forecasts are being computed."


def request_forecasts(data_dir: Path, *, by: str, as_of: str | None = None) -> Job:
    """Ask for the forecasts of all stocks by the versions in production.

    The versions are part of the request, so that one asked for before a
    promotion is never taken for one asked for after it.

    Raises
    ------
    UserError
        If the versions in production do not go together, or ``as_of`` is no date; it says
        what to do.
    """
    current = registry.production()
    reason = registry.disagreement(current)
    if reason:
        raise UserError(reason)
    params = {model: version.version for model, version in current.items()}
    if as_of is not None:
        params["as_of"] = str(read_day(as_of).date())
    return JobStore(data_dir).submit("forecast", params, requested_by=by)[0]
