"""Single rivals as versions: trained on chosen stocks, registered, promoted, served."""

import json

import numpy as np
import pandas as pd
import pytest

from core import forecasts, registry, version_tables
from core.audit_records import audit_records
from core.dataset import build_panel
from core.errors import UserError
from core.evaluation.inputs import build_inputs
from core.jobs.kinds import KINDS
from core.jobs.progress import Progress
from core.jobs.store import JobStore
from core.market.store import BarStore
from core.promotion import promote
from core.registry import PATTERN, PRICE
from core.serving import Week, pattern_answer, price_answer
from core.tracking import client
from core.training import blend, log_run
from core.training.recipe import make_recipe
from core.training.run import work
from models.onnx_export import stamp
from models.runtime import OnnxModel
from tests.conftest import forget
from tests.core.indicators.generate import walk

SESSIONS = 920
NAMES = tuple(letter * 3 for letter in "ABCDEFGHIJKL")
CHOSEN = [name for name in NAMES if name not in ("AAA", "DDD")]
"""So many, because a leaf of the trees needs 500 rows."""
MODELS = {"price_model": "boosting_apart", "pattern_model": "logistic"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data folder in which both versions are in production with their forecasts."""
    place = tmp_path_factory.mktemp("rivals") / "data"
    bars = {name: walk(SESSIONS, seed) for seed, name in enumerate(NAMES)}
    asked = make_recipe("thorough", market="VN", symbols=CHOSEN, **MODELS).model_dump(mode="json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEEKLENS_DATA_DIR", str(place))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(blend, "WORKERS", 0)
        forget()
        BarStore(place).write("VN", bars, source="made up")
        jobs = JobStore(place)
        job, _ = jobs.submit("train", asked, requested_by="tests")
        folder = jobs.folder(job.id)
        folder.mkdir(parents=True, exist_ok=True)
        result = work(asked, folder, Progress(folder, KINDS["train"].stages))
        jobs.move(job.id, "done")
        log_run.finish(place, job, json.loads(json.dumps(result)), folder)
        promote([(PRICE, 1), (PATTERN, 1)], "production", by="tests", data_dir=place)
        job = next(job for job in jobs.active() if job.kind == "forecast")
        forecast_folder = jobs.folder(job.id)
        forecast_folder.mkdir(parents=True, exist_ok=True)
        versions = {PRICE: 1, PATTERN: 1}
        files = forecasts.prepare(place, versions, forecast_folder)
        progress = Progress(forecast_folder, KINDS["forecast"].stages)
        told = forecasts.work(versions | files, forecast_folder, progress)
        jobs.move(job.id, "done")
        forecasts.finish(place, job, told, forecast_folder)
    forget()
    return place, folder, bars


@pytest.fixture
def served(made, monkeypatch):
    monkeypatch.setenv("WEEKLENS_DATA_DIR", str(made[0]))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    forget()
    yield made[0]
    forget()


@pytest.fixture
def week(made):
    sessions = pd.DatetimeIndex(made[2]["AAA"]["date"])
    panel = build_panel(made[2], sessions, "VN", horizon_weeks=4, band=0.01)
    return Week(panel, panel.weeks[-1].to_datetime64())


def test_the_versions_say_which_candidates_they_are(served):
    price, pattern = registry.get(PRICE, 1), registry.get(PATTERN, 1)
    assert (price.tags["candidate"], pattern.tags["candidate"]) == tuple(MODELS.values())
    assert {name: price.params[name] for name in MODELS} == MODELS
    described = client().get_model_version(PATTERN, "1").description
    assert described.startswith("Logistic (logistic), fitted on 10 stocks of VN, ")
    assert version_tables.candidates_of([price, pattern]) == (
        " (Boosting, cross-section, Logistic)"
    )
    report = version_tables.version_report(price)
    assert report["kinds"].keys() >= {"boosting_apart", "drift", "prior"}
    assert report["kinds"].keys().isdisjoint({"blend", "momentum", "lstm"})


def test_the_ordinary_job_forecasts_every_stock_of_the_market(served):
    shown = forecasts.latest(served, "VN")
    assert list(shown["symbol"]) == list(NAMES)
    assert (shown["call"] != "").all()
    found = audit_records(served, "VN")
    assert (found.compared, found.differences) == (len(NAMES), [])


def test_no_network_is_among_the_files(made):
    assert not list(made[1].glob("*.keras"))


def test_each_file_reads_just_what_its_candidate_reads(made):
    assert OnnxModel(made[1] / "price.onnx").inputs == ("X",)
    assert OnnxModel(made[1] / "pattern.onnx").inputs == ("X",)


def test_stocks_are_ranked_among_the_market_in_training_as_in_serving(made, week):
    recipe = make_recipe("thorough", market="VN", symbols=CHOSEN)
    _, chosen = blend._chosen(week.panel, recipe)
    whole = build_inputs(week.panel)
    at = np.isin(whole.symbol, CHOSEN)
    assert set(chosen.symbol) == set(CHOSEN)
    assert np.array_equal(chosen.factor, whole.factor[at], equal_nan=True)
    alone = {name: made[2][name] for name in CHOSEN}
    sessions = pd.DatetimeIndex(made[2]["AAA"]["date"])
    apart = build_inputs(build_panel(alone, sessions, "VN", horizon_weeks=4, band=0.01))
    assert not np.array_equal(chosen.factor, apart.factor, equal_nan=True)


def test_a_weeks_mean_is_that_of_the_stocks_learned_from(made, week, tmp_path):
    """In serving as in training: other stocks of the market do not move it."""
    files = {}
    for name in ("price", "pattern"):
        files[name] = tmp_path / f"{name}.onnx"
        files[name].write_bytes((made[1] / f"{name}.onnx").read_bytes())
    bundle = OnnxModel(files["price"]).bundle
    stamp(files["price"], {**bundle, "shrinkage": {"market": 0.0, "apart": 1.0}})
    bundle = OnnxModel(files["pattern"]).bundle
    stamp(files["pattern"], {**bundle, "calibration": {**bundle["calibration"], "apart": 1.0}})
    ret = price_answer(OnnxModel(files["price"]), week)["ret"]
    learned = np.isin(week.inputs.symbol[week.rows], CHOSEN)
    assert ret[learned].mean() == pytest.approx(0, abs=1e-9)
    assert abs(ret.mean()) > 1e-6
    proba = pattern_answer(OnnxModel(files["pattern"]), week)
    odds = np.log(proba[:, 2] / proba[:, 0])
    prior = bundle["calibration"]["prior"]
    assert odds[learned].mean() == pytest.approx(np.log(prior[2] / prior[0]))


@pytest.mark.parametrize(
    ("preset", "asked", "said"),
    [
        ("default", {"pattern_model": "logistic"}, "leave out pattern_model, or choose a preset"),
        ("thorough", {"price_model": "drift"}, "The parameter price_model does not fit"),
        ("thorough", {"pattern_model": "ridge"}, "The parameter pattern_model does not fit"),
    ],
)
def test_a_model_that_cannot_be_is_one_sentence(data_dir, preset, asked, said):
    with pytest.raises(UserError, match=said):
        make_recipe(preset, market="VN", **asked)
