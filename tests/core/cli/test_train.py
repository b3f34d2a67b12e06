import json

import pytest

from core import registry
from core.__main__ import main
from core.cli import train
from core.jobs.store import JobStore
from core.market.store import BarStore
from core.registry import MODELS, PATTERN, PRICE
from tests.core.indicators.generate import walk
from tests.core.market.bars import make_bars


def refused(capsys, *arguments):
    """What is said of a training that cannot be met; nothing may be queued."""
    assert main(["train", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err.strip()


@pytest.fixture
def prices(store, data_dir):
    store.write("VN", {"VNM": make_bars(150), "ACB": make_bars(150)}, source="test")
    yield data_dir
    assert JobStore(data_dir).all() == []


def test_a_training_answers_with_versions_and_scores(world, trained):
    told = world.printed
    assert told["state"] == "done"
    assert told["versions"] == {PRICE: 2, PATTERN: 2}
    assert told["metrics"] == {model: registry.get(model, 2).metrics for model in MODELS}
    assert JobStore(trained).get(told["job"]).result["run_id"] == told["run_id"]


def test_a_training_is_told_with_its_baselines(world):
    said = train.render(world.printed)
    price, pattern = (world.printed["metrics"][model] for model in MODELS)
    assert said.startswith(f"Registered {PRICE} v2, {PATTERN} v2 after ")
    assert f"no change {price['test_MAPE_no_change']:.2%}" in said
    assert f"class prior {pattern['test_log_loss_prior']:.4f}" in said


def test_one_stock_of_thirty_weeks_is_one_sentence(prices, capsys):
    said = refused(capsys, "--symbols", "VNM")
    assert said.startswith("The longest history chosen has 29 weeks, and about 133 are needed")


def test_all_stocks_too_short_is_one_sentence(prices, capsys):
    assert "add stocks with longer histories" in refused(capsys, "--all")


@pytest.mark.parametrize(
    "symbol", ["../../etc/passwd", "VNM;DROP TABLE jobs", "\x1b[31m", "V" * 99]
)
def test_what_is_no_symbol_is_one_sentence(prices, capsys, symbol):
    said = refused(capsys, "--symbols", symbol)
    assert "is not a symbol" in said
    assert "\x1b" not in said
    assert len(said) < 150


def test_an_unknown_symbol_is_one_sentence(prices, capsys):
    assert "There are no prices of VNN; did you mean VNM?" in refused(capsys, "--symbols", "VNN")


def test_no_symbol_is_one_sentence(prices, capsys):
    assert "No symbol was given" in refused(capsys, "--symbols", " , ")


def test_an_empty_folder_says_to_import(data_dir, capsys):
    assert "There are no prices yet: import some" in refused(capsys, "--all")


def test_stocks_of_two_markets_are_trained_apart(prices, store, capsys):
    store.write("US", {"IBM": make_bars(150)}, source="test")
    assert "in two markets (US, VN): take them apart" in refused(capsys, "--symbols", "VNM,IBM")
    assert "say which with --market" in refused(capsys, "--all")


def test_a_parameter_that_does_not_fit_is_one_sentence(prices, capsys):
    said = refused(capsys, "--symbols", "VNM", "--epochs", "0")
    assert said.startswith("The parameter epochs does not fit")
    assert "start" in refused(capsys, "--symbols", "VNM", "--start", "yesterday")


def test_a_training_that_fails_exits_with_one_and_says_why(store, data_dir, capsys):
    # Long enough by its dates, but halted for most of them: only the work itself can see that.
    store.write("VN", {"VNM": walk(1000, 1, halt=(60, 990))}, source="test")
    assert main(["train", "--symbols", "vnm", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "failed"
    assert "weeks of prices are needed" in told["message"]
    assert train.render(told) == f"The training failed: {told['message']}"
    assert BarStore(data_dir).symbols()["symbol"].tolist() == ["VNM"]
