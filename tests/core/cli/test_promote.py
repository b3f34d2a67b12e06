import json

import pytest

from core import forecasts, registry
from core.__main__ import main
from core.registry import MODELS, PATTERN, PRICE


def test_promotion_to_production_brings_new_forecasts(trained, capsys):
    why = ["--override", "--reason", "About what follows."]
    assert main(["promote", PRICE, "2", "--to", "production", "--json", *why]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["forecasts"]["state"] == "done"
    assert told["message"].startswith(f"{PRICE} v2 is now in Production.")
    assert registry.production()[PRICE].version == 2
    shown = forecasts.latest(trained, "VN")
    assert set(zip(shown["price_version"], shown["pattern_version"], strict=True)) == {(2, 1)}


def test_promotion_to_staging_is_told_in_a_sentence(trained, capsys):
    assert main(["promote", PATTERN, "2", "--to", "staging"]) == 0
    assert capsys.readouterr().out == f"{PATTERN} v2 is now in Staging.\n"


@pytest.mark.parametrize(
    ("model", "version", "words"),
    [
        (PRICE, "99", "There is no version 99 of price_target_model: there are 1, 2."),
        ("nothing", "1", "There is no model 'nothing': the models are"),
    ],
)
def test_what_does_not_exist_is_one_sentence(trained, capsys, model, version, words):
    assert main(["promote", model, version, "--to", "production"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(words)
    assert said.err.count("\n") == 1
    assert {m: v.version for m, v in registry.production().items()} == dict.fromkeys(MODELS, 1)


@pytest.mark.parametrize("arguments", [["x", "--to", "staging"], ["1", "--to", "archived"], ["1"]])
def test_wrong_usage_exits_with_two(data_dir, capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(["promote", PRICE, *arguments])
    assert ended.value.code == 2


def test_a_shut_gate_prints_its_rules_and_fails(trained, capsys):
    assert main(["promote", PRICE, "2", "--to", "production"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{PRICE} v2:"
    assert sum(line.startswith("  holds  ") for line in lines) == 5
    assert sum(line.startswith("  FAILS  ") for line in lines) == 2
    assert "--override --reason" in lines[-1]
    assert registry.production()[PRICE].version == 1


def test_an_override_without_a_reason_is_refused(trained, capsys):
    assert main(["promote", PRICE, "2", "--to", "production", "--override"]) == 2
    assert "a reason of at least 10 characters" in capsys.readouterr().err
