"""Drift: whether indicators and forecasts are still spread as when production was trained.

Each is held against thresholds of its own, from how far windows of as many weeks differed
inside the training period: one above which it is unusual, and one for twenty of them looked at
together, above which it has drifted and there is an alarm (`core.monitoring.measure.together`).
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from core import forecasts, registry
from core.dataset import MOST_MISSING
from core.errors import UserError
from core.forecasts.reading import out_of_sample_of
from core.indicators.catalogue import NAMES, WARMUP_WEEKS
from core.indicators.store import IndicatorStore
from core.language import _, ngettext, using
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.monitoring.measure import LEAST_WINDOWS, WINDOW, Group, Measure, Part, compared
from core.monitoring.reference import FORECASTS, Reference, of_forecasts, of_indicators
from core.monitoring.stability import Floats

RECORDS = {
    "forecast": (registry.PRICE, lambda found: found["ret"]),
    "p_up": (registry.PATTERN, lambda found: found["p_up"]),
    "width": (registry.PRICE, lambda found: found["ret_high"] - found["ret_low"]),
}
"""Whose forecast each is, and what of a stored record."""
NAMED = 3
"""So many of those that drifted are named in the alarm, the furthest ones."""
COLUMNS = (
    *("name", "title", "family", "psi", "warn", "alarm", "above"),
    *("then", "now", "rank", "missing", "state"),
)


@dataclass(frozen=True)
class Drift:
    """What is known of the drift of one market's production versions.

    Attributes
    ----------
    market : str
    reason : str
        Why there is nothing to see, in the reader's language; empty where there is.
    versions : dict of str to Version
        In production, by model.
    indicators, forecasts : Group
    lack : str
        Why there are no forecasts to compare, in English.
    first, last : Timestamp or None
        Of the weeks trained on.
    """

    market: str
    reason: str = ""
    versions: dict[str, registry.Version] | None = None
    indicators: Group = field(default_factory=Group)
    forecasts: Group = field(default_factory=Group)
    lack: str = ""
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Indicators and forecasts, the furthest of its own threshold first."""
        both = self.indicators.measures + self.forecasts.measures
        return tuple(sorted(both, key=lambda measure: -measure.share))

    @property
    def names(self) -> str:
        """The versions in words."""
        return _(" and ").join(version.name for version in (self.versions or {}).values())

    def table(self) -> pd.DataFrame:
        """One row each, in the order of `measures`: ``COLUMNS``.

        Titles, families and states are in the reader's language.
        """
        rows = [
            {name: getattr(measure, name) for name in COLUMNS if name not in ("missing", "state")}
            | {"missing": float(measure.shares_now[-1]), "state": _(measure.state)}
            for measure in self.measures
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))


def drift(data_dir: Path, market: str) -> Drift:
    """The newest weeks held against what the versions in production were trained on.

    Nothing is computed again until prices, records, versions or the newest complete week change.

    Parameters
    ----------
    data_dir : Path
    market : str
    """
    try:
        current = registry.production()
        if reason := registry.disagreement(current) or _elsewhere(current, market):
            return Drift(market, reason)
        state = (
            BarStore(data_dir).revision(),
            str(forecasts.last_complete_week(data_dir, market)),
            forecasts.count(data_dir),
            *((v.model, v.version, v.run_id) for v in current.values()),
        )
        return _measured(data_dir, market, state)
    except UserError as error:
        return Drift(market, str(error))


def drift_alarm(data_dir: Path, market: str) -> str | None:
    """One sentence on drift that wants a person's attention; None where there is none."""
    return alarm_of(drift(data_dir, market))


