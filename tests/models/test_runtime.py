"""A model's file is data: nothing in it runs, and it reads nothing beside itself."""

import pickle
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from models.runtime import IR_VERSION, METADATA_KEY, OPSET, OnnxModel


def network(folder: Path, *, weight: onnx.TensorProto, operator: str = "Mul", domain: str = ""):
    """A file of one operator on one input and one weight."""
    graph = helper.make_graph(
        [helper.make_node(operator, ["x", "w"], ["y"], domain=domain)],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 4])],
        [weight],
    )
    sets = [helper.make_opsetid("", OPSET), *([helper.make_opsetid(domain, 1)] if domain else [])]
    model = helper.make_model(graph, opset_imports=sets, ir_version=IR_VERSION)
    model.metadata_props.add(key=METADATA_KEY, value="{}")
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def inside() -> onnx.TensorProto:
    return helper.make_tensor("w", TensorProto.FLOAT, [4], [2.0] * 4)


def outside(place: str) -> onnx.TensorProto:
    """A weight whose values are said to lie in another file."""
    weight = TensorProto(
        name="w", data_type=TensorProto.FLOAT, dims=[4], data_location=TensorProto.EXTERNAL
    )
    for key, value in (("location", place), ("offset", "0"), ("length", "16")):
        weight.external_data.add(key=key, value=value)
    return weight


def test_a_file_that_keeps_to_itself_is_run(tmp_path):
    model = OnnxModel(network(tmp_path, weight=inside()))
    assert np.array_equal(model.run(np.ones((1, 4))), np.full((1, 4), 2.0))


@pytest.mark.parametrize("absolute", [False, True])
def test_weights_in_a_file_elsewhere_are_not_read(tmp_path, absolute):
    secret = tmp_path / "secret.bin"
    secret.write_bytes(np.arange(4, dtype=np.float32).tobytes())
    folder = tmp_path / "model"
    folder.mkdir()
    place = str(secret) if absolute else "../secret.bin"
    with pytest.raises(Exception, match=r"(?i)external|path|director"):
        OnnxModel(network(folder, weight=outside(place)))


def test_an_operator_that_is_none_of_onnxruntimes_is_refused(tmp_path):
    path = network(tmp_path, weight=inside(), operator="Shell", domain="evil.example")
    with pytest.raises(Exception, match=r"Shell|evil\.example"):
        OnnxModel(path)


class Payload:
    """Writes a file when it is unpickled."""

    def __init__(self, proof: Path):
        self.proof = proof

    def __reduce__(self):
        return (Path.touch, (self.proof,))


def test_a_pickle_under_a_models_name_is_not_opened(tmp_path):
    path, proof = tmp_path / "model.onnx", tmp_path / "ran"
    path.write_bytes(pickle.dumps(Payload(proof)))
    with pytest.raises(Exception, match=r"(?i)protobuf|model"):
        OnnxModel(path)
    assert not proof.exists()
    pickle.loads(path.read_bytes())
    assert proof.exists()  # it would have run
