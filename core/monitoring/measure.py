"""One indicator or kind of forecast held against its training period, and many together."""

from dataclasses import dataclass, field

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
WARN, ALARM = 0.975, 0.99
"""Quantiles of the training windows' PSI from which one is unusual, and has drifted."""
COUNT_LINE = 0.99
"""So many of the training windows had no more than the line of indicators over at once."""
LEAST_WINDOWS = 26
"""Fewer windows of a training period say nothing of how far they spread."""
LEAST_FOR_ALARM = 101
"""With fewer windows the outermost hundredth is not even one of them: no alarm is raised."""
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
    warn, alarm : float
        What 97.5 and 99 % of the training windows did not exceed.
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
    counts, since : Series indexed by week
        How many were over their own warning threshold at once in each window, by its last
        week: inside the training period, and after it.
    stocks : int
        Whose values are compared.
    """

    measures: tuple[Measure, ...] = ()
    weeks: tuple[pd.Timestamp, ...] = ()
    counts: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    since: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    stocks: int = 0

    @property
    def over(self) -> int:
        """How many are over their warning threshold now."""
        return sum(measure.psi > measure.warn for measure in self.measures)

    @property
    def line(self) -> int:
        """How many may be: no more were in 99 of 100 training windows."""
        if self.counts.empty:
            return len(self.measures)
        return int(np.quantile(self.counts, COUNT_LINE, method="higher"))

    @property
    def chance(self) -> float:
        """How many were on average in the training period."""
        return float(self.counts.mean()) if len(self.counts) else 0.0

    @property
    def alarming(self) -> bool:
        """Whether more are over than the training period accounts for."""
        return len(self.counts) >= LEAST_FOR_ALARM and self.over > self.line


def compared(parts: list[Part]) -> Group:
    """The newest weeks of some quantities against the periods they are held against.

    Parameters
    ----------
    parts : list of Part
        At least one, each with a row.
    """
    counted = [part.reference.of(part.week, part.values) for part in parts]
    length = min(WINDOW, *(len(weeks) for weeks, __ in counted))
    measures = [
        _measure(name, at, part, length, weeks, counts[:, at])
        for part, (weeks, counts) in zip(parts, counted, strict=True)
        for at, name in enumerate(part.reference.names)
    ]
    return Group(
        tuple(measures),
        tuple(pd.to_datetime(counted[0][0][-length:])),
        _at_once({m.name: m.training.gt(m.warn) for m in measures}),
        _at_once({m.name: m.since.gt(m.warn) for m in measures}),
        len(parts[0].reference.symbols),
    )


def _at_once(over: dict[str, pd.Series]) -> pd.Series:
    """How many are true in each week that all have."""
    return pd.DataFrame(over, dtype=float).dropna().sum(axis=1)


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
        alarm=float(np.quantile(training, ALARM)),
        training=pd.Series(training, pd.DatetimeIndex(reference.weeks[length - 1 :])),
        since=pd.Series(since, pd.DatetimeIndex(weeks[length - 1 :])),
        edges=edges,
        shares_then=shares[0],
        shares_now=shares[1],
        then=float(percentiles[50]),
        now=now,
        rank=stability.rank_of(now, percentiles),
    )