def alarm_of(found: Drift) -> str | None:
    """The same of what was measured already."""
    place = _(MARKETS[found.market].name)
    drifted = (*found.indicators.drifted, *found.forecasts.drifted)
    if not drifted:
        return None
    names = ", ".join(measure.title for measure in drifted[:NAMED])
    return ngettext(
        "{market}: {count} of {total} indicators and forecasts has drifted from what production "
        "was trained on: {names}.",
        "{market}: {count} of {total} indicators and forecasts have drifted from what production "
        "was trained on: {names}.",
        len(drifted),
    ).format(
        market=place,
        count=len(drifted),
        total=len(found.measures),
        names=names + (" …" if len(drifted) > NAMED else ""),
    )


def _elsewhere(current: dict[str, registry.Version], market: str) -> str:
    served = current[registry.PRICE].market
    if served == market:
        return ""
    return _("The versions in production are of the market {served}, not of {market}.").format(
        served=_(MARKETS[served].name) if served in MARKETS else served or "?",
        market=_(MARKETS[market].name),
    )


@lru_cache(maxsize=8)
def _measured(data_dir: Path, market: str, state: tuple) -> Drift:
    """``state`` changes with everything the answer depends on."""
    current = {model: registry.get(model, number) for model, number, __ in state[-2:]}
    price = current[registry.PRICE]
    reference = of_indicators(data_dir, price)
    if len(reference.weeks) < LEAST_WINDOWS + 2 * WINDOW:
        raise UserError(
            _(
                "{version} was trained on {weeks} weeks, too few to tell drift from chance: train "
                "on a longer history."
            ).format(version=price.name, weeks=len(reference.weeks))
        )
    week, values = _lately(data_dir, market, reference)
    if not len(week):
        raise UserError(
            _(
                "There is no complete week after {day}, the last that {version} was trained on: "
                "refresh the prices, then drift can be measured."
            ).format(day=reference.weeks[-1].astype("datetime64[D]"), version=price.name)
        )
    group = compared([Part(reference, week, values)])
    # Kept for readers of any language, hence told in English.
    with using("en"):
        made, lack = _of_records(data_dir, current)
    first, last = (pd.Timestamp(reference.weeks[at]) for at in (0, -1))
    return Drift(market, "", current, group, made, lack, first, last)


def _lately(data_dir: Path, market: str, reference: Reference) -> tuple[np.ndarray, Floats]:
    """Weeks and indicators of the rows after a reference's period, of the same stocks."""
    made, __ = IndicatorStore(BarStore(data_dir)).lately(market)
    if not len(made.week):
        return np.empty(0, "datetime64[ns]"), np.empty((0, len(NAMES)))
    values = np.column_stack([made.column(name) for name in NAMES])
    known = np.repeat(np.isin(made.symbols, reference.symbols), np.diff(made.first))
    known &= ~np.isnan(made.column("close")) & (made.column("n_weeks") >= WARMUP_WEEKS)
    known &= np.isnan(values).sum(axis=1) <= MOST_MISSING
    known &= made.week > reference.weeks[-1]
    return made.week[known], values[known]


def _of_records(data_dir: Path, current: dict[str, registry.Version]) -> tuple[Group, str]:
    """The stored forecasts against those the versions were judged by, and why there are none."""
    found = {
        model: out_of_sample_of(data_dir, model, version.version).drop_duplicates(
            ["symbol", "as_of"], keep="last"
        )
        for model, version in current.items()
    }
    parts = []
    try:
        for name in FORECASTS:
            model, told = RECORDS[name]
            reference, rows = of_forecasts(data_dir, current[model], name), found[model]
            values = told(rows)
            kept = values.notna() & rows["symbol"].isin(reference.symbols)
            if not kept.any() or len(reference.weeks) < LEAST_WINDOWS + 2 * WINDOW:
                continue
            weeks = rows.loc[kept, "as_of"].to_numpy("datetime64[ns]")
            parts.append(Part(reference, weeks, values[kept].to_numpy(float)[:, None]))
    except UserError as error:
        return Group(), str(error)
    if not parts:
        return Group(), _(
            "No forecasts of a week after training are stored for these versions yet: the next "
            "weekly forecast will be compared."
        )
    return compared(parts), ""
