"""One training run, in the child process: data in, two exported models and their scores out."""

import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import skops.io

from core.dataset import (
    Panel,
    build_panel,
    sequences,
)
from core.errors import UserError
from core.evaluation.inputs import past_class
from core.evaluation.scoring import listed
from core.indicators.catalogue import NAMES
from core.jobs.progress import Progress
from core.language import _
from core.market.store import BarStore
from core.settings import settings
from core.software import software
from core.training import blend, out_of_sample
from core.training.evaluation import (
    confusion,
    pattern_metrics,
    price_metrics,
    reliability,
)
from core.training.facts import bundle_facts, data_facts
from core.training.latency import latency
from core.training.recipe import OF_BLEND, Recipe
from core.training.report import Facts, judge, record
from core.training.rows import Rows
from core.training.statistics import indicator_statistics
from models.baselines import class_prior, drift, persistence
from models.calibration import Calibration, fit_calibration
from models.intervals import Interval, expected_move, fit_interval
from models.price import PriceTargetModel
from models.runtime import OnnxModel

LIBRARIES = ("numpy", "pandas", "scikit-learn", "keras", "onnx", "TA-Lib")
VOLATILITY = list(NAMES).index("vol_4w")
HALVES_FROM = 26
"""From so many validation weeks on, those that stop the training do not calibrate it."""


def work(params: dict, folder: Path, tell: Progress, now: datetime | None = None) -> dict:
    """Train both models and leave them in ``folder``.

    Parameters
    ----------
    params : dict
        A ``Recipe``.
    folder : Path
        Gets ``price.onnx``, ``pattern.onnx``, ``price.skops``, ``pattern.keras``.
    tell : Progress
    now : datetime, optional
        Decides whether the last week is complete; default the present.

    Returns
    -------
    dict
        JSON-ready: metrics, curves, statistics, data fingerprint, seconds.

    Raises
    ------
    UserError
        If the prices do not suffice.
    """
    began = time.time()
    recipe = Recipe(**params)
    store = BarStore(settings().data_dir)
    # A blend ranks the chosen stocks among the whole market.
    bars = store.panel(recipe.market, None if recipe.family == "blend" else recipe.symbols)
    if recipe.end is not None:
        bars = {s: b[b["date"] <= pd.Timestamp(recipe.end)] for s, b in bars.items()}
        bars = {s: b for s, b in bars.items() if len(b)}
    if not bars:
        raise UserError(_("There are no prices of these stocks in the chosen dates."))
    tell.stage("Computing indicators")
    sessions = store.sessions(recipe.market)
    if recipe.end is not None:
        sessions = sessions[sessions <= pd.Timestamp(recipe.end)]
    panel = build_panel(
        bars,
        sessions,
        recipe.market,
        horizon_weeks=recipe.horizon_weeks,
        band=recipe.band,
        now=now,
    )
    made = blend.train if recipe.family == "blend" else _train
    listing = listed(store.symbols(recipe.market))
    result = made(bars, panel, recipe, listing, folder, tell)
    return {
        **result,
        "software": software(LIBRARIES),
        "seconds": round(time.time() - began, 2),
    }


