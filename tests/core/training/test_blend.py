"""One real training of the preset "thorough" on small prices, and forecasts from its files."""

import json
from functools import partial

import numpy as np
import pandas as pd
import pytest
import skops.io

from core import forecasts, registry, version_tables
from core.audit_records import audit_records
from core.dataset import build_panel, sequence_ends
from core.errors import UserError
from core.evaluation import fitting, networks
from core.evaluation.inputs import build_inputs
from core.jobs.kinds import KINDS
from core.jobs.progress import Progress
from core.jobs.store import JobStore
from core.market.store import BarStore
from core.promotion import promote
from core.registry import PATTERN, PRICE
from core.training import blend, blend_files, log_run, out_of_sample
from core.training.evaluation import pattern_metrics, price_metrics
from core.training.out_of_sample import PRIOR, PROBA
from core.training.recipe import make_recipe
from core.training.report import render
from core.training.run import work
from models.calls import NO_CLEAR_DIRECTION
from models.onnx_export import stamp
from models.pattern import PatternLSTMModel
from models.runtime import OnnxModel
from tests.conftest import forget
from tests.core.indicators.generate import walk

SESSIONS = 920  # 184 weeks: one fold
NAMES = ("AAA", "BBB", "CCC", "DDD", "EEE")
SEEDS = 2
"""Networks that are averaged; three as shipped, whose files `test_blend_files` writes."""


def params():
    return make_recipe("thorough", market="VN").model_dump(mode="json")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The prices, the job's folder and what the work returned."""
    root = tmp_path_factory.mktemp("blend")
    bars = {name: walk(SESSIONS, seed) for seed, name in enumerate(NAMES)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEEKLENS_DATA_DIR", str(root / "data"))
        patch.setattr(blend, "WORKERS", 0)
        patch.setattr(fitting, "SEEDS", SEEDS)
        patch.setattr(blend_files, "SEEDS", SEEDS)
        small = partial(PatternLSTMModel, units=(4, 4), dense=4)
        patch.setattr(networks, "PatternLSTMModel", small)
        forget()
        BarStore(root / "data").write("VN", bars, source="made up")
        folder = root / "job"
        folder.mkdir()
        result = work(params(), folder, Progress(folder, KINDS["train"].stages))
    forget()
    return bars, folder, json.loads(json.dumps(result))


@pytest.fixture
def panel(made):
    sessions = pd.DatetimeIndex(made[0]["AAA"]["date"])
    return build_panel(made[0], sessions, "VN", horizon_weeks=4, band=0.01)


@pytest.fixture
def rows(panel):
    return build_inputs(panel), sequence_ends(panel)


@pytest.fixture(scope="module")
def production(made, tmp_path_factory):
    """A data folder with the versions registered, in production, their forecasts computed."""
    bars, folder, result = made
    place = tmp_path_factory.mktemp("served") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEEKLENS_DATA_DIR", str(place))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        forget()
        BarStore(place).write("VN", bars, source="made up")
        job, _ = JobStore(place).submit("train", params(), requested_by="tests")
        JobStore(place).move(job.id, "done")
        log_run.finish(place, job, result, folder)
        promote([(PRICE, 1), (PATTERN, 1)], "production", by="tests", data_dir=place)
        compute(place)
    forget()
    return place


@pytest.fixture
def served(production, monkeypatch):
    """The settings point at that folder; only the last test may change it."""
    monkeypatch.setenv("WEEKLENS_DATA_DIR", str(production))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    forget()
    yield production
    forget()


def compute(data_dir):
    asked = {PRICE: 1, PATTERN: 1}
    jobs = JobStore(data_dir)
    job = next(job for job in jobs.active() if job.kind == "forecast")
    folder = jobs.folder(job.id)
    folder.mkdir(parents=True, exist_ok=True)
    files = forecasts.prepare(data_dir, asked, folder)
    told = forecasts.work(asked | files, folder, Progress(folder, KINDS["forecast"].stages))
    jobs.move(job.id, "done")
    return forecasts.finish(data_dir, job, told, folder)


def parts_of(folder):
    path = folder / "parts.skops"
    return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))


