"""The table: every candidate beside its baselines, by year, sector, exchange and volatility."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.evaluation import online
from core.evaluation.candidates import CANDIDATES, SHIPPED, Candidate
from core.evaluation.folds import Fold
from core.evaluation.inputs import Inputs
from core.evaluation.pattern_scores import (
    hit_curve,
    log_loss,
    pattern_scores,
    reliability_bins,
)
from core.evaluation.price_scores import coverage, price_scores
from core.evaluation.runner import OutOfFold
from core.evaluation.significance import DieboldMariano, Estimate, diebold_mariano, estimate
from core.evaluation.words import verdict
from core.language import N_
from models.baselines import CLASSES

SHRUNKEN = "blend_shrunken"
"""The shipped price forecast as it would be shown: each part times its shrinkage."""
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
    forecasts : DataFrame or None
        What the shipped candidates would have shown, one row a stock and week: ``week, symbol,
        close, ret, forecast``, ``half_80, half_95`` (half-widths, log returns; NaN before enough
        labels have matured), ``p_down, p_sideways, p_up``, ``prior_*`` of the same, ``label``
        and ``call`` (0 DOWN, 1 SIDEWAYS, 2 UP; -1 where the call is withheld).
    """

    scores: dict[str, dict[str, Estimate]]
    tests: dict[str, DieboldMariano]
    groups: dict[str, dict[str, dict[str, dict[str, Estimate]]]]
    verdicts: dict[str, str]
    fitted: dict[str, list[online.Fitted]]
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


def evaluate(
    inputs: Inputs,
    folds: list[Fold],
    out: OutOfFold,
    candidates: list[Candidate],
    scored: np.ndarray,
    listing: pd.DataFrame | None = None,
) -> Report:
    """Score every candidate on some of the weeks.

    Parameters
    ----------
    inputs, folds, out, candidates
        Of one run of the walk-forward; folds before the scored weeks feed what is
        fitted online and are not scored.
    scored : ndarray of bool
        Which of ``out.rows`` count, such as those of `in_years`.
    listing : DataFrame, optional
        ``symbol, sector, exchange``; without it there are no such splits.
    """
    year = _year(inputs, out)
    scored = np.flatnonzero(scored)
    rows = out.rows[scored]
    view = _View(
        week=inputs.week[rows],
        close=inputs.close[rows],
        ret=inputs.ret[rows],
        label=inputs.label[rows],
        drift=out.told["drift"][scored],
        prior=online.priors(inputs, folds, out)[scored],
        splits=_splits(inputs, rows, year[scored], listing),
    )
    scores, tests, groups, verdicts, fitted = {}, {}, {}, {}, {}
    told, kinds, halves = {}, {}, {}
    for candidate in candidates:
        told[candidate.name], fitted[candidate.name] = online.finished(
            inputs, folds, out, candidate
        )
        kinds[candidate.name] = candidate.kind
    if SHIPPED["price"] in told:
        told[SHRUNKEN], fitted[SHRUNKEN] = online.shrunken(inputs, folds, out, SHIPPED["price"])
        kinds[SHRUNKEN] = "price"
    moves = online.expected_moves(inputs, folds, out)
    for name, forecast in told.items():
        mine = forecast[scored]
        if kinds[name] == "price":
            half = online.half_widths(inputs, folds, out, forecast, moves)[scored]
            halves[name] = half
            scores[name], groups[name] = _price(view, mine, half)
            loss, usual = (view.ret - mine) ** 2, view.ret**2
            skill, baseline = scores[name]["R2"], "no change"
        else:
            scores[name], groups[name] = _pattern(view, mine)
            loss, usual = log_loss(view.label, mine), log_loss(view.label, view.prior)
            skill, baseline = scores[name]["log_loss_skill"], "the class prior"
        if name in ("no_change", "prior"):
            continue
        tests[name] = diebold_mariano(view.week, loss, usual)
        verdicts[name] = verdict(name, baseline, skill, tests[name])
    given, curve, bins, shown = {}, [], [], None
    if SHRUNKEN in told and SHIPPED["pattern"] in told:
        proba = told[SHIPPED["pattern"]]
        call, fitted["calls"] = online.calls(inputs, folds, out, proba, told[SHRUNKEN])
        given = _calls(view, call[scored])
        curve = hit_curve(view.week, view.label, proba[scored], view.prior)
        bins = reliability_bins(view.label, proba[scored])
        shown = _shown(
            view,
            inputs.symbol[rows],
            told[SHRUNKEN][scored],
            halves[SHRUNKEN],
            proba[scored],
            call[scored],
        )
    order = [name for name in _order() if name in told]
    return Report(
        scores={name: scores[name] for name in order},
        tests=tests,
        groups={name: groups[name] for name in order},
        verdicts=verdicts,
        fitted=fitted,
        calls=given,
        curve=curve,
        bins=bins,
        weeks=len(np.unique(view.week)),
        rows=len(rows),
        stocks=len(np.unique(inputs.symbol[rows])),
        first_week=str(view.week.min())[:10],
        last_week=str(view.week.max())[:10],
        kinds=kinds,
        forecasts=shown,
    )


