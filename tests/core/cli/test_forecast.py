import json

import pytest

from core import forecasts, registry
from core.__main__ import main
from core.jobs.store import JobStore
from core.market.store import BarStore
from core.registry import PRICE
from tests.core.market.bars import make_bars
from tests.core.trained import STEADY, UNFIT


@pytest.fixture
def fresh(trained, capsys):
    """Forecasts of the prices as they stand."""
    assert main(["forecast", "--all"]) == 0
    capsys.readouterr()
    return trained


def count_jobs(data_dir):
    return len(JobStore(data_dir).all())


def refused(capsys, *arguments):
    assert main(["forecast", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err.strip()


def test_prices_that_changed_are_forecast_anew(trained, capsys):
    before = count_jobs(trained)
    assert main(["forecast", "--all", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["forecasts"]
    assert sorted(f["symbol"] for f in told) == sorted([*STEADY, *UNFIT])
    assert count_jobs(trained) == before + 1


def test_forecasts_that_are_stored_are_only_read(fresh, capsys):
    before = count_jobs(fresh)
    assert main(["forecast", "--symbol", "aaa", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["forecasts"]
    record = forecasts.latest(fresh, "VN").set_index("symbol").loc["AAA"]
    assert told["price"] == record["price"]
    assert told["call"] == record["call"]
    assert (told["as_of"], told["target_date"]) == ("2022-06-03", "2022-07-01")
    assert count_jobs(fresh) == before


def test_a_forecast_is_printed_with_baseline_interval_and_versions(fresh, capsys):
    main(["forecast", "--symbol", "AAA"])
    out = " ".join(capsys.readouterr().out.split())
    record = forecasts.latest(fresh, "VN").set_index("symbol").loc["AAA"]
    assert out.startswith("Statistical 4-week forecast as of 2022-06-03 for 2022-07-01")
    assert "thousand VND; price_target_model v1, pattern_lstm_classifier v1." in out
    assert "The baseline is no change" in out
    assert f"close {record['close']:.2f} forecast {record['price']:.2f}" in out
    assert f"{record['price_low']:.2f} to {record['price_high']:.2f} {record['call']}" in out
    assert "In-sample" not in out


def test_a_stock_without_forecast_is_printed_with_its_reason(fresh, capsys):
    main(["forecast", "--symbol", "HALT"])
    assert "no forecast. It did not trade in the week of 2022-06-03." in capsys.readouterr().out


def test_an_earlier_week_is_said_to_be_in_sample(fresh, capsys):
    assert main(["forecast", "--symbol", "AAA", "--as-of", "2021-03-10"]) == 0
    out = capsys.readouterr().out
    assert "as of 2021-03-05 for 2021-04-02" in out
    assert "In-sample: these versions were trained on this week" in out


def test_without_production_it_says_what_to_do(store, data_dir, capsys):
    store.write("VN", {"VNM": make_bars()}, source="test")
    for arguments in (["--symbol", "VNM"], []):
        said = refused(capsys, *arguments)
        assert "is in production yet: promote one." in said


def test_another_market_says_to_train_there(trained, capsys):
    BarStore(trained).write("US", {"IBM": make_bars()}, source="test")
    said = refused(capsys, "--symbol", "IBM")
    assert said.startswith("No model for the market US yet: IBM is there")
    assert "`python -m core train --all --market US`" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--symbol", "../../etc/passwd"], "'../../etc/passwd' is not a symbol"),
        (["--symbol", "AAB"], "There are no prices of AAB; did you mean AAA"),
        (["--as-of", "soon"], "'soon' is not a date: write it as 2024-06-28."),
    ],
)
def test_a_request_that_cannot_be_met_is_one_sentence(trained, capsys, arguments, words):
    before = count_jobs(trained)
    assert words in refused(capsys, *arguments)
    assert count_jobs(trained) == before


def test_a_week_before_all_prices_fails_with_a_sentence(trained, capsys):
    assert main(["forecast", "--as-of", "1990-01-05"]) == 1
    out = capsys.readouterr().out
    assert "There are no prices on or before 1990-01-05: choose a later date." in out


def test_a_changed_model_file_fails_with_a_sentence(trained, capsys):
    version = registry.get(PRICE, 1)
    for path in trained.rglob("*.onnx"):
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert main(["forecast", "--all"]) == 2
    told = capsys.readouterr()
    assert f"file of {version.name} has changed since it was registered" in told.out + told.err
