"""Two candidates of docs/skill.md, the blends or single rivals, judged by a walk-forward.

What comes after the models (calibration, shrinkage, interval, call rule) is
fitted on forecasts of weeks that no model had seen; the models themselves are
then fitted once more on every labelled week.
"""

import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.dataset import Panel
from core.errors import UserError
from core.evaluation import online, runner
from core.evaluation.candidates import CANDIDATES, parts_of
from core.evaluation.fitting import fit_ridge_apart
from core.evaluation.folds import Fold, latest_folds
from core.evaluation.inputs import Inputs, build_inputs
from core.evaluation.out_of_fold import OutOfFold
from core.evaluation.scoring import Report
from core.evaluation.tables import VERSION
from core.jobs.progress import Progress
from core.language import N_, _
from core.training import out_of_sample
from core.training.blend_files import Bundles, export, fit_parts
from core.training.evaluation import confusion, pattern_metrics, price_metrics, reliability
from core.training.facts import bundle_facts, data_facts
from core.training.latency import latency
from core.training.recipe import LEAST_STOCKS, OF_SINGLE, Recipe
from core.training.report import Facts, judge, record
from core.training.statistics import indicator_statistics
from models.baselines import class_prior
from models.calls import fit_call_rule
from models.conformal import ScoreHistory, fit_move_scale
from models.runtime import OnnxModel
from models.shrinkage import fit_shrinkage
from models.two_part import fit_two_part, nothing_known

BASELINES = ("no_change", "drift", "prior", "persistence")
STAGES = (
    (N_("Walking forward"), 80),
    (N_("Scoring"), 6),
    (N_("Fitting both models on all weeks"), 12),
    (N_("Exporting the models"), 2),
)
WORKERS = 2
PRICE_SCORES = ("IC", "R2_drift", "R2_demeaned", "MAE_ratio", "coverage_80", "coverage_95")
PATTERN_SCORES = (
    *("log_loss_skill", "log_loss_skill_sideways", "log_loss_skill_direction"),
    *("brier_skill", "decile_gain", "calibration_error"),
)
"""Scores of the shipped rows that stand among the run's metrics, each with its 95 % interval."""


@dataclass(frozen=True)
class Shown:
    """What would have been shown for each out-of-fold row, and how the scored ones are marked."""

    ret: np.ndarray
    half: np.ndarray
    proba: np.ndarray
    prior: np.ndarray
    call: np.ndarray
    scored: np.ndarray