def _train(
    bars: dict[str, pd.DataFrame],
    panel: Panel,
    recipe: Recipe,
    listing: pd.DataFrame | None,
    folder: Path,
    tell: Progress,
) -> dict:
    """One model each: fitted, judged on the last weeks, fitted again on all."""
    rows = Rows(panel, recipe)
    data = data_facts(bars, panel, rows.labelled, rows.ends_labelled, rows.split.parts())

    tell.stage("Fitting the price model")
    price = _fit_price(rows, recipe)
    tell.stage("Starting TensorFlow")
    # Here, not above: TensorFlow takes 3 s and refusals should not wait for it.
    from models.pattern import PatternLSTMModel

    tell.stage("Fitting the pattern model")
    pattern = _fit_pattern(rows, recipe, PatternLSTMModel, tell)

    tell.stage("Fitting both models on all weeks")
    final_price = PriceTargetModel(alpha=price["model"].alpha_, gap=recipe.horizon_weeks)
    final_price.fit(rows.X[rows.labelled], rows.ret[rows.labelled])
    final_pattern = _network(PatternLSTMModel, recipe, epochs=max(pattern["model"].epochs_, 1))
    final_pattern.fit(
        sequences(panel, rows.ends_labelled),
        rows.label[rows.ends_labelled],
        on_epoch=tell.epoch,
    )

    tell.stage("Exporting the models")
    _export(folder, recipe, data, final_price, final_pattern, price["interval"], pattern)
    judged = _out_of_sample(rows, price, pattern)
    told = {
        name: value
        for name, value in recipe.model_dump(mode="json").items()
        if name not in OF_BLEND
    }
    report = judge(judged, _baselines(rows), listing)
    at = rows.ends_labelled[-1:]
    taken = latency(
        [
            (OnnxModel(folder / "price.onnx"), [rows.X[at]]),
            (OnnxModel(folder / "pattern.onnx"), [sequences(panel, at)]),
        ]
    )
    return {
        "data": data,
        "recipe": told,
        "notes": rows.split.notes,
        "price": {
            "metrics": price["metrics"],
            "alpha": price["model"].alpha_,
            "search": price["model"].search_,
            "interval": asdict(price["interval"]),
        },
        "pattern": {
            "metrics": pattern["metrics"],
            "epochs": pattern["model"].epochs_,
            "histories": [pattern["model"].history_],
            "calibration": asdict(pattern["calibration"]),
            "confusion": pattern["confusion"],
            "reliability": pattern["reliability"],
        },
        "statistics": indicator_statistics(price["model"], rows.X, rows.price_parts),
        "native": [
            ["price.skops", "price"],
            ["pattern.keras", "pattern"],
            out_of_sample.write(judged, folder),
        ],
        "report": record(judged, report, Facts(told, data, taken)),
    }


def _fit_price(rows: Rows, recipe: Recipe) -> dict:
    parts = rows.price_parts
    model = PriceTargetModel(alpha=recipe.alpha, gap=recipe.horizon_weeks)
    train = parts["train"]
    try:
        model.fit(rows.X[train], rows.ret[train], rows.week[train])
    except ValueError as error:
        if "folds" not in str(error) and "splits" not in str(error):
            raise
        raise UserError(
            _(
                "The training weeks are too few to choose the penalty in time order: "
                "use a longer history, or give a fixed penalty."
            )
        ) from None
    told = {name: model.predict(rows.X[part]) for name, part in parts.items()}
    val = parts["val"]
    volatility = rows.X[:, VOLATILITY]
    interval = fit_interval(
        rows.ret[val] - told["val"],
        volatility[val],
        typical=float(np.nanmedian(volatility[train])),
        horizon_weeks=recipe.horizon_weeks,
    )
    metrics = {}
    for name, part in parts.items():
        for key, value in price_metrics(rows.close[part], rows.ret[part], told[name]).items():
            metrics[f"{name}_{key}"] = value
        if name != "train":
            inside = np.abs(rows.ret[part] - told[name]) <= interval.half_width(volatility[part])
            metrics[f"{name}_coverage_80"] = float(inside.mean())
    return {"model": model, "metrics": metrics, "interval": interval}


def _network(made: type, recipe: Recipe, *, epochs: int):
    return made(
        activation=recipe.activation,
        batch_size=recipe.batch_size,
        epochs=epochs,
        patience=recipe.patience,
        learning_rate=recipe.learning_rate,
        dropout=recipe.dropout,
        seed=recipe.seed,
    )


