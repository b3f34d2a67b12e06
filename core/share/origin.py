"""The versions behind a stored forecast: their scores, and what became of them."""

from collections.abc import Mapping
from pathlib import Path

from core import forecasts, trail
from core.formats import day, moment
from core.language import _
from core.share.card import MODELS

MADE_BY = ("price_version", "pattern_version")


def facts(data_dir: Path, record: Mapping) -> dict:
    """What a forecast card says beside a record, for the record's own versions.

    Returns
    -------
    dict
        ``scores``, ``rule`` and ``shrinkage`` as in ``core.forecasts.current``.

    Raises
    ------
    UserError
        If one of the versions is no longer registered.
    """
    shown = forecasts.current(data_dir)
    if shown and all(shown[name] == record[name] for name in MADE_BY):
        return shown
    from core import registry  # MLflow takes a second to load; today's forecasts need none

    found = [registry.get(m, int(record[name])) for m, name in zip(MODELS, MADE_BY, strict=True)]
    price, pattern = (registry.load(version).bundle for version in found)
    return {
        "scores": {version.model: version.metrics for version in found},
        "rule": pattern.get("rule"),
        "shrinkage": price.get("shrinkage"),
    }


def put_there(data_dir: Path, record: Mapping) -> list[trail.Entry]:
    """The trail's rows that put a forecast's versions into production before it was made.

    One a model; none for a version that was not there.
    """
    rows = trail.entries(data_dir)
    found = [
        trail.behind(rows, model, int(record[name]), record["created"])
        for model, name in zip(MODELS, MADE_BY, strict=True)
    ]
    return [entry for entry in found if entry is not None]


def histories(data_dir: Path, record: Mapping) -> list[str]:
    """A sentence or more on each version: who put it into production when, what it is today.

    Raises
    ------
    UserError
        If one of the versions is no longer registered.
    """
    from core import registry

    put = {entry.model: entry for entry in put_there(data_dir, record)}
    said = []
    for model, name in zip(MODELS, MADE_BY, strict=True):
        version = registry.get(model, int(record[name]))
        entry, trained = put.get(model), day(version.created)
        today = _(version.stage) if version.stage else _("not promoted")
        if entry is None:
            told = _(
                "{version}: trained {trained}; not in production when the forecast was made; "
                "today: {today}."
            ).format(version=version.name, trained=trained, today=today)
        else:
            told = _(
                "{version}: trained {trained}; put into production {moment} by {who} ({action}); "
                "today: {today}."
            ).format(
                version=version.name,
                trained=trained,
                moment=moment(entry.at),
                who=_(entry.who),
                action=_(entry.action),
                today=today,
            )
        if entry and entry.reason:
            told += " " + _("Reason: {reason}").format(reason=entry.reason)
        said.append(told)
    return said
