"""Forecasts of a whole market, and of one stock, from stored indicators."""

import tempfile
from pathlib import Path

import mlflow
import numpy as np

from benchmarks.speed.engine import panel_from
from benchmarks.speed.prices import Arrays
from benchmarks.speed.race import Row, race
from core.dataset import Panel, sequence_ends, sequences
from models.onnx_export import export_price, stamp
from models.pattern import PatternLSTMModel
from models.price import PriceTargetModel
from models.runtime import OnnxModel

TOLERANCE = 1e-4
ROWS_TO_LEARN = 20_000
LIMIT_MS = 5.0


def measure(bars: dict[str, Arrays], market: dict[str, Arrays]) -> list[Row]:
    """Price and pattern of all stocks of the last week: ONNX, Keras with scikit-learn, pyfunc."""
    price, pattern = _fitted(panel_from(bars))
    panel = panel_from(market)
    ends = sequence_ends(panel)
    at = ends[panel.frame["week"].to_numpy()[ends] == panel.weeks[-1].to_datetime64()]
    X, windows = panel.features[at], sequences(panel, at)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = folder / "price.onnx", folder / "pattern.onnx"
        export_price(price, files[0])
        pattern.export_onnx(files[1])
        for file in files:
            stamp(file, {})
        onnx_price, onnx_pattern = (OnnxModel(file) for file in files)
        mlflow.sklearn.save_model(
            price.pipeline_, str(folder / "sklearn"), serialization_format="cloudpickle"
        )
        mlflow.tensorflow.save_model(pattern.network_, str(folder / "keras"))
        loaded = [mlflow.pyfunc.load_model(str(folder / kind)) for kind in ("sklearn", "keras")]

        def ours(rows: slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
            return onnx_price.run(X[rows])[:, 0], onnx_pattern.run(windows[rows])

        def native() -> tuple[np.ndarray, np.ndarray]:
            return price.pipeline_.predict(X), pattern.network_.predict(windows, verbose=0)

        def pyfunc() -> tuple[np.ndarray, np.ndarray]:
            return loaded[0].predict(X), loaded[1].predict(windows)

        seconds = race(
            {
                "ours": ours,
                "native": native,
                "pyfunc": pyfunc,
                "one": lambda: [ours(slice(n, n + 1)) for n in range(20)],
            }
        )
        mine = ours()
        note = f"largest difference {_largest(mine, native()):.1g}"
        assert _largest(mine, pyfunc()) < TOLERANCE
    name = f"price and pattern of {len(at)} stocks, ms"
    milli = {who: 1e3 * taken for who, taken in seconds.items()}
    return [
        Row(*(name, milli["ours"], "scikit-learn + Keras predict", milli["native"], 10, note)),
        Row(*(name, milli["ours"], "MLflow pyfunc", milli["pyfunc"], 10)),
        Row("price and pattern of one stock, ms", milli["one"] / 20, "at most 5 ms", LIMIT_MS, 1),
    ]


def _fitted(panel: Panel) -> tuple[PriceTargetModel, PatternLSTMModel]:
    """Both models, fitted as far as their speed needs it."""
    label = panel.frame["label"].to_numpy()
    ends = sequence_ends(panel)
    ends = ends[label[ends] >= 0][-ROWS_TO_LEARN:]
    price = PriceTargetModel(alpha=1e5).fit(
        panel.features[ends], panel.frame["ret"].to_numpy()[ends]
    )
    pattern = PatternLSTMModel(epochs=1).fit(sequences(panel, ends), label[ends])
    return price, pattern


def _largest(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> float:
    return max(float(np.abs(a - np.asarray(b)).max()) for a, b in zip(one, other, strict=True))
