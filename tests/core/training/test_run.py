"""What a training run does; two real ones are compared in the fixture ``world``."""

import re

import numpy as np
import pandas as pd
import pytest

from core import registry, version_tables
from core.dataset import build_panel, split_weeks
from core.errors import UserError
from core.jobs.kinds import KINDS
from core.jobs.progress import Progress, read
from core.market.store import BarStore, fingerprint
from core.registry import MODELS, PATTERN, PRICE
from core.training.recipe import make_recipe
from core.training.run import work
from tests.core.indicators.generate import walk


@pytest.fixture
def runs(trained):
    """Both models of both trainings: the second saw other prices in the test weeks."""
    return {model: [registry.get(model, number) for number in (1, 2)] for model in MODELS}


def chosen(version, split):
    """Scores of one part, without how long anything took."""
    return {k: v for k, v in version.metrics.items() if k.startswith(f"{split}_")}


@pytest.mark.parametrize("split", ["train", "val"])
def test_what_comes_in_the_test_weeks_changes_no_bit_of_what_was_learned(runs, split):
    """And the same data and parameters give the same metrics of both models."""
    one, two = (chosen(version, split) for version in runs[PRICE])
    assert len(one) >= 30
    assert one == two


@pytest.mark.parametrize("name", ["test_MAPE", "test_MAPE_no_change", "test_log_loss"])
def test_the_test_weeks_did_differ(runs, name):
    one, two = (version.metrics[name] for version in runs[PRICE])
    assert one != two


def test_the_test_weeks_choose_neither_penalty_nor_epochs(runs):
    one, two = (version.params for version in runs[PRICE])
    for name in ("chosen_alpha", "chosen_epochs", "train_period", "val_period", "test_period"):
        assert one[name] == two[name]


@pytest.mark.parametrize("part", ["interval", "calibration"])
def test_the_test_weeks_have_no_part_in_interval_or_calibration(runs, part):
    versions = runs[PRICE if part == "interval" else PATTERN]
    one, two = (registry.load(version).bundle[part] for version in versions)
    assert one == two


def test_the_test_weeks_have_no_part_in_the_learning_curve(runs):
    one, two = (version_tables.version_record(v)["histories"] for v in runs[PATTERN])
    assert one == two


def test_the_registered_models_did_learn_from_the_test_weeks(runs):
    """The final fit uses every labelled week."""
    X = np.random.default_rng(1).normal(0, 0.1, (50, 20)).astype(np.float32)
    one, two = (registry.load(version).run(X) for version in runs[PRICE])
    assert np.abs(one - two).max() > 0


def test_the_parts_are_those_of_the_dataset(runs, world):
    """Weeks by hand from the panel, beside what the run recorded."""
    sessions = pd.DatetimeIndex(sorted({d for bars in world.stocks.values() for d in bars["date"]}))
    panel = build_panel(world.stocks, sessions, "VN", horizon_weeks=4, band=0.01)
    frame = panel.frame
    usable = frame["ready"] & (frame["label"] >= 0)
    split = split_weeks(frame.loc[usable, "week"].to_numpy(), horizon_weeks=4)
    params = runs[PRICE][0].params
    for name, weeks in split.parts().items():
        first, last = (str(week)[:10] for week in weeks[[0, -1]])
        assert params[f"{name}_period"] == f"{first} to {last} ({len(weeks)})"
        rows = (usable & frame["week"].isin(weeks)).sum()
        assert runs[PRICE][0].metrics[f"{name}_rows"] == rows
    assert params["rows"] == str(usable.sum())


def test_no_change_is_what_the_prices_say(runs, world):
    """MAPE of "no change" over the test weeks, computed from the panel alone."""
    sessions = pd.DatetimeIndex(sorted({d for bars in world.stocks.values() for d in bars["date"]}))
    frame = build_panel(world.stocks, sessions, "VN", horizon_weeks=4, band=0.01).frame
    first, last = re.findall(r"\d{4}-\d\d-\d\d", runs[PRICE][0].params["test_period"])
    rows = frame[frame["ready"] & (frame["label"] >= 0) & frame["week"].between(first, last)]
    miss = (rows["target_close"] - rows["close"]).abs() / rows["target_close"]
    told = runs[PRICE][0].metrics["test_MAPE_no_change"]
    assert told == pytest.approx(miss.mean(), rel=1e-12)


def test_intervals_hold_their_share_of_the_validation_weeks(runs):
    assert 0.79 <= runs[PRICE][0].metrics["val_coverage_80"] <= 0.85


# Refusals come before the seconds that TensorFlow takes.


def refuse(data_dir, **asked):
    folder = data_dir / "jobs" / "x"
    folder.mkdir(parents=True)
    recipe = make_recipe(market="VN", **asked).model_dump(mode="json")
    with pytest.raises(UserError) as error:
        work(recipe, folder, Progress(folder, KINDS["train"].stages))
    assert read(folder).stage != "Fitting the pattern model"
    return str(error.value)


@pytest.fixture
def prices(store, data_dir):
    store.write("VN", {"AAA": walk(1000, 1), "BBB": walk(1000, 2)}, source="test")
    return data_dir


def test_no_prices_in_the_chosen_dates_is_one_sentence(prices):
    said = refuse(prices, end="2010-01-01")
    assert said == "There are no prices of these stocks in the chosen dates."


def test_too_short_a_history_is_one_sentence(prices):
    assert "about 125 weeks of prices are needed" in refuse(prices, end="2016-06-01")


def test_a_late_start_is_one_sentence(prices):
    assert "weeks to learn from" in refuse(prices, start="2018-06-01")


def test_a_stock_that_never_trades_eight_weeks_in_a_row_is_one_sentence(store, data_dir):
    daily = walk(2000, 1)
    sixth = np.arange(len(daily)) // 5 % 6 == 5  # every sixth week without a session
    store.write("VN", {"AAA": daily[~sixth].reset_index(drop=True)}, source="test")
    store.write("VN", {"VNINDEX": walk(2000, 2)}, source="test", kind="index")
    assert "No stock has eight complete weeks in a row in the train weeks" in refuse(data_dir)


def test_the_fingerprint_is_that_of_the_prices(runs, world):
    one, two = (version.params["data_sha256"] for version in runs[PRICE])
    assert re.fullmatch("[0-9a-f]{64}", one)
    assert one != two
    assert fingerprint(BarStore(world.folder).bars("VN", "AAA")) == fingerprint(world.stocks["AAA"])
