"""One indicator or kind of forecast held against its training period, and many together."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.indicators.catalogue import BY_NAME
from core.language import N_, _
from core.monitoring import stability
from core.monitoring.reference import Reference
from core.monitoring.stability import Counts, Floats

WINDOW = 4
"""Weeks compared with the training period: one horizon of the presets."""
WARN = 0.975
"""Quantile of its training windows' PSI above which a quantity is unusual."""
LEAST_WINDOWS = 26
"""Fewer windows of a training period say nothing of how far they spread."""
MEMORY = 13
"""Weeks of a training period that count as one observation: neighbouring windows share weeks
and prices, and the market's moods last about a quarter."""
TAIL = 3.29
"""Standard deviations that a normal value exceeds once in 2,000 times."""
LEAST_PSI = 0.01
"""Less is taken as this much: its logarithm says nothing."""
SAME, UNUSUAL, DRIFTED = N_("as in training"), N_("unusual"), N_("drifted")
STATES = (SAME, UNUSUAL, DRIFTED)
FAMILY = N_("Forecast")
TITLES = {
    "forecast": N_("Expected return"),
    "p_up": N_("Probability of UP"),
    "width": N_("Width of the 80 % interval"),
}


@dataclass(frozen=True)
class Part:
    """Rows of some weeks, and the period they are held against.

    Attributes
    ----------
    reference : Reference
    week : array of datetime64[ns], shape (n,)
    values : array of shape (n, names of the reference)
    """

    reference: Reference
    week: NDArray[np.datetime64]
    values: Floats


@dataclass(frozen=True)
class Measure:
    """One indicator, or one kind of forecast.

    Attributes
    ----------
    name : str
        Of the catalogue, or of ``core.monitoring.reference.FORECASTS``.
    psi : float
        Of the newest window against the training period.
    warn : float
        What 97.5 % of its own training windows did not exceed.
    alarm : float
        From where it has drifted: its threshold when all are looked at together.
    training, since : Series indexed by week
        PSI of each window by its last week: inside the training period, and after it.
    edges : array of shape (k,)
        Inner edges of the bins.
    shares_then, shares_now : array of shape (k + 2,)
        Share of values in each bin and, last, missing: of the training period, of the window.
    then, now : float
        Medians.
    rank : float
        Where the median of now lies among the training values, 0 to 1.
    """

    name: str
    psi: float
    warn: float
    alarm: float
    training: pd.Series
    since: pd.Series
    edges: Floats
    shares_then: Floats
    shares_now: Floats
    then: float
    now: float
    rank: float

    @property
    def state(self) -> str:
        """One of ``STATES``, in English."""
        if self.psi > self.alarm:
            return DRIFTED
        return UNUSUAL if self.psi > self.warn else SAME

    @property
    def share(self) -> float:
        """PSI as a share of the one from which it has drifted."""
        return self.psi / self.alarm if self.alarm > 0 else float(self.psi > 0)

    @property
    def unusualness(self) -> float:
        """PSI as a share of the one above which it is unusual."""
        return self.psi / self.warn if self.warn > 0 else float(self.psi > 0)

    @property
    def above(self) -> float:
        """Share of the training windows that differed as much or more."""
        return float((self.training >= self.psi).mean())

    @property
    def title(self) -> str:
        """In the reader's language."""
        return _(TITLES[self.name]) if self.name in TITLES else BY_NAME[self.name].title

    @property
    def family(self) -> str:
        """In the reader's language."""
        return _(FAMILY) if self.name in TITLES else _(BY_NAME[self.name].family)


@dataclass(frozen=True)
class Group:
    """The indicators together, or the forecasts together.

    Attributes
    ----------
    measures : tuple of Measure
    weeks : tuple of Timestamp
        Those of the newest window, ascending.
    counts : Series indexed by week
        How many were over their own warning threshold at once in each training window.
    training, since : Series indexed by week
        The furthest of them in each window, as a share of the PSI from which it has drifted:
        inside the training period, and after it.
    stocks : int
        Whose values are compared.
    """

    measures: tuple[Measure, ...] = ()
    weeks: tuple[pd.Timestamp, ...] = ()
    counts: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    training: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    since: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    stocks: int = 0

    @property
    def over(self) -> int:
        """How many are over their warning threshold now."""
        return sum(measure.psi > measure.warn for measure in self.measures)

    @property
    def chance(self) -> float:
        """How many were on average in the training period."""
        return float(self.counts.mean()) if len(self.counts) else 0.0

    @property
    def drifted(self) -> tuple[Measure, ...]:
        """Those that have, the furthest first."""
        found = [measure for measure in self.measures if measure.state == DRIFTED]
        return tuple(sorted(found, key=lambda measure: -measure.share))