def test_the_price_file_answers_as_its_native_parts(made, rows):
    inputs, at = rows
    native = parts_of(made[1])
    X, F = inputs.X[at].astype(np.float32), inputs.factor[at, None].astype(np.float32)
    own = 0.5 * sum(
        native[name].predict(given)
        for name, given in (("momentum", F), ("boosting_apart", X), ("ridge_apart", X))
    )
    told = OnnxModel(made[1] / "price.onnx").run(X, F).reshape(-1)
    assert own.std() > 0
    assert np.abs(told - own).max() < 1e-5 * own.std()


def test_the_pattern_file_answers_as_its_native_parts(made, rows):
    import keras

    inputs, at = rows
    native, windows = parts_of(made[1]), inputs.windows(at)
    X, beside = inputs.X[at].astype(np.float32), inputs.beside[at].astype(np.float32)
    own = 0.25 * (
        native["boosting_pattern"].predict_proba(X)
        + native["logistic_context"].predict_proba(beside)
        + native["logistic_degree_2"].predict_proba(X)
    )
    for seed in range(SEEDS):
        network = keras.saving.load_model(made[1] / f"lstm_{seed}.keras")
        own += np.asarray(network(windows)) / (4 * SEEDS)
    told = OnnxModel(made[1] / "pattern.onnx").run(X, beside, windows)
    assert np.abs(told - own).max() < 1e-5 * own.std()


def test_what_has_proved_nothing_says_no_change_the_prior_and_no_direction(served):
    """Half a year of out-of-fold weeks is too little for any of the three."""
    shown = forecasts.latest(served, "VN")
    assert list(shown["symbol"]) == list(NAMES)
    assert (shown["ret"] == 0).all()
    assert (shown["call"] == NO_CLEAR_DIRECTION).all()
    for name in ("down", "sideways", "up"):
        assert shown[f"p_{name}"].to_numpy() == pytest.approx(shown[f"prior_{name}"].to_numpy())


def test_the_95_interval_holds_the_80_one(served):
    shown = forecasts.latest(served, "VN")
    assert (shown["price_low_95"] < shown["price_low"]).all()
    assert (shown["price_high"] < shown["price_high_95"]).all()
    assert (shown["move"] > 0).all()


def test_stored_forecasts_come_out_the_same_again(served):
    found = audit_records(served, "VN")
    assert (found.compared, found.differences, found.revised) == (len(NAMES), [], [])


def test_the_version_has_its_report(served):
    record = version_tables.version_report(registry.get(PRICE, 1))
    assert record["splits"]["volatility"] == ["calm", "middle", "wild"]
    assert record["kinds"].keys() >= {"no_change", "blend", "momentum", "prior", "lstm"}
    text = render(record)
    assert "### By year" in text
    assert "The specification's aims" in text
    assert "](" not in text  # no link leads out


def test_the_report_counts_every_out_of_sample_row(served):
    version = registry.get(PRICE, 1)
    record = version_tables.version_report(version)
    rows = out_of_sample.read(version)
    assert record["rows"] == len(rows)
    assert record["weeks"] == rows["week"].nunique()
    assert sum(
        version_tables.version_report(version)["figures"][f"reliability.{i}.count"]
        for i in range(record["bins"])
    ) == len(rows)


def test_the_rows_give_the_scores_of_the_run(served):
    """Those that are reported, computed again from the artifact alone."""
    price, pattern = registry.get(PRICE, 1).metrics, registry.get(PATTERN, 1).metrics
    rows = out_of_sample.read(registry.get(PATTERN, 1))
    close, ret, told = (rows[name].to_numpy() for name in ("close", "ret", "forecast"))
    for name, value in price_metrics(close, ret, told).items():
        assert value == pytest.approx(price[f"test_{name}"])
    proba, prior = rows[list(PROBA)].to_numpy(), rows[list(PRIOR)].to_numpy()
    for name, value in pattern_metrics(rows["label"].to_numpy(int), proba, prior).items():
        assert value == pytest.approx(pattern[f"test_{name}"])
    known = rows["half_80"].notna()
    inside = (rows["ret"] - rows["forecast"]).abs() <= rows["half_80"]
    assert inside[known].mean() == pytest.approx(price["test_coverage_80"])
    assert (rows["call"] >= 0).mean() == pattern["test_calls_share"]


def test_every_network_has_its_losses(served):
    histories = version_tables.version_record(registry.get(PATTERN, 1))["histories"]
    assert len(histories) == SEEDS
    assert all(np.isfinite(history).all() for history in histories)


