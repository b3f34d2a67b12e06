"""A comparison as tables: text for a reader, and numbers for a file."""

import pandas as pd

from core.comparison.ground import Ground
from core.comparison.metrics import Metric
from core.comparison.scores import LEAST_WEEKS, Row
from core.evaluation.significance import Estimate
from core.language import _


def scores_table(rows: list[Row], ground: Ground) -> pd.DataFrame:
    """A row a score: ``score, baseline`` and for each version its value and interval."""
    found = []
    for row in rows:
        cells = {
            f"v{number}": _span(row.metric, row.values.get(number), ground)
            for number in ground.told
        }
        found.append({"score": _(row.metric.title), "baseline": _baseline(row), **cells})
    return pd.DataFrame(found)


def gaps_table(rows: list[Row], ground: Ground, reference: int) -> pd.DataFrame:
    """A row a score: for each version other than the reference the paired difference."""
    found = []
    for row in rows:
        cells = {
            f"v{number}": _span(row.metric, row.gaps.get(number), ground, gap=True)
            for number in ground.told
            if number != reference
        }
        found.append({"score": _(row.metric.title), "better": _wanted(row.metric), **cells})
    return pd.DataFrame(found)


def numbers_table(rows: list[Row], reference: int) -> pd.DataFrame:
    """The same for a file: a row a score and version, numbers as they are."""
    found = []
    for row in rows:
        for number, value in row.values.items():
            gap = row.gaps.get(number)
            found.append(
                {
                    "score": row.metric.title,
                    "version": number,
                    "value": value.value,
                    "low_95": value.low,
                    "high_95": value.high,
                    "baseline": row.baselines[number],
                    "reference": reference,
                    "difference": gap.value if gap else None,
                    "difference_low_95": gap.low if gap else None,
                    "difference_high_95": gap.high if gap else None,
                }
            )
    return pd.DataFrame(found)


def _span(metric: Metric, found: Estimate | None, ground: Ground, *, gap: bool = False) -> str:
    if found is None:
        return "–"
    words = metric.gap_text if gap else metric.text
    if ground.weeks < LEAST_WEEKS:
        return words(found.value)
    unit = "\N{NO-BREAK SPACE}"
    low, high = (words(end).split(unit)[0] for end in (found.low, found.high))
    return _("{value} [{low}, {high}]").format(value=words(found.value), low=low, high=high)


def _baseline(row: Row) -> str:
    """What no skill scores: one figure, or least to most where the versions' own differ."""
    metric, values = row.metric, list(row.baselines.values())
    ends = dict.fromkeys(metric.text(end) for end in (min(values), max(values)))
    shown = _(" to ").join(ends)
    if metric.better == 0 and shown != "–":
        return _("aim {value}").format(value=shown)
    return shown


def _wanted(metric: Metric) -> str:
    return {1: _("more"), -1: _("less"), 0: "–"}[metric.better]
