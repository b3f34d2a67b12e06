"""Running an exported model: onnxruntime alone, no tensorflow, no code from the file."""

import json
import os
from pathlib import Path

import numpy as np

# Before onnxruntime is imported: it would report to its maker and keep an identifier in HOME.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

METADATA_KEY = "weeklens"
OPSET, ML_OPSET, IR_VERSION = 17, 3, 8
"""Of every file exported here: graphs can only be joined where they are the same."""


class OnnxModel:
    """An ONNX file of ours, opened.

    Attributes
    ----------
    bundle : dict
        What training wrote beside the network: indicators and their order,
        horizon, band, calibration, interval.
    inputs : tuple of str
        Names, in the order in which `run` takes their columns.
    """

    def __init__(self, path: Path):
        import onnxruntime  # here, not above: pages read records, and it takes 19 MB

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Two threads, which rest while nothing is asked: 1,600 stocks take less than 10 ms.
        options.intra_op_num_threads = 2
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        told = self._session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
        if told is None:
            raise ValueError(f"{path.name} is not a model that Weeklens exported.")
        self.bundle: dict = json.loads(told)
        self.inputs = tuple(given.name for given in self._session.get_inputs())

    def run(self, *columns: np.ndarray) -> np.ndarray:
        """The raw output for float32 rows of each input in its order; NaN marks a missing value."""
        rows = {
            name: np.ascontiguousarray(values, dtype=np.float32)
            for name, values in zip(self.inputs, columns, strict=True)
        }
        return np.asarray(self._session.run(None, rows)[0], dtype=float)
