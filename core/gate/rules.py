"""The seven rules: each looks at one version and says in a sentence what it found."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core import registry
from core.errors import UserError
from core.forecasts import last_complete_week
from core.gate.audit import leak_audit
from core.gate.measuring import (
    LEAST_WEEKS,
    MARGIN,
    amount,
    calibration_error,
    compared,
    figures_of,
    held_by_intervals,
    live_worse_by,
    naive_of,
    size_of,
    told,
    worse_by,
)
from core.gate.verdict import Rule
from core.language import _
from core.market.schema import MARKETS
from core.registry import PRICE, Version
from core.settings import settings

ALIKE = ("market", "horizon_weeks", "band")
"""Tags that compared versions share."""
COVERAGE = (0.75, 0.85)
"""Of 80 % intervals. Fifty weeks tell a share of rows to about five points."""
MOST_CALIBRATION_ERROR = 0.05
"""Of the probability of the likeliest class; 0.012 to 0.03 is usual, see `docs/skill.md`."""


def elsewhere(version: Version, current: Version | None) -> bool:
    """Whether production forecasts another market, so that it is nothing to be measured by."""
    known = current is not None and {version.market, current.market} <= set(MARKETS)
    return known and version.market != current.market


def comparable(version: Version, current: Version | None) -> Rule:
    """The same market, horizon and band, or another market: then nothing is compared."""
    key, title = "comparable", _("Same market, horizon and band as production")
    # For the trail: the market is known there also when the version is deleted.
    figures = {"market": version.market}
    if any(tag not in version.tags for tag in ALIKE):
        said = _(
            "{version} does not say all of market, horizon in weeks and SIDEWAYS band: it was "
            "made by hand."
        ).format(version=version.name)
        return Rule(key, title, False, said, figures)
    market, horizon, band = (version.tags[tag] for tag in ALIKE)
    if elsewhere(version, current):
        return Rule(key, title, True, _nothing_of(version, current), figures)
    if current is None:
        said = _(
            "Nothing else is in production; its market {market}, horizon in weeks {horizon}, "
            "SIDEWAYS band {band}."
        ).format(market=market, horizon=horizon, band=band)
        return Rule(key, title, True, said, figures)
    if not alike(version, current):
        other_market, other_horizon, other_band = (current.tags.get(tag, "?") for tag in ALIKE)
        said = _(
            "It cannot be compared with {current}: market {market} against {other_market}, horizon "
            "in weeks {horizon} against {other_horizon}, SIDEWAYS band {band} against "
            "{other_band}."
        ).format(
            current=current.name,
            market=market,
            other_market=other_market,
            horizon=horizon,
            other_horizon=other_horizon,
            band=band,
            other_band=other_band,
        )
        return Rule(key, title, False, said, figures)
    return Rule(key, title, True, _("As {current}.").format(current=current.name), figures)


def alike(version: Version, other: Version) -> bool:
    """Whether two versions forecast the same thing."""
    return all(other.tags.get(tag) == version.tags.get(tag) for tag in ALIKE)


def _nothing_of(version: Version, current: Version) -> str:
    return _(
        "Production forecasts {other}; nothing of {market} is in production, so nothing is "
        "compared."
    ).format(other=current.market, market=version.market)


def against_production(
    data_dir: Path,
    own: pd.DataFrame | None,
    lacking: str,
    version: Version,
    current: Version | None,
) -> Rule:
    """Not worse on the weeks both were tested on, nor on the live weeks once they are enough."""
    key, title = "production", _("Not worse than production")
    if current is None:
        said = _("Nothing to beat: no other version is in production.")
        return Rule(key, title, True, said)
    if elsewhere(version, current):
        return Rule(key, title, True, _nothing_of(version, current))
    found = lacking if own is None else compared(own, version, current)
    said, figures = (found, {}) if isinstance(found, str) else found
    passed = bool(figures) and figures["high"] <= figures["margin"]
    live = live_worse_by(data_dir, version, current) if alike(version, current) else None
    if live is None:
        return Rule(key, title, passed, said, figures)
    came, weeks = live
    figures = {**figures, "live": figures_of(came, version.model, weeks)}
    size = size_of(version.model, came)
    if weeks < LEAST_WEEKS:
        said = _(
            "{compared} In the live weeks that both forecast after their trainings ({weeks} so "
            "far) it was {size}; fewer than {needed} decide nothing."
        ).format(compared=said, weeks=weeks, size=size, needed=LEAST_WEEKS)
        return Rule(key, title, passed, said, figures)
    margin = MARGIN[version.model]
    said = _(
        "{compared} In the {weeks} live weeks that both forecast after their trainings it was "
        "{size}, at worst {worst} (95 %); allowed {margin}."
    ).format(
        compared=said,
        weeks=weeks,
        size=size,
        worst=amount(version.model, came.high, sign=True),
        margin=amount(version.model, margin, sign=True),
    )
    return Rule(key, title, passed and came.high <= margin, said, figures)


def against_best(
    own: pd.DataFrame | None,
    lacking: str,
    version: Version,
    current: Version | None,
    promoted: Sequence[int],
) -> Rule:
    """Of all versions ever promoted for its market, the one it does worst against."""
    key, title = "best", _("Not worse than the best ever promoted")
    if own is None and not elsewhere(version, current):
        return Rule(key, title, False, lacking)
    spared = {version.version, current.version if current else version.version}
    worst: tuple[str, dict] | None = None
    for number in sorted(set(promoted) - spared):
        try:
            other = registry.get(version.model, number)
        except UserError:
            continue
        found = compared(own, version, other) if own is not None and alike(version, other) else ""
        # A version without enough common weeks cannot say anything; production must.
        if not isinstance(found, str) and (worst is None or found[1]["high"] > worst[1]["high"]):
            worst = found
    if worst is None:
        said = _("No other version that was promoted can be compared with it.")
        return Rule(key, title, True, said)
    said, figures = worst
    return Rule(key, title, figures["high"] <= figures["margin"], said, figures)


def against_naive(own: pd.DataFrame | None, lacking: str, version: Version) -> Rule:
    """Not worse than no change, or the class prior."""
    key = "naive"
    if version.model == PRICE:
        naive, title = _("no change"), _("Not worse than no change")
    else:
        naive, title = _("the class prior"), _("Not worse than the class prior")
    if own is None:
        return Rule(key, title, False, lacking)
    weeks = own["week"].nunique()
    if weeks < LEAST_WEEKS:
        said = _("Only {weeks} out-of-sample weeks; {needed} are needed.")
        return Rule(key, title, False, said.format(weeks=weeks, needed=LEAST_WEEKS))
    found = worse_by(own, naive_of(own), version.model)
    figures = figures_of(found, version.model, weeks)
    said = told(version.model, found, naive, _("{weeks} weeks").format(weeks=weeks))
    return Rule(key, title, found.high <= MARGIN[version.model], said, figures)


def honest(own: pd.DataFrame | None, lacking: str, version: Version) -> Rule:
    """Intervals hold what they say, probabilities come true; judged by the value itself."""
    if version.model == PRICE:
        return _covers(own, lacking)
    key, title = "calibration", _("Probabilities come true as often as they say")
    if own is None:
        return Rule(key, title, False, lacking)
    found = calibration_error(own)
    said = _("Calibration error {value} [{low}, {high}]; at most {most} is wanted.").format(
        value=f"{found.value:.3f}",
        low=f"{found.low:.3f}",
        high=f"{found.high:.3f}",
        most=f"{MOST_CALIBRATION_ERROR:.2f}",
    )
    figures = {"value": found.value, "low": found.low, "high": found.high}
    return Rule(key, title, found.value <= MOST_CALIBRATION_ERROR, said, figures)


def _covers(own: pd.DataFrame | None, lacking: str) -> Rule:
    key, title = "coverage", _("80 % intervals hold 80 %")
    if own is None:
        return Rule(key, title, False, lacking)
    found = held_by_intervals(own)
    if found is None:
        return Rule(key, title, False, _("No interval is on record."))
    least, most = COVERAGE
    said = _(
        "They held {value} of outcomes [{low}, {high}]; between {least} and {most} is wanted."
    ).format(
        value=f"{found.value:.1%}",
        low=f"{found.low:.1%}",
        high=f"{found.high:.1%}",
        least=f"{least:.0%}",
        most=f"{most:.0%}",
    )
    figures = {"value": found.value, "low": found.low, "high": found.high}
    return Rule(key, title, least <= found.value <= most, said, figures)


def no_leak(data_dir: Path, version: Version) -> Rule:
    """The leak audit of its market's prices."""
    key, title = "leaks", _("Nothing looks into the future")
    try:
        passed, said = leak_audit(data_dir, version.market)
    except UserError as error:
        passed, said = False, _("Not audited: {error}").format(error=error)
    return Rule(key, title, passed, said)


def fresh(data_dir: Path, version: Version) -> Rule:
    """Not too many weeks behind those whose outcomes are known."""
    key, title = "fresh", _("Learned from recent weeks")
    limit = settings().gate_stale_weeks
    last = pd.to_datetime(version.tags.get("last_week"), errors="coerce")
    newest = last_complete_week(data_dir, version.market) if version.market in MARKETS else None
    if newest is None or pd.isna(last):
        said = _("It is not known how recent it is: no prices of its market, or no week on record.")
        return Rule(key, title, False, said)
    try:
        ahead = int(version.tags.get("horizon_weeks", "0"))
    except ValueError:
        ahead = 0
    behind = max(int((newest - last).days // 7) - ahead, 0)
    said = _(
        "Outcomes are known to the week of {known}, it learned to {learned}: {behind} weeks "
        "behind, at most {limit} allowed."
    ).format(
        known=(newest - pd.Timedelta(weeks=ahead)).date(),
        learned=last.date(),
        behind=behind,
        limit=limit,
    )
    return Rule(key, title, behind <= limit, said, {"behind": behind, "limit": limit})
