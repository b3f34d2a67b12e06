"""The scores that are watched, each a figure a week, and the rows they are taken from.

Stored forecasts and the out-of-sample rows of a version are brought into the same
columns and scored by the same lines, so that one can be held against the other.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.language import N_
from models.blocks import weekly_sums

PROBA, PRIOR = ("p_down", "p_sideways", "p_up"), ("prior_down", "prior_sideways", "prior_up")
ROWS = (
    *("symbol", "week", "target_date", "forecast", "came", "label"),
    *("error", "error_no_change", "inside", "reach", "log_loss", "usual_loss", "hit", "usual"),
    *PROBA,
)
"""Of a scored forecast: ``forecast`` and ``came`` log returns; ``label`` 0 DOWN, 1 SIDEWAYS, 2 UP;
``error`` and ``error_no_change`` shares of the price that came; ``inside`` the 80 % interval, 1 or
0, and ``reach`` the miss in half-widths of it, NaN without one; ``usual_loss`` the log loss of the
class prior; ``hit`` 1 or 0, NaN where no direction was called; ``usual`` the prior of the class
called."""
LEAST_STOCKS = 10
"""Fewer stocks have no order worth the name."""


@dataclass(frozen=True)
class Score:
    """One score.

    Attributes
    ----------
    name : str
    title : str
        English; translated where shown.
    meaning : str
        What the figure is, for a reader; English.
    level : float or None
        What no skill scores, or an interval aims at; None where it is a figure of each week.
    tested : str
        The figure that raises alarms, a column of `weekly`; empty for none. That of the
        intervals is how far they were missed: a share inside tells no near miss from a far
        one. Hits are shown only: log loss holds all they say and more, and every further
        test makes the others blunter.
    worse : int
        1 where more of the tested figure is worse, -1 where less is.
    share : bool
        Whether it is a fraction, shown as per cent.
    """

    name: str
    title: str
    meaning: str
    level: float | None
    tested: str = ""
    worse: int = 1
    share: bool = False


SCORES = (
    Score(
        "error",
        N_("Price error"),
        N_(
            "Mean miss of the forecast price, as a multiple of what “no change” missed by: below "
            "1 is better than no change."
        ),
        1.0,
        tested="error",
    ),
    Score(
        "coverage",
        N_("Intervals"),
        N_(
            "Share of prices that came to lie inside their 80 % interval. The verdict goes by how "
            "large the misses are beside the widths of the intervals."
        ),
        0.8,
        tested="reach",
        share=True,
    ),
    Score(
        "log_loss",
        N_("Probabilities"),
        N_(
            "Log loss of the three probabilities less that of the usual shares: below 0 they say "
            "more than how often UP, SIDEWAYS and DOWN usually come."
        ),
        0.0,
        tested="log_loss",
    ),
    Score(
        "order",
        N_("Order of the stocks"),
        N_(
            "Rank correlation of forecast and outcome among a week's stocks: 1 the same order, 0 "
            "none, −1 upside down."
        ),
        0.0,
        tested="order",
        worse=-1,
    ),
    Score(
        "hits",
        N_("Calls"),
        N_("Share of called directions that came, beside how often these usually come."),
        None,
        share=True,
    ),
)
TESTED = tuple(score for score in SCORES if score.tested)


def weekly(rows: pd.DataFrame) -> pd.DataFrame:
    """Every score of each week.

    Parameters
    ----------
    rows : DataFrame
        ``ROWS``; the weeks in any order.

    Returns
    -------
    DataFrame
        By ``week``, ascending: a column a score, NaN where the week has none;
        ``reach``, the log of the mean miss in half-widths of the 80 % intervals;
        ``hits_usual``, what naming the called classes blindly hits; ``forecasts``,
        ``target_date``.
    """
    if rows.empty:
        more = ("reach", "hits_usual", "forecasts", "target_date")
        columns = [*(score.name for score in SCORES), *more]
        return pd.DataFrame(columns=columns, index=pd.DatetimeIndex([], name="week"), dtype=float)
    week = rows["week"].to_numpy()
    gap = (rows["log_loss"] - rows["usual_loss"]).to_numpy(float)
    columns = np.column_stack(
        [
            rows["error"],
            rows["error_no_change"],
            *_known(rows["inside"].to_numpy(float)),
            *_known(gap),
            *_known(rows["hit"].to_numpy(float)),
            np.where(rows["hit"].notna(), rows["usual"], 0.0),
            np.ones(len(rows)),
            *_known(rows["reach"].to_numpy(float)),
        ]
    )
    weeks, sums = weekly_sums(week, columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {
            "error": sums[:, 0] / sums[:, 1],
            "coverage": sums[:, 2] / sums[:, 3],
            "reach": np.log(sums[:, 10] / sums[:, 11]),
            "log_loss": sums[:, 4] / sums[:, 5],
            "order": _order(week, rows["forecast"].to_numpy(float), rows["came"].to_numpy(float)),
            "hits": sums[:, 6] / sums[:, 7],
            "hits_usual": sums[:, 8] / sums[:, 7],
            "forecasts": sums[:, 9].astype(int),
        }
    index = pd.DatetimeIndex(weeks, name="week")
    table = pd.DataFrame(found, index=index).replace([np.inf, -np.inf], np.nan)
    table["target_date"] = rows.groupby("week")["target_date"].max().reindex(index)
    return table


def _known(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values with 0 where there is none, and 1 where there is one."""
    known = np.isfinite(values)
    return np.where(known, values, 0.0), known.astype(float)


def _order(week: np.ndarray, forecast: np.ndarray, came: np.ndarray) -> np.ndarray:
    """Spearman's correlation inside each week; NaN where stocks are few or all told the same."""
    ranks = pd.DataFrame({"forecast": forecast.round(12), "came": came}).groupby(week).rank()
    x, y = ranks["forecast"].to_numpy(), ranks["came"].to_numpy()
    __, sums = weekly_sums(week, np.column_stack([x, y, x * y, x * x, y * y, np.ones(len(x))]))
    n = sums[:, 5]
    mean_x, mean_y = sums[:, 0] / n, sums[:, 1] / n
    spread = (sums[:, 3] / n - mean_x**2) * (sums[:, 4] / n - mean_y**2)
    known = (n >= LEAST_STOCKS) & (spread > 1e-9)
    found = np.full(len(n), np.nan)
    found[known] = ((sums[:, 2] / n - mean_x * mean_y)[known]) / np.sqrt(spread[known])
    return found
