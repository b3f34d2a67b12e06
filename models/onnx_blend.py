"""Several exported models as one ONNX graph: a weighted sum of their answers."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, compose, helper, numpy_helper

from models.cross_section import FactorReturnModel
from models.runtime import IR_VERSION, ML_OPSET, OPSET


@dataclass(frozen=True)
class Part:
    """One member of a blend.

    Attributes
    ----------
    model : onnx.ModelProto
        Of one output, exported here.
    reads : tuple of str
        The blend's inputs it is given, in the order of its own.
    weight : float
    """

    model: onnx.ModelProto
    reads: tuple[str, ...]
    weight: float


def export_factor(model: FactorReturnModel, path: Path) -> None:
    """Write a fitted factor model; input "F" float32 (n, k), output log return (n, 1)."""
    weights = (model.slope_ / model.spread_).astype(np.float32)[:, None]
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["F", "slope"], ["Y"])],
        "factor",
        [helper.make_tensor_value_info("F", TensorProto.FLOAT, [None, len(weights)])],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [None, 1])],
        [numpy_helper.from_array(weights, "slope")],
    )
    path.write_bytes(_finished(graph).SerializeToString())


def export_blend(
    parts: list[Part], inputs: dict[str, tuple[int, ...]], width: int, path: Path
) -> None:
    """Write one graph whose output is the weighted sum of its parts.

    Parameters
    ----------
    parts : list of Part
    inputs : dict
        Shape of a row of each input, in the order in which they are given at serving.
    width : int
        Columns of every part's answer.
    path : Path
    """
    nodes, stored, terms = [], [], []
    for place, part in enumerate(parts):
        opsets = {given.domain: given.version for given in part.model.opset_import}
        if opsets.get("", OPSET) != OPSET:
            raise ValueError(f"Part {place} has opset {opsets['']}, the blend {OPSET}.")
        graph = compose.add_prefix(part.model, f"p{place}_").graph
        weight, term = f"weight_{place}", f"term_{place}"
        for name, own in zip(part.reads, graph.input, strict=True):
            nodes.append(helper.make_node("Identity", [name], [own.name]))
        nodes += graph.node
        nodes.append(helper.make_node("Mul", [graph.output[0].name, weight], [term]))
        stored += graph.initializer
        stored.append(numpy_helper.from_array(np.float32(part.weight), weight))
        terms.append(term)
    nodes.append(helper.make_node("Sum", terms, ["Y"]))
    graph = helper.make_graph(
        nodes,
        "blend",
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, *shape])
            for name, shape in inputs.items()
        ],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [None, width])],
        stored,
    )
    path.write_bytes(_finished(graph).SerializeToString())


def _finished(graph: onnx.GraphProto) -> onnx.ModelProto:
    made = helper.make_model(
        graph,
        opset_imports=[
            helper.make_opsetid("", OPSET),
            helper.make_opsetid("ai.onnx.ml", ML_OPSET),
        ],
    )
    made.ir_version = IR_VERSION
    onnx.checker.check_model(made)
    return made
