"""Promotion and what follows it: new forecasts, or the reason why there are none."""

from pathlib import Path

from core import registry
from core.errors import UserError
from core.jobs.store import Job, JobStore


def promote(model: str, version: int, to: str, *, by: str, data_dir: Path) -> str:
    """Promote a version and ask for forecasts where production changed.

    Returns
    -------
    str
        What a reader should know now, one or two sentences.
    """
    done = registry.promote(model, version, to, by=by)
    said = f"{done.name} is now in {to.capitalize()}."
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
        If the versions in production do not go together; it says what to do.
    """
    current = registry.production()
    reason = registry.disagreement(current)
    if reason:
        raise UserError(reason)
    params = {model: version.version for model, version in current.items()}
    if as_of is not None:
        params["as_of"] = as_of
    return JobStore(data_dir).submit("forecast", params, requested_by=by)[0]
