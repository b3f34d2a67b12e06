import json

import pytest

from core import registry
from core.__main__ import main
from core.comparison.result import compare
from core.registry import PATTERN, PRICE


def test_sentences_and_both_tables_are_printed(trained, capsys):
    assert main(["compare", PRICE, "1", "2"]) == 0
    said = capsys.readouterr().out
    assert "Common ground: " in said
    assert "By MAPE v2 " in said
    heads = [line.split() for line in said.splitlines() if line.startswith("score")]
    assert heads == [
        ["score", "baseline", "v1", "v2"],
        ["score", "better", "v2", "−", "v1"],
    ]


def test_json_has_the_figures_as_they_are(trained, capsys):
    assert main(["compare", PATTERN, "2", "1", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = compare([registry.get(PATTERN, n) for n in (2, 1)], registry.versions(PATTERN), trained)
    assert (told["versions"], told["reference"], told["live"]) == ([2, 1], 1, None)
    scores = {row["score"]: row for row in told["common"]["scores"]}
    loss = next(row for row in found.rows if row.metric.name == "log_loss")
    assert scores["log_loss"]["values"]["2"]["value"] == loss.values[2].value
    assert scores["log_loss"]["differences"]["2"]["high"] == loss.gaps[2].high
    assert told["said"] == [verdict.sentence for verdict in found.verdicts]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([PRICE, "1"], "Choose 2 to 6 different versions"),
        ([PRICE, "1", "1"], "Choose 2 to 6 different versions"),
        ([PRICE, "1", "99"], "There is no version 99 of price_target_model: there are 1, 2."),
        (["price", "1", "2"], "There is no model 'price'"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(trained, capsys, asked, said):
    assert main(["compare", *asked]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
