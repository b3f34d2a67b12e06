import json

import pytest

from core.__main__ import main
from tests.core.market.bars import CSV_HEADER, csv_lines


@pytest.fixture
def imported(tmp_path, data_dir, capsys):
    path = tmp_path / "prices.csv"
    bad = "ACB,2024-05-03,20,20.4,20.05,-1,1000\n"
    path.write_text(CSV_HEADER + csv_lines("VNM", 90) + csv_lines("ACB", 40) + bad)
    main(["import", str(path)])
    capsys.readouterr()


def test_rules_with_their_counts(imported, capsys):
    assert main(["quality"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2 stocks of the market VN.")
    assert ["Non-positive", "numbers", "1", "1", "1", "1"] in [line.split() for line in lines]
    assert lines[-1] == "Recent: ACB. --symbol shows one of them in full."


def test_one_symbol_in_full(imported, capsys):
    assert main(["quality", "--symbol", "acb"]) == 0
    out = capsys.readouterr().out
    assert "2024-05-03 to 2024-05-03 dropped  Non-positive numbers: Close is -1" in out
    assert "Missing sessions: No bar on 50 sessions of the market in a row" in out


def test_a_sound_symbol_is_said_to_be_one(imported, capsys):
    assert main(["quality", "--symbol", "VNM"]) == 0
    assert capsys.readouterr().out == "Nothing was found in the prices of VNM.\n"


def test_as_json(imported, capsys):
    assert main(["quality", "--json"]) == 0
    payload = json.loads(capsys.readouterr().out)
    assert payload["stocks"] == 2
    assert {f["rule"] for f in payload["findings"]} == {"positive", "missing_sessions"}
    assert all(rule["reason"] and rule["written"] for rule in payload["rules"])


def test_an_unknown_symbol_is_refused_in_a_sentence(imported, capsys):
    assert main(["quality", "--symbol", "NOSUCH"]) == 2
    assert "There are no prices of NOSUCH in the market VN" in capsys.readouterr().err


def test_without_stocks_the_next_step_is_said(data_dir, capsys):
    assert main(["quality"]) == 2
    assert "bring some in with `python -m core import FILE --market VN`" in capsys.readouterr().err