def _fit_pattern(rows: Rows, recipe: Recipe, made: type, tell: Progress) -> dict:
    parts = rows.pattern_parts
    X = {name: sequences(rows.panel, part) for name, part in parts.items()}
    y = {name: rows.label[part] for name, part in parts.items()}
    stop, judge = _halves(rows, recipe)
    model = _network(made, recipe, epochs=recipe.epochs)
    model.fit(
        X["train"],
        y["train"],
        validation=(X["val"][stop], y["val"][stop]),
        on_epoch=tell.epoch,
    )
    prior = class_prior(y["train"])
    raw = {name: model.predict_proba(x) for name, x in X.items()}
    calibration = fit_calibration(raw["val"][judge], y["val"][judge], prior)
    told = {name: calibration.apply(p) for name, p in raw.items()}
    metrics = {}
    for name in parts:
        for key, value in pattern_metrics(y[name], told[name], prior).items():
            metrics[f"{name}_{key}"] = value
    bins = reliability(y["test"], told["test"])
    metrics["test_calibration_error"] = bins.error
    return {
        "model": model,
        "metrics": metrics,
        "calibration": calibration,
        "confusion": confusion(y["test"], told["test"]),
        "reliability": asdict(bins),
        "prior": prior,
        "told": told["test"],
    }


def _judged(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """The test weeks' rows that both models answer, by week and stock, and their places."""
    at = rows.pattern_parts["test"]
    order = np.lexsort((rows.panel.frame["symbol"].to_numpy(str)[at], rows.week[at]))
    return at[order], order


def _baselines(rows: Rows) -> dict[str, np.ndarray]:
    """What anyone could have said of the test weeks from the training weeks."""
    at, _ = _judged(rows)
    past = past_class(rows.panel)
    learned = rows.pattern_parts["train"]
    told = persistence(past[learned], rows.label[learned], past[at])
    return {
        "drift": np.full(len(at), drift(rows.ret[rows.price_parts["train"]])),
        "persistence": told,
    }


def _out_of_sample(rows: Rows, price: dict, pattern: dict) -> pd.DataFrame:
    at, order = _judged(rows)
    interval: Interval = price["interval"]
    volatility = rows.X[at, VOLATILITY]
    half = interval.half_width(volatility)
    proba = pattern["told"][order]
    return out_of_sample.table(
        rows.panel.frame.iloc[at],
        forecast=price["model"].predict(rows.X[at]),
        half=np.column_stack([half, np.full(len(at), np.nan)]),
        move=expected_move(volatility, interval.typical_volatility, interval.horizon_weeks),
        proba=proba,
        prior=pattern["prior"],
        call=proba.argmax(axis=1),
    )


def _halves(rows: Rows, recipe: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """Validation rows that stop the training, and those that calibrate what it gave."""
    weeks = rows.split.validation
    at = rows.week[rows.pattern_parts["val"]].astype("datetime64[ns]")
    everything = np.ones(len(at), dtype=bool)
    if len(weeks) < HALVES_FROM:
        return everything, everything
    later = weeks[len(weeks) // 2 :]
    reach = np.timedelta64(7 * recipe.horizon_weeks, "D")
    stop, judge = at + reach < later[0], np.isin(at, later)
    return (stop, judge) if stop.any() and judge.any() else (everything, everything)


def _export(
    folder: Path,
    recipe: Recipe,
    data: dict,
    price: PriceTargetModel,
    pattern,
    interval: Interval,
    fitted: dict,
) -> None:
    from models.onnx_export import export_price, stamp

    calibration: Calibration = fitted["calibration"]
    shared = bundle_facts(recipe, data)
    export_price(price, folder / "price.onnx")
    stamp(folder / "price.onnx", {**shared, "interval": asdict(interval)})
    pattern.export_onnx(folder / "pattern.onnx")
    stamp(folder / "pattern.onnx", {**shared, "calibration": asdict(calibration)})
    skops.io.dump(price, folder / "price.skops")
    pattern.save(folder / "pattern.keras")
