"""The scores versions are compared by, each with its baseline and what it means."""

from dataclasses import dataclass

import numpy as np

from core.comparison.ground import Ground, Told
from core.evaluation.pattern_scores import log_loss, pattern_measures
from core.evaluation.price_scores import coverage_measures, price_measures
from core.evaluation.significance import Measure
from core.formats import number, percent
from core.language import N_, _
from core.registry import PATTERN, PRICE


@dataclass(frozen=True)
class Metric:
    """A score as a reader sees it.

    Attributes
    ----------
    name : str
    title, about : str
        Heading, and one sentence that explains it; translated where they are shown.
    better : int
        1 where more is better, -1 where less is, 0 where neither by itself is.
    baseline : float or str
        What no skill scores: a number, or "no change" or "class prior", which are measured.
    percent : bool
        Whether it is a fraction that is shown as per cent; its differences are
        percentage points.
    digits : int
    own : str
        What a run calls it among its recorded metrics; empty where it records none.
    """

    name: str
    title: str
    about: str
    better: int
    baseline: float | str
    percent: bool = True
    digits: int = 2
    own: str = ""

    def text(self, value: float, *, sign: bool = False) -> str:
        """A value with its unit; a dash where there is none."""
        if self.percent:
            return percent(value, self.digits, sign=sign)
        return number(value, self.digits, sign=sign)

    def gap_text(self, value: float, *, sign: bool = True) -> str:
        """A difference: percentage points are called so."""
        said = self.text(value, sign=sign)
        return said.replace("\N{NO-BREAK SPACE}%", "\N{NO-BREAK SPACE}" + _("pp"))


STILL, USUAL = "no change", "class prior"
METRICS = {
    PRICE: (
        Metric("MAPE", N_("MAPE"),
               N_("Mean distance of the forecast from the price that came, as a share of that "
                  "price."), -1, STILL, own="test_MAPE"),
        Metric("MAE_ratio", N_("MAE / no change"),
               N_("Mean distance in price units over that of saying the price will not move; "
                  "below 1 beats it."), -1, 1.0, percent=False, digits=4, own="test_MAE_ratio"),
        Metric("R2", N_("R² of log returns"),
               N_("Share of the squared 4-week moves explained; 0 is no change. (R² of price "
                  "levels is near 1 for anything.)"), 1, 0.0, own="test_R2_return"),
        Metric("IC", N_("Rank IC"),
               N_("Mean weekly rank correlation (Spearman) of forecast and outcome: does it put "
                  "the stocks of a week in order? 0 is a drawn lot."),
               1, 0.0, percent=False, digits=3, own="test_IC"),
        Metric("MAE", N_("MAE, price units"),
               N_("Mean distance in the market's price unit."),
               -1, STILL, percent=False, digits=3, own="test_MAE"),
        Metric("RMSE", N_("RMSE, price units"),
               N_("Root of the mean squared distance: large misses weigh more."),
               -1, STILL, percent=False, digits=3, own="test_RMSE"),
        Metric("coverage_80", N_("In the 80 % interval"),
               N_("Share of outcomes inside; 80 % is the aim, more is too wide, less too narrow."),
               0, 0.8, digits=1, own="test_coverage_80"),
        Metric("width_80", N_("Width of the 80 %"),
               N_("Mean width of the 80 % interval in log return; narrower tells more, if "
                  "coverage holds."), 0, np.nan, digits=1),
        Metric("coverage_95", N_("In the 95 % interval"),
               N_("Share of outcomes inside; 95 % is the aim."),
               0, 0.95, digits=1, own="test_coverage_95"),
    ),
    PATTERN: (
        Metric("log_loss", N_("Log loss"),
               N_("Minus the log of the probability given to what came, averaged; the class "
                  "prior says each class's usual share every time."),
               -1, USUAL, percent=False, digits=4, own="test_log_loss"),
        Metric("accuracy", N_("Accuracy"),
               N_("Share of cases in which the most probable class came; its baseline always "
                  "names the most frequent class."), 1, USUAL, digits=1, own="test_accuracy"),
        Metric("brier", N_("Brier score"),
               N_("Mean squared distance of the probabilities from what came; 0 is perfect, 2 "
                  "the worst."), -1, USUAL, percent=False, digits=4, own="test_brier"),
        Metric("RPS", N_("Ranked Brier (RPS)"),
               N_("Ranked probability score: as Brier, but naming DOWN for UP costs more than "
                  "naming SIDEWAYS."), -1, USUAL, percent=False, digits=4),
        Metric("balanced_accuracy", N_("Balanced accuracy"),
               N_("Accuracy of each class, averaged; always naming one class gets 33 %."),
               1, USUAL, digits=1, own="test_balanced_accuracy"),
        Metric("macro_F1", N_("Macro F1"),
               N_("F1 (precision and recall) of each class, averaged."), 1, USUAL, digits=1),
        Metric("log_loss_skill_sideways", N_("Skill: moves or not"),
               N_("Gain in log loss over the class prior on SIDEWAYS against the rest: mere "
                  "volatility."), 1, 0.0, own="test_log_loss_skill_sideways"),
        Metric("log_loss_skill_direction", N_("Skill: UP or DOWN"),
               N_("The same on UP against DOWN where a stock moved: direction."),
               1, 0.0, own="test_log_loss_skill_direction"),
        Metric("calibration_error", N_("Calibration error"),
               N_("Mean gap between how probable the call was said to be and how often it came, "
                  "ten bins."), -1, USUAL, percent=False, digits=3, own="test_calibration_error"),
        Metric("calls_share", N_("Calls given"),
               N_("Share of cases with a call; the rest say “no clear direction”. Versions "
                  "without that rule always call."), 0, np.nan, digits=1, own="test_calls_share"),
        Metric("calls_hit", N_("Calls right"),
               N_("Share of the calls given that came; its baseline is how often the classes "
                  "called usually come."), 1, USUAL, digits=1, own="test_calls_hit_rate"),
    ),
}  # fmt: skip
HEADLINES = {PRICE: ("MAPE", "R2"), PATTERN: ("log_loss", "accuracy")}
"""Told in sentences, the first leading tables by stock and by year."""