def compared(parts: list[Part]) -> Group:
    """The newest weeks of some quantities against the periods they are held against.

    Parameters
    ----------
    parts : list of Part
        At least one, each with a row.
    """
    counted = [part.reference.of(part.week, part.values) for part in parts]
    length = min(WINDOW, *(len(weeks) for weeks, __ in counted))
    measures = together(
        [
            _measure(name, at, part, length, weeks, counts[:, at])
            for part, (weeks, counts) in zip(parts, counted, strict=True)
            for at, name in enumerate(part.reference.names)
        ]
    )
    over = {m.name: m.training.gt(m.warn) for m in measures}
    return Group(
        tuple(measures),
        tuple(pd.to_datetime(counted[0][0][-length:])),
        pd.DataFrame(over, dtype=float).dropna().sum(axis=1),
        pd.DataFrame({m.name: m.training / m.alarm for m in measures}).dropna().max(axis=1),
        pd.DataFrame({m.name: m.since / m.alarm for m in measures}).dropna().max(axis=1),
        len(parts[0].reference.symbols),
    )


def together(measures: list[Measure]) -> list[Measure]:
    """Give each the threshold it has when all are looked at at once.

    The logarithm of each PSI is put on the scale of its own training windows. The furthest of
    all in each window has a mean and a deviation; the threshold lies so many deviations above
    that mean as a value drawn again would exceed once in 2,000 times, the more the fewer
    observations they rest on (the normal quantile corrected to Student's, Cornish-Fisher).
    """
    logs = pd.DataFrame({m.name: np.log(m.training.clip(lower=LEAST_PSI)) for m in measures})
    centre, deviation = logs.mean(), logs.std()
    # What never varies is in no unit of its own: it has none of the furthest, nor a deviation.
    furthest = logs.sub(centre).div(deviation.where(deviation > 0)).max(axis=1)
    furthest = furthest[logs.notna().all(axis=1)].dropna()
    free = max(len(furthest) / MEMORY - 1, 0.5)
    wide = TAIL + (TAIL**3 + TAIL) / (4 * free)
    wide += (5 * TAIL**5 + 16 * TAIL**3 + 3 * TAIL) / (96 * free**2)
    line = furthest.mean() + wide * furthest.std() if len(furthest) > 1 else 0.0
    return [
        replace(m, alarm=max(m.warn, float(np.exp(centre[m.name] + line * deviation[m.name]))))
        for m in measures
    ]


def _measure(
    name: str, at: int, part: Part, length: int, weeks: NDArray[np.datetime64], counts: Counts
) -> Measure:
    reference = part.reference
    then = reference.counts[:, at]
    training = stability.spread(then, length, reference.horizon_weeks)
    since = stability.psi(stability.windows(counts, length), then.sum(axis=0))
    edges = reference.edges[at]
    cells = [*range(len(edges) + 1), stability.BINS]
    shares = [own.sum(axis=0)[cells] / own.sum() for own in (then, counts[-length:])]
    recent = part.values[part.week >= weeks[-length], at]
    known = recent[~np.isnan(recent)]
    now = float(np.median(known)) if len(known) else np.nan
    percentiles = reference.percentiles[at]
    return Measure(
        name=name,
        psi=float(since[-1]),
        warn=float(np.quantile(training, WARN)),
        alarm=np.inf,
        training=pd.Series(training, pd.DatetimeIndex(reference.weeks[length - 1 :])),
        since=pd.Series(since, pd.DatetimeIndex(weeks[length - 1 :])),
        edges=edges,
        shares_then=shares[0],
        shares_now=shares[1],
        then=float(percentiles[50]),
        now=now,
        rank=stability.rank_of(now, percentiles),
    )
