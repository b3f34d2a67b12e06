"""The figures of an evaluation as tables: candidates and baselines down, scores across."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.candidates import CANDIDATES, SHRUNKEN
from core.evaluation.scoring import UNLISTED
from core.language import N_, _, separated

VERSION = {"price": "version_price", "pattern": "version_pattern"}
"""Rows of a trained version's own forecasts, as they are shown."""
SHIPPED, CANDIDATE, BASELINE = N_("shipped"), N_("candidate"), N_("baseline")
INTERVAL = N_("In brackets the 95 % interval (moving blocks of 13 whole weeks).")


@dataclass(frozen=True)
class Row:
    """A row's name for readers, and what it is."""

    title: str
    about: str


@dataclass(frozen=True)
class Column:
    """One score.

    Attributes
    ----------
    score, title, about : str
        Its key in the figures, its heading, and what it means and what no skill would be.
    form : str
        Of the value times ``factor``.
    factor : int
        100 for per cent and points.
    """

    score: str
    title: str
    about: str
    form: str
    factor: int = 100


ROWS = {
    VERSION["price"]: Row(N_("This version"), N_("Its forecast as shown, after any shrinkage.")),
    VERSION["pattern"]: Row(N_("This version"), N_("Its probabilities as shown, calibrated.")),
    SHRUNKEN: Row(
        N_("Weeklens forecast"), N_("The blend, its parts shrunken by what they proved before.")
    ),
    "blend": Row(N_("Blend"), N_("Half the sum of the next three, before shrinkage.")),
    "momentum": Row(N_("Momentum"), N_("One factor of eight ranks, one shrunken slope.")),
    "boosting_apart": Row(
        N_("Boosting, cross-section"), N_("Trees on the return less its week's mean.")
    ),
    "ridge_apart": Row(N_("Ridge, cross-section"), N_("Degree-2 Ridge on the same.")),
    "ridge_specification": Row(N_("Ridge as specified"), N_("Degree-2 Ridge with penalty 1.")),
    "ridge": Row(N_("Ridge, searched"), N_("The same, penalty from a search in time order.")),
    "ridge_scaled": Row(
        N_("Ridge, scaled target"), N_("On returns in units of the expected move.")
    ),
    "boosting": Row(N_("Boosting"), N_("HistGradientBoosting on the 20 indicators.")),
    "no_change": Row(N_("No change"), N_("The price stays.")),
    "drift": Row(N_("Drift"), N_("The mean of all past returns.")),
    "market_median": Row(N_("Median month"), N_("The median of all past returns.")),
    "blend_pattern": Row(
        N_("Weeklens probabilities"), N_("The mean of the next four, calibrated.")
    ),
    "boosting_pattern": Row(N_("Boosting"), N_("HistGradientBoosting on the 20 indicators.")),
    "logistic_context": Row(
        N_("Logistic, volatility"), N_("Six volatility measures and momentum.")
    ),
    "logistic_degree_2": Row(
        N_("Logistic, degree 2"), N_("The 20 indicators, squares and products.")
    ),
    "lstm": Row(N_("LSTM"), N_("Three networks over eight weeks of the 20 indicators.")),
    "logistic": Row(N_("Logistic"), N_("The 20 indicators.")),
    "lstm_specification": Row(N_("LSTM as specified"), N_("One network, relu, batches of 32.")),
    "prior": Row(N_("Usual shares"), N_("The class shares of past weeks, always (class prior).")),
    "persistence": Row(N_("Persistence"), N_("Shares after a past month of the same class.")),
}
"""Every row, in the order of the page: what is shipped, its parts, rivals, baselines."""

