"""Boosted trees as ONNX: skl2onnx 1.20 does not convert HistGradientBoosting of scikit-learn 1.9.

The trees are written node by node into ONNX's own tree operator. Thresholds are
rounded down to float32, so that a float32 indicator takes the same branch in
both; the tests compare the two on every kind of row.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from models.baselines import CLASSES
from models.boosting import BoostedPatternModel, BoostedReturnModel
from models.runtime import IR_VERSION, ML_OPSET, OPSET


def export_boosted(model: BoostedReturnModel | BoostedPatternModel, path: Path) -> None:
    """Write a fitted model of several seeds as one ONNX file.

    Input "X" float32 (n, k), NaN for missing; output log return (n, 1), or
    probabilities (n, 3).

    Raises
    ------
    ValueError
        If a pattern model has not seen all three classes.
    """
    pattern = isinstance(model, BoostedPatternModel)
    if pattern and any(len(single.classes_) != len(CLASSES) for single in model.models_):
        raise ValueError("A pattern model that has not seen all three classes has no export.")
    width = len(CLASSES) if pattern else 1
    nodes, parts = [], []
    for seed, single in enumerate(model.models_):
        scores = f"scores_{seed}"
        nodes.append(_ensemble(single, scores))
        if pattern:
            nodes.append(helper.make_node("Softmax", [scores], [f"proba_{seed}"], axis=1))
        parts.append(f"proba_{seed}" if pattern else scores)
    nodes.append(helper.make_node("Mean", parts, ["Y"]))
    count = model.models_[0].n_features_in_
    graph = helper.make_graph(
        nodes,
        "boosting",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, count])],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [None, width])],
    )
    made = helper.make_model(
        graph,
        opset_imports=[
            helper.make_opsetid("", OPSET),
            helper.make_opsetid("ai.onnx.ml", ML_OPSET),
        ],
    )
    made.ir_version = IR_VERSION
    onnx.checker.check_model(made)
    path.write_bytes(made.SerializeToString())


def _ensemble(
    single: HistGradientBoostingRegressor | HistGradientBoostingClassifier, output: str
) -> onnx.NodeProto:
    """All trees of one seed, summed by class, on top of the baseline."""
    a: dict[str, list] = {
        name: []
        for name in (
            *("treeids", "nodeids", "featureids", "values", "modes"),
            *("truenodeids", "falsenodeids", "missing_value_tracks_true"),
        )
    }
    leaves: dict[str, list] = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    tree = 0
    for of_class in single._predictors:
        for target, predictor in enumerate(of_class):
            for place, node in enumerate(predictor.nodes):
                leaf = bool(node["is_leaf"])
                a["treeids"].append(tree)
                a["nodeids"].append(place)
                a["featureids"].append(0 if leaf else int(node["feature_idx"]))
                a["values"].append(0.0 if leaf else _rounded_down(node["num_threshold"]))
                a["modes"].append("LEAF" if leaf else "BRANCH_LEQ")
                a["truenodeids"].append(0 if leaf else int(node["left"]))
                a["falsenodeids"].append(0 if leaf else int(node["right"]))
                a["missing_value_tracks_true"].append(
                    0 if leaf else int(node["missing_go_to_left"])
                )
                if leaf:
                    leaves["treeids"].append(tree)
                    leaves["nodeids"].append(place)
                    leaves["ids"].append(target)
                    leaves["weights"].append(float(node["value"]))
            tree += 1
    baseline = np.ravel(single._baseline_prediction).astype(float).tolist()
    return helper.make_node(
        "TreeEnsembleRegressor",
        ["X"],
        [output],
        domain="ai.onnx.ml",
        n_targets=len(baseline),
        base_values=baseline,
        aggregate_function="SUM",
        post_transform="NONE",
        **{f"nodes_{name}": values for name, values in a.items()},
        **{f"target_{name}": values for name, values in leaves.items()},
    )


def _rounded_down(threshold: float) -> float:
    """The greatest float32 that is not above the threshold."""
    single = np.float32(threshold)
    if float(single) > float(threshold):
        single = np.nextafter(single, np.float32(-np.inf))
    return float(single)
