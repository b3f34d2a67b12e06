"""The versions behind a stored forecast: their scores, and what became of them."""

from collections.abc import Mapping
from pathlib import Path

from core import forecasts
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


def histories(record: Mapping) -> list[str]:
    """A sentence on each version: when it was promoted, by whom, and what it is today.

    Raises
    ------
    UserError
        If one of the versions is no longer registered.
    """
    from core import registry

    said = []
    for model, name in zip(MODELS, MADE_BY, strict=True):
        version = registry.get(model, int(record[name]))
        parts = [f"trained {version.created:%Y-%m-%d}"]
        if at := version.tags.get("promoted_at"):
            to = version.tags.get("promoted_to", "production").capitalize()
            parts.append(f"promoted to {to} {at[:10]} by {version.tags.get('promoted_by', '?')}")
        if version.stage == "Archived" and (at := version.tags.get("archived_at")):
            parts.append(f"archived {at[:10]}")
        now = version.stage or "never promoted"
        said.append(f"{version.name}: {', '.join(parts)}; today: {now}.")
    return said
