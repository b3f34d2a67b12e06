"""Price and logistic models as ONNX, and what every ONNX file of ours carries in its metadata."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from skl2onnx import to_onnx, update_registered_converter
from skl2onnx.algebra.onnx_ops import OnnxMax, OnnxMin
from skl2onnx.common.data_types import FloatTensorType

from models.logistic import LogisticPatternModel
from models.price import PriceTargetModel
from models.runtime import METADATA_KEY, ML_OPSET, OPSET
from models.scaled_ridge import ScaledRidgeModel
from models.winsor import Winsorizer


def export_price(model: PriceTargetModel, path: Path) -> None:
    """Write a fitted price model, imputation, clipping and scaling inside.

    Input "X" float32 (n, n_features), NaN for missing; output log return (n, 1).
    """
    update_registered_converter(Winsorizer, "WeeklensWinsorizer", _shapes, _convert)
    made = to_onnx(
        model.pipeline_,
        initial_types=[("X", FloatTensorType([None, model.n_features_in_]))],
        target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
    )
    path.write_bytes(made.SerializeToString())


def export_scaled_ridge(model: ScaledRidgeModel, path: Path) -> None:
    """Write a fitted model on the scaled target, its answer times the expected move.

    Inputs "X" float32 (n, n_features), NaN for missing, and "scale" (n, 1), the
    expected move as a log return; output log return (n, 1).
    """
    export_price(model.model_, path)
    made = onnx.load(path)
    told = made.graph.output[0]
    scale = helper.make_tensor_value_info("scale", TensorProto.FLOAT, [None, 1])
    scaled = helper.make_tensor_value_info("scaled", TensorProto.FLOAT, [None, 1])
    made.graph.node.append(helper.make_node("Mul", [told.name, scale.name], [scaled.name]))
    made.graph.input.append(scale)
    del made.graph.output[0]
    made.graph.output.append(scaled)
    onnx.checker.check_model(made)
    path.write_bytes(made.SerializeToString())


def export_logistic(model: LogisticPatternModel, path: Path) -> None:
    """Write a fitted logistic pattern model, imputation, clipping and scaling inside.

    Input "X" float32 (n, n_features), NaN for missing; output probabilities (n, 3).

    Raises
    ------
    ValueError
        If it has not seen all three classes.
    """
    if len(model.pipeline_.classes_) != len(model.classes_):
        raise ValueError("A pattern model that has not seen all three classes has no export.")
    update_registered_converter(Winsorizer, "WeeklensWinsorizer", _shapes, _convert)
    made = to_onnx(
        model.pipeline_,
        initial_types=[("X", FloatTensorType([None, model.pipeline_.n_features_in_]))],
        options={"zipmap": False},
        target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
    )
    del made.graph.output[0]  # the label; what is registered answers in probabilities
    path.write_bytes(made.SerializeToString())


def stamp(path: Path, bundle: dict) -> None:
    """Put the bundle's description into the ONNX file itself.

    One file, so that the network and the meaning of its inputs cannot be
    parted, exchanged or checked separately.
    """
    made = onnx.load(path)
    del made.metadata_props[:]
    onnx.helper.set_model_props(made, {METADATA_KEY: json.dumps(bundle, sort_keys=True)})
    path.write_bytes(made.SerializeToString())


def _shapes(operator) -> None:
    operator.outputs[0].type = FloatTensorType(operator.inputs[0].type.shape)


def _convert(scope, operator, container) -> None:
    fitted, version = operator.raw_operator, container.target_opset
    low = fitted.low_.astype(np.float32)[None, :]
    high = fitted.high_.astype(np.float32)[None, :]
    raised = OnnxMax(operator.inputs[0], low, op_version=version)
    cut = OnnxMin(raised, high, op_version=version, output_names=operator.outputs[:1])
    cut.add_to(scope, container)
