import json

import pytest

from core.__main__ import main
from core.db import connect
from tests.core.trained import STEADY, UNFIT


def test_a_clean_store_exits_with_0_and_says_so(trained, capsys):
    assert main(["audit", "--cuts", "2"]) == 0
    said = capsys.readouterr().out
    assert "Nothing looks into the future." in said
    assert f"{len([*STEADY, *UNFIT]):,} records same to 1e-6" in said
    assert said.count("same bits") == 6


def test_a_difference_exits_with_1_and_is_named(trained, capsys):
    with connect(trained) as db:
        db.execute("UPDATE forecasts SET ret = ret + 0.01 WHERE symbol = 'AAA'")
    assert main(["audit", "--cuts", "1"]) == 1
    said = capsys.readouterr().out
    assert "Nothing looks" not in said
    assert "First differences:\n  AAA as of" in said


def test_the_answer_as_json_holds_what_was_compared(trained, capsys):
    assert main(["audit", "--cuts", "2", "--symbols", "AAA,BBB", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["stocks"] == 2
    assert len(answer["cuts"]) == 2
    assert answer["compared"]["labels"] > 0
    assert answer["failed"] is False


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cuts", "0"], "At least one cut is needed: --cuts 1 or more."),
        (["--market", "US"], "There are no prices of the market US: import some first."),
        (
            ["--symbols", "NONE"],
            "There are no prices of NONE; the Market page and `python -m core symbols` list what "
            "is there.",
        ),
    ],
)
def test_what_cannot_be_audited_is_one_sentence(trained, capsys, arguments, said):
    assert main(["audit", *arguments]) == 2
    assert capsys.readouterr().err.strip() == said


def test_an_empty_store_is_one_sentence(data_dir, capsys):
    assert main(["audit"]) == 2
    assert "There are no prices yet" in capsys.readouterr().err