def _shown(
    view: "_View",
    symbol: np.ndarray,
    forecast: np.ndarray,
    half: np.ndarray,
    proba: np.ndarray,
    call: np.ndarray,
) -> pd.DataFrame:
    names = [name.lower() for name in CLASSES]
    return pd.DataFrame(
        {
            "week": view.week,
            "symbol": symbol,
            "close": view.close,
            "ret": view.ret,
            "forecast": forecast,
            "half_80": half[:, 0],
            "half_95": half[:, 1],
            **{f"p_{name}": proba[:, i] for i, name in enumerate(names)},
            **{f"prior_{name}": view.prior[:, i] for i, name in enumerate(names)},
            "label": view.label.astype(np.int8),
            "call": call.astype(np.int8),
        }
    )


def in_years(inputs: Inputs, out: OutOfFold, first: int, last: int) -> np.ndarray:
    """Which out-of-fold rows have their as-of week in some years, both included."""
    year = _year(inputs, out)
    return (year >= first) & (year <= last)


def _year(inputs: Inputs, out: OutOfFold) -> np.ndarray:
    return inputs.week[out.rows].astype("datetime64[Y]").astype(int) + 1970


@dataclass(frozen=True)
class _View:
    """What came, on the scored rows."""

    week: np.ndarray
    close: np.ndarray
    ret: np.ndarray
    label: np.ndarray
    drift: np.ndarray
    prior: np.ndarray
    splits: dict[str, np.ndarray]


def _price(view: _View, told: np.ndarray, half: np.ndarray) -> tuple[dict, dict]:
    def score(at: np.ndarray) -> dict[str, Estimate]:
        found = price_scores(view.week[at], view.close[at], view.ret[at], told[at], view.drift[at])
        if np.isfinite(half[at]).all(axis=1).any():
            found |= coverage(view.week[at], view.ret[at], told[at], half[at])
        return found

    return score(np.arange(len(told))), _by_group(view, score, "price")


def _pattern(view: _View, told: np.ndarray) -> tuple[dict, dict]:
    def score(at: np.ndarray) -> dict[str, Estimate]:
        return pattern_scores(view.week[at], view.label[at], told[at], view.prior[at])

    return score(np.arange(len(told))), _by_group(view, score, "pattern")


def _by_group(view: _View, score, kind: str) -> dict:
    found: dict = {}
    for split, of_row in view.splits.items():
        found[split] = {}
        for group in sorted(set(of_row.tolist())):
            scores = score(np.flatnonzero(of_row == group))
            found[split][str(group)] = {
                name: scores[name] for name in GROUP_SCORES[kind] if name in scores
            }
    return found


def _splits(
    inputs: Inputs, rows: np.ndarray, year: np.ndarray, listing: pd.DataFrame | None
) -> dict[str, np.ndarray]:
    """Group of each row: terciles are cut among the stocks of the same week."""
    splits = {"year": year.astype(str)}
    place = pd.Series(inputs.move[rows]).groupby(inputs.week[rows]).rank(pct=True).to_numpy()
    splits["volatility"] = np.array(TERCILES)[np.minimum((place * 3 - 1e-9).astype(int), 2)]
    if listing is not None:
        known = listing.drop_duplicates("symbol").set_index("symbol")
        for name in ("sector", "exchange"):
            if name in known:
                group = known[name].reindex(inputs.symbol[rows]).fillna(UNLISTED)
                splits[name] = group.to_numpy(str)
    return splits


def _calls(view: _View, call: np.ndarray) -> dict[str, float]:
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


def _order() -> list[str]:
    names = list(CANDIDATES)
    names.insert(names.index(SHIPPED["price"]) + 1, SHRUNKEN)
    return names


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