COLUMNS = {
    "price": (
        Column("MAE_ratio", N_("MAE / no change"),
               N_("Mean miss over that of no change; below 1 is better."), "{:.4f}", 1),
        Column("MAPE", N_("MAPE, %"),
               N_("Mean miss as a share of the price that came."), "{:.2f}"),
        Column("R2", N_("R² vs zero, %"),
               N_("Share of squared 4-week log returns explained beyond no change; 0 is no "
                  "change."), "{:+.2f}"),
        Column("R2_drift", N_("R² vs drift, %"),
               N_("The same beyond the mean of past returns."), "{:+.2f}"),
        Column("R2_demeaned", N_("R² demeaned, %"),
               N_("The same for the return less its week's mean: the choice of stocks alone."),
               "{:+.2f}"),
        Column("IC", N_("Rank IC"),
               N_("Mean weekly rank correlation of forecast and outcome; 0 is a drawn lot."),
               "{:+.3f}", 1),
        Column("IC_ratio", N_("IC / spread"),
               N_("Mean weekly rank correlation over its spread from week to week."), "{:+.2f}", 1),
        Column("coverage_80", N_("In the 80 %"),
               N_("Share of outcomes inside the 80 % interval; 80 is the aim."), "{:.1f}"),
        Column("coverage_95", N_("In the 95 %"),
               N_("Share of outcomes inside the 95 % interval; 95 is the aim."), "{:.1f}"),
    ),
    "pattern": (
        Column("log_loss_skill", N_("Log-loss skill, %"),
               N_("1 less log loss over that of the usual shares; 0 knows nothing more."),
               "{:+.2f}"),
        Column("log_loss_skill_sideways", N_("SIDEWAYS or not, %"),
               N_("The part that tells whether a stock moves: mere volatility."), "{:+.2f}"),
        Column("log_loss_skill_direction", N_("UP or DOWN, %"),
               N_("The part that tells the direction, where a stock moved."), "{:+.2f}"),
        Column("brier_skill", N_("Brier skill, %"),
               N_("1 less Brier score over that of the usual shares."), "{:+.2f}"),
        Column("RPS_skill", N_("RPS skill, %"),
               N_("1 less ranked probability score over that of the usual shares."), "{:+.2f}"),
        Column("accuracy", N_("Accuracy, %"),
               N_("Share of cases in which the most probable class came."), "{:.1f}"),
        Column("balanced_accuracy", N_("Balanced accuracy, %"),
               N_("Mean over the three classes of the share found; naming one class always gives"
                  " 33.3."), "{:.1f}"),
        Column("macro_F1", N_("Macro F1"),
               N_("Mean F1 over the three classes."), "{:.3f}", 1),
        Column("decile_gain", N_("Top tenth − UP, points"),
               N_("Hit rate of each week's most confident tenth, less that of always saying UP "
                  "in those weeks."), "{:+.1f}"),
        Column("calibration_error", N_("Calibration error"),
               N_("Mean gap between probability said and share that came, ten bins of the top "
                  "class; 0 is perfect."), "{:.3f}", 1),
    ),
}  # fmt: skip
GROUP_COLUMNS = {
    "price": ("MAE_ratio", "R2", "R2_demeaned", "IC", "coverage_80", "coverage_95"),
    "pattern": ("log_loss_skill", "log_loss_skill_direction"),
}
SPLITS = {
    "year": N_("Year"),
    "sector": N_("Sector"),
    "exchange": N_("Exchange"),
    "volatility": N_("Volatility (thirds of each week's stocks)"),
}


def role(record: dict, row: str) -> str:
    """Whether a row is what Weeklens ships, a candidate or a baseline."""
    if row in record["shipped"].values():
        return SHIPPED
    return BASELINE if row in CANDIDATES and CANDIDATES[row].baseline else CANDIDATE


def ordered(record: dict, kind: str) -> list[str]:
    """The rows of a kind: the shipped one, the baselines, then the candidates."""
    rank = {SHIPPED: 0, BASELINE: 1, CANDIDATE: 2}
    rows = [row for row in ROWS if record["kinds"].get(row) == kind]
    return sorted(rows, key=lambda row: rank[role(record, row)])