def train(
    bars: dict[str, pd.DataFrame],
    panel: Panel,
    recipe: Recipe,
    listing: pd.DataFrame | None,
    folder: Path,
    tell: Progress,
) -> dict:
    """Walk forward, score, fit on all weeks, export.

    Parameters
    ----------
    bars, panel
        Of the whole market: stocks are ranked among all of it, here as when they are
        forecast, and learned from and judged only where the recipe names them.
    recipe : Recipe
    listing : DataFrame or None
        ``symbol, sector, exchange``.
    folder : Path
    tell : Progress

    Raises
    ------
    UserError
        If stocks or weeks are too few.
    """
    panel, inputs = _chosen(panel, recipe)
    labelled = np.flatnonzero(inputs.usable)
    folds, since = latest_folds(inputs, recipe.test_weeks)
    some = [c for c in CANDIDATES.values() if c.name in _wanted(recipe)]
    tell.plan(STAGES)
    tell.stage("Walking forward")

    def told(done: int, total: int, what: str, share: float) -> None:
        said = _("{done} of {total} fits done, last {what}")
        tell.stage("Walking forward", share, said.format(done=done, total=total, what=what))

    try:
        out = runner.run(inputs, folds, some, folder / "folds", workers=WORKERS, tell=told)
    finally:
        shutil.rmtree(folder / "folds", ignore_errors=True)
    tell.stage("Scoring")
    shown = _online(inputs, folds, out, since, recipe)
    judged = _out_of_sample(inputs, out, shown)
    beside = _beside(inputs, folds, out, shown, recipe)
    report = judge(judged, beside, listing)
    rows = out.rows[shown.scored]
    weeks = np.unique(inputs.week[rows])
    data = data_facts(bars, panel, labelled, np.flatnonzero(inputs.judged), {"test": weeks})

    tell.stage("Fitting both models on all weeks")
    fitted = fit_parts(inputs, labelled, recipe)
    tell.stage("Exporting the models")
    bundles = _bundles(inputs, out, shown, labelled, recipe, bundle_facts(recipe, data))
    native = export(fitted, bundles, folder, recipe)
    native.append(out_of_sample.write(judged, folder))
    one = labelled[inputs.judged[labelled]][-1:]
    opened = (OnnxModel(folder / "price.onnx"), OnnxModel(folder / "pattern.onnx"))
    taken = latency([(m, [inputs.given(name, one) for name in m.inputs]) for m in opened])
    before = np.flatnonzero(inputs.usable & (inputs.target_date < since))
    told_here = reliability(inputs.label[rows], shown.proba[shown.scored])
    networks = fitted.get("lstm", [])
    result = {
        "data": data,
        "recipe": {
            name: value
            for name, value in recipe.model_dump(mode="json").items()
            if name not in OF_SINGLE
        },
        "notes": _notes(weeks, recipe),
        "price": {
            "metrics": _price_metrics(inputs, rows, shown, report),
            "alpha": _penalty(fitted),
            "search": [],
            "interval": bundles.price["scale"] | {"shrinkage": bundles.price["shrinkage"]},
        },
        "pattern": {
            "metrics": _pattern_metrics(inputs, rows, shown, report),
            "epochs": ", ".join(str(network.epochs_) for network in networks) or "none",
            "histories": [network.history_ for network in networks],
            "calibration": bundles.pattern["calibration"] | {"rule": bundles.pattern["rule"]},
            "confusion": confusion(inputs.label[rows], shown.proba[shown.scored]),
            "reliability": asdict(told_here),
        },
        "statistics": indicator_statistics(
            fit_ridge_apart(inputs, before), inputs.X, {"train": before, "test": rows}
        ),
        "native": native,
    }
    facts = Facts(result["recipe"], data, taken, ordered_by=recipe.price_model)
    result["report"] = record(judged, report, facts)
    return result


def _chosen(panel: Panel, recipe: Recipe) -> tuple[Panel, Inputs]:
    """The chosen stocks' rows, ranked among the whole market."""
    inputs = build_inputs(panel)
    if recipe.symbols is not None:
        chosen = np.isin(inputs.symbol, recipe.symbols)
        inputs = inputs.only(chosen)
        panel = replace(panel, frame=panel.frame[chosen].reset_index(drop=True))
    if recipe.start is not None:
        late = inputs.week >= np.datetime64(recipe.start)
        inputs = replace(inputs, usable=inputs.usable & late, judged=inputs.judged & late)
    stocks = len(np.unique(inputs.symbol[inputs.judged]))
    if stocks < LEAST_STOCKS:
        raise UserError(
            _(
                "Only {stocks} of these stocks can be learned from, and the preset {preset} "
                "compares at least {least}: add stocks, or train with the preset standard."
            ).format(stocks=stocks, preset=recipe.preset, least=LEAST_STOCKS)
        )
    return panel, inputs


def _wanted(recipe: Recipe) -> set[str]:
    chosen = (recipe.price_model, recipe.pattern_model)
    return {*BASELINES, *chosen, *(part for name in chosen for part in parts_of(name))}


def _penalty(fitted: dict) -> float | str:
    """Of the Ridge among the parts."""
    penalties = [model.alpha_ for model in fitted.values() if hasattr(model, "alpha_")]
    return penalties[0] if penalties else "none"


def _notes(weeks: np.ndarray, recipe: Recipe) -> list[str]:
    if len(weeks) >= recipe.test_weeks:
        return []
    said = _("History is short: {there} test weeks instead of {wanted}.")
    return [said.format(there=len(weeks), wanted=recipe.test_weeks)]


