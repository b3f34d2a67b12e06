"""The final fit of the blends' parts, and their files: ONNX to forecast with, native to look at."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import skops.io

from core.dataset import SEQUENCE_WEEKS
from core.evaluation import candidates
from core.evaluation.candidates import CANDIDATES, SEEDS, SHIPPED
from core.evaluation.inputs import Inputs
from core.indicators.catalogue import NAMES
from models.onnx_blend import Part, export_blend, export_factor
from models.onnx_export import export_logistic, export_price, stamp
from models.onnx_trees import export_boosted
from models.runtime import OnnxModel

ASKED = 50


@dataclass(frozen=True)
class Bundles:
    """What each exported file carries beside its graph."""

    price: dict
    pattern: dict


def fit_parts(inputs: Inputs, learn: np.ndarray) -> dict:
    """Every part of both blends by its candidate's name; the LSTM as a list of networks."""
    from core.evaluation.networks import fit_pooled  # TensorFlow

    return {
        "momentum": candidates.fit_momentum(inputs, learn),
        "boosting_apart": candidates.fit_boosting_apart(inputs, learn),
        "ridge_apart": candidates.fit_ridge_apart(inputs, learn),
        "boosting_pattern": candidates.fit_boosting_pattern(inputs, learn),
        "logistic_context": candidates.fit_logistic_context(inputs, learn),
        "logistic_degree_2": candidates.fit_logistic_degree_2(inputs, learn),
        "lstm": fit_pooled(inputs, learn, seeds=SEEDS),
    }


def export(
    fitted: dict, bundles: Bundles, folder: Path, inputs: Inputs, learn: np.ndarray
) -> tuple[list[list[str]], float]:
    """Write ``price.onnx``, ``pattern.onnx`` and the native files.

    Returns
    -------
    native : list of [file, place]
    latency : float
        Median milliseconds in which both files answer for one stock.
    """
    _price(fitted, folder)
    _pattern(fitted, folder)
    stamp(folder / "price.onnx", bundles.price)
    stamp(folder / "pattern.onnx", bundles.pattern)
    native = [["parts.skops", "native"]]
    kept = {name: model for name, model in fitted.items() if name != "lstm"}
    skops.io.dump(kept, folder / "parts.skops")
    for seed, network in enumerate(fitted["lstm"]):
        network.save(folder / f"lstm_{seed}.keras")
        native.append([f"lstm_{seed}.keras", "native"])
    return native, _latency(folder, inputs, learn[inputs.judged[learn]][-1:])


def _price(fitted: dict, folder: Path) -> None:
    weights = CANDIDATES[SHIPPED["price"]].parts
    file = folder / "part.onnx"
    parts = []
    for name, write, reads in (
        ("momentum", export_factor, "factor"),
        ("boosting_apart", export_boosted, "X"),
        ("ridge_apart", export_price, "X"),
    ):
        write(fitted[name], file)
        parts.append(Part(onnx.load(file), reads, weights[name]))
    export_blend(parts, {"X": (len(NAMES),), "factor": (1,)}, 1, folder / "price.onnx")
    file.unlink()


def _pattern(fitted: dict, folder: Path) -> None:
    weights = CANDIDATES[SHIPPED["pattern"]].parts
    file = folder / "part.onnx"
    parts = []
    for name, write, reads in (
        ("boosting_pattern", export_boosted, "X"),
        ("logistic_context", export_logistic, "beside"),
        ("logistic_degree_2", export_logistic, "X"),
    ):
        write(fitted[name], file)
        parts.append(Part(onnx.load(file), reads, weights[name]))
    for network in fitted["lstm"]:
        network.export_onnx(file)
        parts.append(Part(onnx.load(file), "windows", weights["lstm"] / len(fitted["lstm"])))
    shapes = {"X": (len(NAMES),), "beside": (7,), "windows": (SEQUENCE_WEEKS, len(NAMES))}
    export_blend(parts, shapes, 3, folder / "pattern.onnx")
    file.unlink()


def _latency(folder: Path, inputs: Inputs, row: np.ndarray) -> float:
    price, pattern = (OnnxModel(folder / f"{name}.onnx") for name in ("price", "pattern"))
    X, taken = inputs.X[row], []
    for _ in range(ASKED):
        began = time.perf_counter()
        price.run(X, inputs.factor[row, None])
        pattern.run(X, inputs.beside[row], inputs.windows(row))
        taken.append(1000 * (time.perf_counter() - began))
    return float(np.median(taken))
