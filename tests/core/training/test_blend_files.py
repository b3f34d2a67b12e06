"""Every candidate that a version can be made of: its file answers as it does itself."""

import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from core.evaluation import fitting, networks
from core.evaluation.candidates import CANDIDATES, REGISTRABLE, parts_of
from core.evaluation.fitting import FORECASTS
from core.training import blend_files
from core.training.blend_files import RECORDED, Bundles, export
from core.training.recipe import make_recipe
from models.pattern import PatternLSTMModel
from models.runtime import OnnxModel
from tests.core.evaluation import made

SINGLE = {
    kind: [name for name in names if not CANDIDATES[name].parts]
    for kind, names in REGISTRABLE.items()
}


@pytest.fixture(scope="module")
def inputs():
    return made.inputs()


@pytest.fixture(scope="module")
def learn(inputs):
    return np.flatnonzero(inputs.usable & (inputs.week < np.datetime64("2019-06-01")))


@pytest.fixture(scope="module")
def judge(inputs):
    return np.flatnonzero(inputs.judged & (inputs.week >= np.datetime64("2019-07-01")))


@pytest.fixture(scope="module", params=[2, pytest.param(fitting.SEEDS, marks=pytest.mark.long)])
def fitted(request, inputs, learn):
    """Every part, fitted once; the networks small, and as many of each as asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "SEEDS", request.param)
        patch.setattr(blend_files, "SEEDS", request.param)
        small = partial(PatternLSTMModel, units=(4, 4), dense=4)
        patch.setattr(networks, "PatternLSTMModel", small)
        yield {name: how.fit(inputs, learn) for name, how in RECORDED.items()}


def answer(fitted, name, inputs, judge):
    """What the candidate itself says, on what the file can be told: float32."""
    reads = [inputs.given(given, judge) for given in RECORDED[name].reads]
    columns = [values.astype(np.float32).astype(float) for values in reads]
    if name == "lstm":
        return networks.pooled_proba(fitted[name], inputs, judge)
    if name == "ridge_scaled":
        return fitted[name].predict(columns[0], columns[1][:, 0])
    if CANDIDATES[name].kind == "pattern":
        return fitted[name].predict_proba(columns[0])
    return fitted[name].predict(columns[0])


def test_every_candidate_but_baselines_and_the_specification_can_be_a_version():
    """Those of the specification are the preset of that name."""
    for kind, names in REGISTRABLE.items():
        rivals = {c.name for c in CANDIDATES.values() if c.kind == kind and not c.baseline}
        assert set(names) == {name for name in rivals if "specification" not in name}
        assert all(part in RECORDED for name in names for part in parts_of(name))


@pytest.mark.parametrize("kind", ["price", "pattern"])
def test_the_file_of_each_candidate_answers_as_itself(kind, fitted, inputs, judge, tmp_path):
    for name in SINGLE[kind]:
        price = name if kind == "price" else "momentum"
        pattern = name if kind == "pattern" else "logistic"
        recipe = make_recipe("thorough", market="US", price_model=price, pattern_model=pattern)
        parts = {part: fitted[part] for part in (price, pattern)}
        export(parts, Bundles({}, {}), tmp_path, recipe)
        model = OnnxModel(tmp_path / f"{kind}.onnx")
        assert set(model.inputs) == set(RECORDED[name].reads)
        told = model.run(*(inputs.given(given, judge) for given in model.inputs))
        own = answer(fitted, name, inputs, judge).reshape(told.shape)
        assert own.std() > 0, name
        assert np.abs(told - own).max() < 1e-5 * own.std(), name


def test_a_candidate_answers_in_the_walk_as_its_final_fit_does(fitted, inputs, learn, judge):
    """One fit for both: what was judged is what is shipped."""
    for name in ("ridge", "ridge_scaled", "boosting", "logistic"):
        walked = FORECASTS[name](inputs, learn, judge)
        assert walked == pytest.approx(answer(fitted, name, inputs, judge), rel=1e-3, abs=1e-5)


def test_a_logistic_is_fitted_without_tensorflow_and_mlflow():
    code = (
        "import sys\n"
        "from core.training import blend\n"
        "from core.training.blend_files import fit_parts\n"
        "from core.training.recipe import make_recipe\n"
        "from tests.core.evaluation import made\n"
        "inputs = made.inputs()\n"
        "recipe = make_recipe('thorough', market='US', price_model='boosting_apart',"
        " pattern_model='logistic')\n"
        "assert set(fit_parts(inputs, inputs.usable.nonzero()[0][-300:], recipe)) =="
        " {'boosting_apart', 'logistic'}\n"
        "assert not {'tensorflow', 'mlflow'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