def _online(
    inputs: Inputs, folds: list[Fold], out: OutOfFold, since: np.datetime64, recipe: Recipe
) -> Shown:
    ret, __ = online.shrunken(inputs, folds, out, recipe.price_model)
    proba, __ = online.calibrated(inputs, folds, out, recipe.pattern_model)
    moves = online.expected_moves(inputs, folds, out)
    return Shown(
        ret=ret,
        half=online.half_widths(inputs, folds, out, ret, moves),
        proba=proba,
        prior=online.priors(inputs, folds, out),
        call=online.calls(inputs, folds, out, proba, ret)[0],
        scored=inputs.week[out.rows] >= since,
    )


def _beside(
    inputs: Inputs, folds: list[Fold], out: OutOfFold, shown: Shown, recipe: Recipe
) -> dict[str, np.ndarray]:
    """Baselines, parts, and the price before shrinkage, on the scored rows."""
    # Those that `judge` has by itself, and the pattern's, which is shown as it is calibrated.
    own = {"no_change", "prior", recipe.pattern_model}
    return {
        name: online.finished(inputs, folds, out, CANDIDATES[name])[0][shown.scored]
        for name in out.told
        if name not in own
    }


def _out_of_sample(inputs: Inputs, out: OutOfFold, shown: Shown) -> pd.DataFrame:
    at, rows = shown.scored, out.rows[shown.scored]
    names = ("symbol", "week", "target_date", "close", "ret", "label")
    return out_of_sample.table(
        pd.DataFrame({name: getattr(inputs, name)[rows] for name in names}),
        forecast=shown.ret[at],
        half=shown.half[at],
        move=inputs.move[rows],
        proba=shown.proba[at],
        prior=shown.prior[at],
        call=shown.call[at],
    )


def _price_metrics(inputs: Inputs, rows: np.ndarray, shown: Shown, report: Report) -> dict:
    found = price_metrics(inputs.close[rows], inputs.ret[rows], shown.ret[shown.scored])
    scores = report.scores[VERSION["price"]]
    found |= _with_intervals({name: scores[name] for name in PRICE_SCORES if name in scores})
    found |= _with_intervals({"R2_return": scores["R2"]})
    return _finite({f"test_{name}": value for name, value in found.items()})


def _pattern_metrics(inputs: Inputs, rows: np.ndarray, shown: Shown, report: Report) -> dict:
    at = shown.scored
    found = pattern_metrics(inputs.label[rows], shown.proba[at], shown.prior[at])
    scores = report.scores[VERSION["pattern"]]
    found |= _with_intervals({name: scores[name] for name in PATTERN_SCORES if name in scores})
    found |= {f"calls_{name}": value for name, value in report.calls.items()}
    return _finite({f"test_{name}": value for name, value in found.items()})


def _with_intervals(scores: dict) -> dict[str, float]:
    found = {}
    for name, score in scores.items():
        found |= {name: score.value, f"{name}_low": score.low, f"{name}_high": score.high}
    return found


def _finite(found: dict[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}


def _bundles(
    inputs: Inputs,
    out: OutOfFold,
    shown: Shown,
    labelled: np.ndarray,
    recipe: Recipe,
    shared: dict,
) -> Bundles:
    """Everything fitted on out-of-fold forecasts, as the next fold of the walk would fit it."""
    week, ret, label = (values[out.rows] for values in (inputs.week, inputs.ret, inputs.label))
    prior = class_prior(inputs.label[labelled])
    short, long = inputs.vol_4w, inputs.vol_52w
    scale = fit_move_scale(inputs.ret[labelled], short[labelled], long[labelled])
    score = np.abs(ret - shown.ret) / scale.apply(short[out.rows], long[out.rows])
    calibration = nothing_known(prior)
    if len(np.unique(week)) >= online.LEAST_CALIBRATION_WEEKS:
        calibration = fit_two_part(out.told[recipe.pattern_model], label, week, prior)
    rule = fit_call_rule(shown.proba, shown.ret, label, week, prior)
    return Bundles(
        price={
            **shared,
            "shrinkage": asdict(fit_shrinkage(out.told[recipe.price_model], ret, week)),
            "scale": asdict(scale),
            "scores": asdict(ScoreHistory.of(score, week)),
        },
        pattern={**shared, "calibration": asdict(calibration), "rule": asdict(rule)},
    )