def test_scores_stand_beside_baselines_with_intervals(made):
    price, pattern = made[2]["price"]["metrics"], made[2]["pattern"]["metrics"]
    assert price["test_MAPE_ratio"] == pytest.approx(1.0)
    low, high = (pattern[f"test_log_loss_skill_{end}"] for end in ("low", "high"))
    assert low <= pattern["test_log_loss_skill"] <= high
    assert pattern["test_calls_share"] == 0.0


def taught(made, tmp_path, margin):
    """The same files as if their past had taught them something."""
    files = {}
    for name in ("price", "pattern"):
        files[name] = tmp_path / f"{name}.onnx"
        files[name].write_bytes((made[1] / f"{name}.onnx").read_bytes())
    bundle = OnnxModel(files["price"]).bundle
    stamp(files["price"], {**bundle, "shrinkage": {"market": 0.2, "apart": 0.7}})
    bundle = OnnxModel(files["pattern"]).bundle
    calibration = {**bundle["calibration"], "market": 1.0, "apart": 1.0}
    calibration["sideways"] = {**calibration["sideways"], "weight": 1.0}
    rule = {**bundle["rule"], "margin": margin}
    stamp(files["pattern"], {**bundle, "calibration": calibration, "rule": rule})
    return OnnxModel(files["price"]), OnnxModel(files["pattern"])


def test_the_return_shown_is_shrunken_in_its_two_parts(made, panel, rows, tmp_path):
    price, pattern = taught(made, tmp_path, 0.0)
    inputs, ends = rows
    at = ends[inputs.week[ends] == inputs.week.max()]
    raw = price.run(inputs.X[at], inputs.factor[at, None]).reshape(-1)
    records = forecasts.forecast_week(panel, price, pattern, panel.weeks[-1])
    wanted = 0.2 * raw.mean() + 0.7 * (raw - raw.mean())
    assert [record["ret"] for record in records] == pytest.approx(wanted.tolist(), abs=1e-12)


def test_a_call_never_contradicts_the_price(made, panel, tmp_path):
    price, pattern = taught(made, tmp_path, 0.0)
    calls = []
    for week in panel.weeks[-60:]:
        for record in forecasts.forecast_week(panel, price, pattern, week):
            calls.append(record["call"])
            if record["call"] == "UP":
                assert record["ret"] > 0
                assert record["p_up"] > record["prior_up"]
            if record["call"] == "DOWN":
                assert record["ret"] < 0
                assert record["p_down"] > record["prior_down"]
    assert {"UP", "DOWN", NO_CLEAR_DIRECTION} == set(calls)


def test_what_comes_later_changes_no_forecast(made, panel, tmp_path):
    """Cut the prices off at an earlier week: the same answers."""
    price, pattern = taught(made, tmp_path, 0.0)
    week = panel.weeks[-20]
    cut = {name: daily[daily["date"] <= week] for name, daily in made[0].items()}
    sessions = pd.DatetimeIndex(cut["AAA"]["date"])
    known = build_panel(cut, sessions, "VN", horizon_weeks=4, band=0.01)
    whole = forecasts.forecast_week(panel, price, pattern, week)
    again = forecasts.forecast_week(known, price, pattern, week)
    for one, two in zip(whole, again, strict=True):
        for name in ("ret", "ret_low", "ret_high_95", "p_down", "p_up"):
            assert one[name] == pytest.approx(two[name], abs=1e-7)


def test_two_stocks_are_refused_in_one_sentence(store, data_dir):
    store.write("VN", {"AAA": walk(SESSIONS, 1), "BBB": walk(SESSIONS, 2)}, source="test")
    folder = data_dir / "jobs" / "x"
    folder.mkdir(parents=True)
    with pytest.raises(UserError, match="Only 2 of these stocks can be learned from"):
        work(params(), folder, Progress(folder, KINDS["train"].stages))


def test_another_stock_revised_is_said_and_makes_a_new_record(served):
    store = BarStore(served)
    bars = store.bars("VN", "BBB")
    bars.loc[bars.index[-30:], ["open", "high", "low", "close"]] *= 1.1
    store.write("VN", {"BBB": bars}, source="corrected")
    found = audit_records(served, "VN")
    assert (found.compared, len(found.revised)) == (0, len(NAMES))
    JobStore(served).submit("forecast", {PRICE: 1, PATTERN: 1}, requested_by="tests")
    compute(served)
    assert len(forecasts.history(served, "VN", "AAA")) == 2
