"""A backtest from the command line, by its real child process."""

import json

import pytest

from core.__main__ import main
from core.backtest import records


def test_one_runs_and_is_listed_and_shown(evaluated, capsys):
    asked = ["backtest", "--market", "US", "--top", "2", "--every", "1", "--capital", "10000"]
    assert main([*asked, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert records.names(evaluated) == (made["id"],)
    assert made["choice"] == {
        "by": "return",
        "top": 2,
        "least": 0.5,
        "weights": "equal",
        "every": 1,
    }
    assert main(["backtest", "--list"]) == 0
    assert made["id"] in capsys.readouterr().out
    assert main(["backtest", "--show", made["id"]]) == 0
    told = capsys.readouterr().out
    for words in ("buy_and_hold", "Aim: a Sharpe ratio above 0.5", "Deflated Sharpe ratio"):
        assert words in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--evaluation", "x"], "There is no evaluation 'x'"),
        (["--fee", "0.2"], "The fee must lie between 0 and 5"),
        (["--show", "x"], "There is no backtest 'x'"),
        (["--records"], "There are no out-of-sample forecasts"),
    ],
)
def test_what_cannot_run_is_one_sentence(evaluated, capsys, arguments, said):
    code = main(["backtest", "--market", "US", *arguments])
    out = capsys.readouterr()
    assert code == (1 if arguments == ["--records"] else 2)
    assert said in out.out + out.err
