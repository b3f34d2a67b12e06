"""The final fit of a version's parts, and their files: ONNX to forecast with, native to look at."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import skops.io

from core.dataset import SEQUENCE_WEEKS
from core.evaluation import fitting
from core.evaluation.candidates import parts_of
from core.evaluation.fitting import SEEDS
from core.evaluation.inputs import Inputs
from core.indicators.catalogue import NAMES
from core.training.recipe import Recipe
from models.onnx_blend import Part, export_blend, export_factor
from models.onnx_export import export_logistic, export_price, export_scaled_ridge, stamp
from models.onnx_trees import export_boosted

SHAPES = {
    "X": (len(NAMES),),
    "factor": (1,),
    "move": (1,),
    "beside": (7,),
    "windows": (SEQUENCE_WEEKS, len(NAMES)),
}
"""Of a row of each input that a file may have; names as in ``Inputs.given``."""


def _fit_lstm(inputs: Inputs, learn: np.ndarray) -> list:
    # Here, not above: TensorFlow takes seconds and most candidates do without.
    from core.evaluation.networks import fit_pooled

    return fit_pooled(inputs, learn, seeds=SEEDS)


@dataclass(frozen=True)
class Recorded:
    """How a candidate that is no blend is fitted and written.

    Attributes
    ----------
    fit : callable
        ``(inputs, learn)``; the LSTM gives a list of networks, whose mean counts.
    export : callable or None
        ``(model, path)``; None lets each network export itself.
    reads : tuple of str
        Inputs of the written file.
    """

    fit: Callable
    export: Callable | None
    reads: tuple[str, ...] = ("X",)


RECORDED = {
    "momentum": Recorded(fitting.fit_momentum, export_factor, ("factor",)),
    "boosting_apart": Recorded(fitting.fit_boosting_apart, export_boosted),
    "ridge_apart": Recorded(fitting.fit_ridge_apart, export_price),
    "boosting": Recorded(fitting.fit_boosting, export_boosted),
    "ridge": Recorded(fitting.fit_ridge, export_price),
    "ridge_scaled": Recorded(fitting.fit_ridge_scaled, export_scaled_ridge, ("X", "move")),
    "boosting_pattern": Recorded(fitting.fit_boosting_pattern, export_boosted),
    "logistic": Recorded(fitting.fit_logistic, export_logistic),
    "logistic_context": Recorded(fitting.fit_logistic_context, export_logistic, ("beside",)),
    "logistic_degree_2": Recorded(fitting.fit_logistic_degree_2, export_logistic),
    "lstm": Recorded(_fit_lstm, None, ("windows",)),
}


@dataclass(frozen=True)
class Bundles:
    """What each exported file carries beside its graph."""

    price: dict
    pattern: dict


def fit_parts(inputs: Inputs, learn: np.ndarray, recipe: Recipe) -> dict:
    """Every part of both chosen candidates by its name; the LSTM as a list of networks."""
    names = {**parts_of(recipe.price_model), **parts_of(recipe.pattern_model)}
    return {name: RECORDED[name].fit(inputs, learn) for name in names}


def export(fitted: dict, bundles: Bundles, folder: Path, recipe: Recipe) -> list[list[str]]:
    """Write ``price.onnx``, ``pattern.onnx`` and the native files.

    Returns
    -------
    list of [file, place]
        The native files.
    """
    _write(fitted, recipe.price_model, 1, folder / "price.onnx")
    _write(fitted, recipe.pattern_model, 3, folder / "pattern.onnx")
    stamp(folder / "price.onnx", bundles.price)
    stamp(folder / "pattern.onnx", bundles.pattern)
    native = [["parts.skops", "native"]]
    kept = {name: model for name, model in fitted.items() if name != "lstm"}
    skops.io.dump(kept, folder / "parts.skops")
    for seed, network in enumerate(fitted.get("lstm", [])):
        network.save(folder / f"lstm_{seed}.keras")
        native.append([f"lstm_{seed}.keras", "native"])
    return native


def _write(fitted: dict, candidate: str, width: int, path: Path) -> None:
    """One graph that reads just what the candidate's parts read."""
    aside, parts = path.with_suffix(".part"), []
    for name, weight in parts_of(candidate).items():
        how = RECORDED[name]
        members = fitted[name] if how.export is None else [fitted[name]]
        for model in members:
            if how.export is None:
                model.export_onnx(aside)
            else:
                how.export(model, aside)
            parts.append(Part(onnx.load(aside), how.reads, weight / len(members)))
    aside.unlink()
    read = {name for part in parts for name in part.reads}
    shapes = {name: shape for name, shape in SHAPES.items() if name in read}
    export_blend(parts, shapes, width, path)