def measures(model: str, ground: Ground, told: Told) -> dict[str, Measure]:
    """Every score of one version, by the names of ``METRICS``."""
    if model == PRICE:
        found = price_measures(ground.week, ground.close, ground.ret, told.forecast)
        return found | coverage_measures(ground.week, ground.ret, told.forecast, told.half)
    return {
        **pattern_measures(ground.week, ground.label, told.proba, told.prior),
        **_calls(ground, told, (told.call == ground.label).astype(float)),
    }


def baselines(model: str, ground: Ground, told: Told) -> dict[str, float]:
    """What no skill scores on the same rows: no change, or the class prior of the version."""
    if model == PRICE:
        still = np.zeros(ground.rows)
        found = price_measures(ground.week, ground.close, ground.ret, still)
    else:
        found = pattern_measures(ground.week, ground.label, told.prior, told.prior)
        usual = told.prior[np.arange(ground.rows), np.maximum(told.call, 0)]
        found |= _calls(ground, told, usual)
    known = {name: measure.value for name, measure in found.items()}
    return {
        metric.name: known.get(metric.name, np.nan)
        if isinstance(metric.baseline, str)
        else metric.baseline
        for metric in METRICS[model]
    }


def losses(model: str, name: str, ground: Ground, told: Told) -> np.ndarray:
    """What a headline score costs in each row, shape (n,): less is better.

    The loss of accuracy is 1 for a miss; that of R2 the squared error of the log return.
    """
    if name == "MAPE":
        return np.abs(1 - np.exp(told.forecast - ground.ret))
    if name == "R2":
        return (ground.ret - told.forecast) ** 2
    if name == "log_loss":
        return log_loss(ground.label, told.proba)
    return (told.proba.argmax(axis=1) != ground.label).astype(float)


def _calls(ground: Ground, told: Told, hit: np.ndarray) -> dict[str, Measure]:
    given = (told.call >= 0).astype(float)
    columns = np.column_stack([hit * given, given, np.ones(ground.rows)])
    return {
        "calls_share": Measure(ground.week, columns, lambda s: s[..., 1] / s[..., 2]),
        "calls_hit": Measure(ground.week, columns, lambda s: s[..., 0] / s[..., 1]),
    }
