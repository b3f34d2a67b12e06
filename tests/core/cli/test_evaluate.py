import json

import pytest

from core.__main__ import main
from core.cli.evaluate import render
from core.evaluation import records
from core.jobs.store import JobStore
from core.market.sample import ensure_sample


def test_the_answer_begins_with_words_and_shows_the_baselines(evaluated):
    said = render(records.newest(evaluated, "US"))
    lines = said.splitlines()
    assert lines[0].startswith("US, 6 stocks, ")
    assert lines[1].startswith("How much will a stock move? ")
    begins = [line[:25].strip() for line in lines]
    assert begins.index("Weeklens forecast") + 1 == begins.index("No change")
    assert begins.index("Weeklens probabilities") + 1 == begins.index("Usual shares")
    assert lines[-1].startswith("Aim: Sharpe ratio above 0.5. Measured: ")


def test_evaluations_are_listed(evaluated, capsys):
    assert main(["evaluations"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("20200101-000000-made     US    6 stocks 2019-01-04 to ")
    assert main(["evaluations", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["evaluations"]
    assert listed["id"] == "20200101-000000-made"
    assert len(listed["answers"]) == 3
    assert "figures" not in listed


def test_none_yet_is_one_sentence(data_dir, capsys):
    assert main(["evaluations"]) == 0
    assert "No evaluation has run yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "1999", "--to", "1999"], "There are no weeks to judge from 1999 to 1999"),
        (["--from", "2010", "--to", "2009"], "The first year (2010) lies after the last (2009)."),
        (["--symbols", "NONE"], "There are no prices of NONE"),
    ],
)
def test_what_cannot_be_evaluated_is_one_sentence(store, capsys, arguments, said):
    ensure_sample(store)
    assert main(["evaluate", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert JobStore(store.data_dir).active() == []


@pytest.mark.long
def test_the_sample_is_evaluated_whole(store, capsys):
    ensure_sample(store)
    assert main(["evaluate", "--from", "2012", "--to", "2013", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["market"], answer["first_year"]) == ("US", 2012)
    assert answer["figures"]["blend_shrunken.MAE_ratio"] <= 1.05
    (record,) = records.all_records(store.data_dir)
    assert record["figures"] == answer["figures"]