def scores(record: dict, kind: str) -> pd.DataFrame:
    """Every score of a kind as text with its interval.

    Returns
    -------
    DataFrame
        ``row`` and ``role``, then a column a score, "+1.20 [+0.82, +1.58]".
    """
    lines = []
    for row in ordered(record, kind):
        line = {"row": _(ROWS[row].title), "role": _(role(record, row))}
        line |= {c.score: cell(record, f"{row}.{c.score}", c) for c in COLUMNS[kind]}
        lines.append(line)
    return pd.DataFrame(lines)


def numbers(record: dict, kind: str) -> pd.DataFrame:
    """The same as numbers, for a file: value, low and high of each score, as fractions."""
    figures, lines = record["figures"], []
    for row in ordered(record, kind):
        line = {"row": row, "title": ROWS[row].title, "role": role(record, row)}
        for column in COLUMNS[kind]:
            for end in ("", ".low", ".high"):
                name = f"{column.score}{end}".replace(".", "_")
                line[name] = figures.get(f"{row}.{column.score}{end}")
        lines.append(line)
    return pd.DataFrame(lines)


def by_group(record: dict, split: str) -> pd.DataFrame:
    """What is shipped, group by group of a split, as text with intervals.

    Every column's baseline is fixed: no change has ratio 1, the drift and the
    usual shares are what R2 and skill are measured against.
    """
    lines = []
    for group in record["splits"].get(split, []):
        line = {"group": group_title(split, group)}
        for column in group_columns():
            row = record["shipped"]["price" if column in COLUMNS["price"] else "pattern"]
            line[column.score] = cell(record, f"{row}.{split}.{group}.{column.score}", column)
        lines.append(line)
    return pd.DataFrame(lines)


def group_title(split: str, group: str) -> str:
    """A group's name; years and what a listing names stand as they are."""
    return _(group) if split == "volatility" or group == UNLISTED else group


def group_columns() -> list[Column]:
    """The columns of `by_group`."""
    return [c for kind, names in GROUP_COLUMNS.items() for c in COLUMNS[kind] if c.score in names]


def cell(record: dict, key: str, column: Column) -> str:
    """A figure with its interval; a dash where it is not defined."""
    figures = record["figures"]
    if key not in figures:
        return "–"
    ends = [figures.get(f"{key}{end}") for end in ("", ".low", ".high")]
    value, low, high = (
        None
        if end is None
        else separated(column.form.format(column.factor * end)).replace("-", "−")
        for end in ends
    )
    if None in (low, high):
        return value
    return _("{value} [{low}, {high}]").format(value=value, low=low, high=high)


def reliability(record: dict) -> dict[str, list[float]]:
    """``said, came, count`` of every filled bin of the shipped probabilities."""
    return {
        name: [record["figures"][f"reliability.{i}.{name}"] for i in range(record["bins"])]
        for name in ("said", "came", "count")
    }


def hit_curve(record: dict) -> pd.DataFrame:
    """``share, hit_rate, usual_rate`` of the calls with the greatest lift."""
    return pd.DataFrame(
        {
            "share": record["curve"],
            **{
                name: [
                    record["figures"][f"hit_curve.{share:.1f}.{name}"] for share in record["curve"]
                ]
                for name in ("hit_rate", "usual_rate")
            },
        }
    )


def coverage(record: dict, split: str) -> pd.DataFrame:
    """``group``, and of the 80 and the 95 % intervals ``value``, ``low``, ``high``.

    NaN for an interval that was not made.
    """
    figures, row, lines = record["figures"], record["shipped"]["price"], []
    for group in record["splits"].get(split, []):
        key = f"{row}.{split}.{group}.coverage"
        if f"{key}_80" not in figures:
            continue  # too few labels had matured for a width
        lines.append(
            {"group": group_title(split, group)}
            | {
                f"{name}_{level}": figures.get(f"{key}_{level}{end}", np.nan)
                for level in (80, 95)
                for name, end in (("value", ""), ("low", ".low"), ("high", ".high"))
            }
        )
    return pd.DataFrame(lines)
