"""Scores on the common ground, and what sets versions apart, with paired intervals."""

from dataclasses import dataclass

import numpy as np

from core.comparison.ground import Ground
from core.comparison.metrics import HEADLINES, METRICS, Metric, baselines, losses, measures
from core.evaluation.significance import (
    BLOCKS,
    DieboldMariano,
    Estimate,
    diebold_mariano,
    difference,
    estimate,
)
from core.formats import number
from core.language import _

LEAST_WEEKS = 2 * BLOCKS[0]
"""Fewer weeks hold no two blocks: a bootstrap of them says nothing."""
SURE = 0.05


@dataclass(frozen=True)
class Row:
    """One score of all versions.

    Attributes
    ----------
    metric : Metric
    values : dict of Estimate
        By version; without one where a version has no such score.
    baselines : dict of float
        By version: what no skill scores on the same rows.
    gaps : dict of Estimate
        By version other than the reference: its score less the reference's, of the same
        draws of weeks.
    """

    metric: Metric
    values: dict[int, Estimate]
    baselines: dict[int, float]
    gaps: dict[int, Estimate]


@dataclass(frozen=True)
class Verdict:
    """Whether one version beats the reference by one score.

    Attributes
    ----------
    version, reference : int
    metric : Metric
    gap : Estimate
        Score of the version less that of the reference.
    test : DieboldMariano
        Of the two versions' losses.
    better : bool or None
        None where they cannot be told apart.
    """

    version: int
    reference: int
    metric: Metric
    gap: Estimate
    test: DieboldMariano
    better: bool | None

    @property
    def sentence(self) -> str:
        """What it says, for a reader."""
        title = _(self.metric.title)
        # "log loss" within a sentence, but MAPE and R² as they are.
        if not title[1:2].isupper() and title[1:2].isalpha():
            title = title.lower()
        if self.gap.value == self.gap.low == self.gap.high == 0:
            said = _("By {score} {one} and {other} say the same.")
        elif self.test.weeks < LEAST_WEEKS:
            said = _(
                "By {score} {one} differs from {other} by {gap}, but {weeks} common weeks are too "
                "few to tell whether by chance ({least} are needed)."
            )
        elif self.better is None:
            said = _(
                "By {score} {one} cannot be told apart from {other}: the difference is {gap} (95 % "
                "interval {low} to {high}), over {weeks} weeks, worth about {worth} independent "
                "ones; one like this comes by chance with probability {chance}."
            )
        elif self.better:
            said = _(
                "By {score} {one} is better than {other} by {size} (95 % interval of the "
                "difference {low} to {high}), over {weeks} weeks, worth about {worth} "
                "independent ones."
            )
        else:
            said = _(
                "By {score} {one} is worse than {other} by {size} (95 % interval of the "
                "difference {low} to {high}), over {weeks} weeks, worth about {worth} "
                "independent ones."
            )
        return said.format(
            score=title,
            one=f"v{self.version}",
            other=f"v{self.reference}",
            gap=self.metric.gap_text(self.gap.value),
            size=self.metric.gap_text(abs(self.gap.value), sign=False),
            low=self.metric.gap_text(self.gap.low),
            high=self.metric.gap_text(self.gap.high),
            weeks=number(self.test.weeks),
            worth=number(self.test.effective_weeks),
            chance=number(self.test.p_value, 2),
            least=LEAST_WEEKS,
        )


def score_rows(model: str, ground: Ground, reference: int) -> list[Row]:
    """Every score that some version has, in the order of ``METRICS``."""
    found = {number: measures(model, ground, told) for number, told in ground.told.items()}
    naive = {number: baselines(model, ground, told) for number, told in ground.told.items()}
    rows = []
    for metric in METRICS[model]:
        there = {n: own[metric.name] for n, own in found.items() if metric.name in own}
        if not there:
            continue
        rows.append(
            Row(
                metric,
                {n: estimate(*measure) for n, measure in there.items()},
                {n: naive[n][metric.name] for n in found},
                {
                    n: difference(measure, there[reference])
                    for n, measure in there.items()
                    if n != reference and reference in there
                },
            )
        )
    return rows


def verdicts(model: str, ground: Ground, reference: int, rows: list[Row]) -> list[Verdict]:
    """By each headline score, every version against the reference."""
    found = []
    by_name = {row.metric.name: row for row in rows}
    for name in HEADLINES[model]:
        row = by_name[name]
        usual = losses(model, name, ground, ground.told[reference])
        for version, gap in row.gaps.items():
            loss = losses(model, name, ground, ground.told[version])
            test = diebold_mariano(ground.week, loss, usual)
            found.append(
                Verdict(version, reference, row.metric, gap, test, _better(row.metric, gap, test))
            )
    return found


def _better(metric: Metric, gap: Estimate, test: DieboldMariano) -> bool | None:
    """Only where the interval and the test agree that there is a difference."""
    apart = gap.low > 0 or gap.high < 0
    if not apart or test.p_value >= SURE or test.weeks < LEAST_WEEKS:
        return None
    return bool(np.sign(gap.value) == metric.better)
