import numpy as np
import pytest

from core.evaluation import records
from core.jobs.progress import read
from core.market.barfiles import fingerprint_of_all
from core.market.store import BarStore
from models.baselines import CLASSES


@pytest.fixture
def record(evaluated):
    return records.newest(evaluated, "US")


@pytest.fixture
def forecasts(evaluated, record):
    return records.forecasts(evaluated, record["id"])


def test_the_record_says_what_was_measured_on_what(evaluated, record):
    bars = BarStore(evaluated).panel("US")
    assert record["data_sha256"] == fingerprint_of_all(bars)
    assert record["given"] == sorted(bars)
    assert (record["count"], record["sources"]) == (6, ["made up"])
    assert record["first_week"] == "2019-01-04"
    assert (record["horizon_weeks"], record["band"]) == (4, 0.01)
    assert len(record["software"]["code_sha256"]) == 64
    assert record["folds"] > record["folds_reported"] > 0
    assert set(record["splits"]) == {"year", "volatility", "sector", "exchange"}


def test_the_forecasts_are_those_that_were_scored(record, forecasts):
    figures, n = record["figures"], len(forecasts)
    assert n == record["rows"]
    assert record["weeks"] == forecasts["week"].nunique()
    squares = ((forecasts["ret"] - forecasts["forecast"]) ** 2).sum()
    assert 1 - squares / (forecasts["ret"] ** 2).sum() == pytest.approx(
        figures["blend_shrunken.R2"], abs=1e-12
    )
    inside = (forecasts["ret"] - forecasts["forecast"]).abs() <= forecasts["half_80"]
    assert inside.mean() == pytest.approx(figures["blend_shrunken.coverage_80"])
    proba, prior = (
        forecasts[[f"{kind}_{name.lower()}" for name in CLASSES]].to_numpy()[
            np.arange(n), forecasts["label"]
        ]
        for kind in ("p", "prior")
    )
    assert 1 - np.log(proba).sum() / np.log(prior).sum() == pytest.approx(
        figures["blend_pattern.log_loss_skill"], abs=1e-12
    )
    assert (forecasts["call"] >= 0).mean() == pytest.approx(figures["calls.share"])


def test_every_forecast_says_what_its_model_had_learned_from(record, forecasts):
    assert (forecasts["learned_to"] < forecasts["week"]).all()
    by_fold = forecasts.groupby("learned_to")["week"].agg(["min", "max"]).sort_index()
    assert len(by_fold) == record["folds_reported"]
    assert (by_fold["min"].iloc[1:].to_numpy() > by_fold["max"].iloc[:-1].to_numpy()).all()


def test_progress_names_the_fold_and_ends_with_the_scoring(evaluated):
    lines = (evaluated / "jobs" / "made" / "progress.jsonl").read_text()
    assert ": momentum, fold 1 of " in lines
    assert read(evaluated / "jobs" / "made").stage == "Scoring"
