"""The scores of forecasts of the same weeks, however they were made, each with its intervals."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.evaluation.online import Fitted
from core.evaluation.pattern_scores import (
    hit_curve,
    log_loss,
    pattern_scores,
    reliability_bins,
)
from core.evaluation.price_scores import coverage, price_scores
from core.evaluation.significance import DieboldMariano, Estimate, diebold_mariano, estimate
from core.evaluation.words import verdict
from core.language import N_

TERCILES = (N_("calm"), N_("middle"), N_("wild"))
UNLISTED = N_("unknown")
"""Group of the stocks whose sector or exchange no listing gave."""
GROUP_SCORES = {
    "price": ("MAE_ratio", "R2", "R2_demeaned", "IC", "coverage_80", "coverage_95"),
    "pattern": ("log_loss_skill", "log_loss_skill_direction", "accuracy_skill"),
}
"""Scores repeated for each group of the splits."""


@dataclass(frozen=True)
class Report:
    """Everything measured.

    Attributes
    ----------
    scores : dict of dict of Estimate
        By row, then by score.
    tests : dict of DieboldMariano
        By row: against no change (squared error) or the class prior (log loss).
    groups : dict
        By row, split, group and score.
    verdicts : dict of str
        By row, in words.
    fitted : dict of list
        By row: what each refit chose.
    calls : dict of float
        Share given, hit rate and usual rate of the shipped calls.
    curve, bins : list
        Hit curve and reliability of the shipped pattern candidate.
    weeks, rows, stocks : int
        Judged.
    first_week, last_week : str
        First and last judged week.
    kinds : dict of str
        By row: price or pattern.
    forecasts : DataFrame or None
        What the shipped candidates would have shown, one row a stock and week: ``week, symbol,
        close, ret, forecast``, ``half_80, half_95`` (half-widths, log returns; NaN before enough
        labels have matured), ``p_down, p_sideways, p_up``, ``prior_*`` of the same, ``label``
        and ``call`` (0 DOWN, 1 SIDEWAYS, 2 UP; -1 where the call is withheld), ``learned_to``
        (the last day whose outcome the row's model had learned from).
    """

    scores: dict[str, dict[str, Estimate]]
    tests: dict[str, DieboldMariano]
    groups: dict[str, dict[str, dict[str, dict[str, Estimate]]]]
    verdicts: dict[str, str]
    fitted: dict[str, list[Fitted]]
    calls: dict[str, float]
    curve: list[tuple[float, float, float]]
    bins: list[tuple[float, float, int]]
    weeks: int
    rows: int
    stocks: int
    first_week: str
    last_week: str
    kinds: dict[str, str] = field(default_factory=dict)
    forecasts: pd.DataFrame | None = None


@dataclass(frozen=True)
class View:
    """What came, and what was known before, on the scored rows; arrays of n.

    Attributes
    ----------
    week, symbol, close, ret, label : ndarray of shape (n,)
    drift : ndarray of shape (n,)
        Mean of past returns.
    prior : ndarray of shape (n, 3)
        Class shares of the past.
    splits : dict of ndarray
        Group of each row, from `splits`.
    """

    week: np.ndarray
    symbol: np.ndarray
    close: np.ndarray
    ret: np.ndarray
    label: np.ndarray
    drift: np.ndarray
    prior: np.ndarray
    splits: dict[str, np.ndarray]


@dataclass(frozen=True)
class Told:
    """One row of the table.

    Attributes
    ----------
    values : ndarray
        Log returns (n,) of a price row, probabilities (n, 3) of a pattern row.
    half : ndarray of shape (n, 2), optional
        Half-widths of a price row's 80 and 95 % intervals, NaN where there is none.
    """

    values: np.ndarray
    half: np.ndarray | None = None

    @property
    def kind(self) -> str:
        """price or pattern."""
        return "price" if self.values.ndim == 1 else "pattern"


def score(view: View, told: dict[str, Told], calls: tuple[str, np.ndarray] | None) -> Report:
    """Every score of every row.

    Parameters
    ----------
    view : View
    told : dict of Told
        By row, in the order of the table; ``no_change`` and ``prior`` are what skill is over.
    calls : (str, ndarray of shape (n,)), optional
        The pattern row that calls, and the class called: 0 DOWN, 1 SIDEWAYS, 2 UP, -1 withheld.
    """
    scores, tests, groups, verdicts = {}, {}, {}, {}
    for name, row in told.items():
        if row.kind == "price":
            half = np.full((len(view.week), 2), np.nan) if row.half is None else row.half
            scores[name], groups[name] = _price(view, row.values, half)
            loss, usual = (view.ret - row.values) ** 2, view.ret**2
            skill, baseline = scores[name]["R2"], "no change"
        else:
            scores[name], groups[name] = _pattern(view, row.values)
            loss, usual = log_loss(view.label, row.values), log_loss(view.label, view.prior)
            skill, baseline = scores[name]["log_loss_skill"], "the class prior"
        if name in ("no_change", "prior"):
            continue
        tests[name] = diebold_mariano(view.week, loss, usual)
        verdicts[name] = verdict(name, baseline, skill, tests[name])
    given, curve, bins = {}, [], []
    if calls is not None:
        row, call = calls
        given = _calls(view, call)
        curve = hit_curve(view.week, view.label, told[row].values, view.prior)
        bins = reliability_bins(view.label, told[row].values)
    return Report(
        scores=scores,
        tests=tests,
        groups=groups,
        verdicts=verdicts,
        fitted={},
        calls=given,
        curve=curve,
        bins=bins,
        weeks=len(np.unique(view.week)),
        rows=len(view.week),
        stocks=len(np.unique(view.symbol)),
        first_week=str(view.week.min())[:10],
        last_week=str(view.week.max())[:10],
        kinds={name: row.kind for name, row in told.items()},
    )


def _price(view: View, told: np.ndarray, half: np.ndarray) -> tuple[dict, dict]:
    def score(at: np.ndarray) -> dict[str, Estimate]:
        found = price_scores(view.week[at], view.close[at], view.ret[at], told[at], view.drift[at])
        return found | coverage(view.week[at], view.ret[at], told[at], half[at])

    return score(np.arange(len(told))), _by_group(view, score, "price")


def _pattern(view: View, told: np.ndarray) -> tuple[dict, dict]:
    def score(at: np.ndarray) -> dict[str, Estimate]:
        return pattern_scores(view.week[at], view.label[at], told[at], view.prior[at])

    return score(np.arange(len(told))), _by_group(view, score, "pattern")


def _by_group(view: View, score, kind: str) -> dict:
    found: dict = {}
    for split, of_row in view.splits.items():
        found[split] = {}
        for group in sorted(set(of_row.tolist())):
            scores = score(np.flatnonzero(of_row == group))
            found[split][str(group)] = {
                name: scores[name] for name in GROUP_SCORES[kind] if name in scores
            }
    return found


def splits(
    week: np.ndarray, symbol: np.ndarray, move: np.ndarray, listing: pd.DataFrame | None
) -> dict[str, np.ndarray]:
    """Group of each row: terciles of the expected move are cut among the stocks of a week.

    ``listing`` has ``symbol, sector, exchange``; None gives no such splits.
    """
    found = {"year": year_of(week).astype(str)}
    place = pd.Series(move).groupby(week).rank(pct=True).to_numpy()
    found["volatility"] = np.array(TERCILES)[np.minimum((place * 3 - 1e-9).astype(int), 2)]
    if listing is not None:
        known = listing.drop_duplicates("symbol").set_index("symbol")
        for name in ("sector", "exchange"):
            if name in known:
                found[name] = known[name].reindex(symbol).fillna(UNLISTED).to_numpy(str)
    return found


def listed(stocks: pd.DataFrame) -> pd.DataFrame | None:
    """``symbol, sector, exchange`` of a store's catalogue; None where no listing was imported."""
    listing = stocks[["symbol", "sector", "exchange"]]
    return None if listing[["sector", "exchange"]].isna().all(axis=None) else listing


def year_of(week: np.ndarray) -> np.ndarray:
    """Calendar year of each week, shape (n,)."""
    return week.astype("datetime64[Y]").astype(int) + 1970


def _calls(view: View, call: np.ndarray) -> dict[str, float]:
    given = call >= 0
    found = {"share": float(given.mean())}
    if given.any():
        usual = view.prior[np.arange(len(call)), np.maximum(call, 0)]
        hit = (call == view.label).astype(float)
        columns = np.column_stack([hit - usual, np.ones(len(call))])[given]
        gain = estimate(view.week[given], columns, lambda s: s[..., 0] / s[..., 1])
        found |= {
            "hit_rate": float(hit[given].mean()),
            "usual_rate": float(usual[given].mean()),
            "gain": gain.value,
            "gain_low": gain.low,
            "gain_high": gain.high,
        }
    return found


def structure(report: Report) -> dict:
    """Names by which the figures of `flat` are found."""
    return {
        "kinds": {row: report.kinds[row] for row in report.scores},
        "splits": {
            split: sorted(groups) for split, groups in next(iter(report.groups.values())).items()
        },
        "curve": [share for share, _, _ in report.curve],
        "bins": len(report.bins),
    }


def flat(report: Report) -> dict[str, float | str]:
    """The report as flat keys for JSON, figures that are not defined left out.

    ``ROW.SCORE``, ``ROW.SCORE.low`` and ``.high`` (blocks of 13 weeks),
    ``.low_8`` ... ``.high_26``; ``ROW.SPLIT.GROUP.SCORE``; ``ROW.dm_difference``,
    ``ROW.dm_statistic``, ``ROW.dm_p_value``, ``ROW.effective_weeks``, ``ROW.verdict``;
    ``calls.*``; ``hit_curve.SHARE.*``; ``reliability.BIN.*``; ``ROW.refit.DATE.*``.
    """
    keys: dict[str, float | str] = {
        "weeks": report.weeks,
        "rows": report.rows,
        "stocks": report.stocks,
    }
    for row, scores in report.scores.items():
        for name, score in scores.items():
            keys[f"{row}.{name}"] = score.value
            for block, (low, high) in score.intervals.items():
                suffix = "" if block == 13 else f"_{block}"
                keys[f"{row}.{name}.low{suffix}"] = low
                keys[f"{row}.{name}.high{suffix}"] = high
        if row in report.tests:
            test = report.tests[row]
            keys[f"{row}.dm_difference"] = test.difference
            keys[f"{row}.dm_statistic"] = test.statistic
            keys[f"{row}.dm_p_value"] = test.p_value
            keys[f"{row}.effective_weeks"] = test.effective_weeks
            keys[f"{row}.verdict"] = report.verdicts[row]
        for split, groups in report.groups[row].items():
            for group, found in groups.items():
                for name, score in found.items():
                    keys[f"{row}.{split}.{group}.{name}"] = score.value
                    keys[f"{row}.{split}.{group}.{name}.low"] = score.low
                    keys[f"{row}.{split}.{group}.{name}.high"] = score.high
    for row, refits in report.fitted.items():
        for refit in refits:
            for name in ("temperature", "weight", "market", "apart", "margin"):
                if getattr(refit, name) is not None:
                    keys[f"{row}.refit.{refit.begins}.{name}"] = getattr(refit, name)
    keys |= {f"calls.{name}": value for name, value in report.calls.items()}
    for share, hit, usual in report.curve:
        keys[f"hit_curve.{share:.1f}.hit_rate"] = hit
        keys[f"hit_curve.{share:.1f}.usual_rate"] = usual
    for place, (said, came, count) in enumerate(report.bins):
        keys[f"reliability.{place}.said"] = said
        keys[f"reliability.{place}.came"] = came
        keys[f"reliability.{place}.count"] = count
    return {k: v for k, v in keys.items() if isinstance(v, str) or np.isfinite(v)}
