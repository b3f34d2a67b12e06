import json

import pandas as pd
import pytest

from benchmarks import skill
from tests.core.evaluation import made


@pytest.fixture
def file(tmp_path):
    """Bars with the columns of the outside: no value, whole volumes, rows in any order."""
    frames = [daily.assign(symbol=name) for name, daily in made.make_bars().items()]
    table = pd.concat(frames)[["symbol", "date", "open", "high", "low", "close", "volume"]]
    table["volume"] = table["volume"].astype("int64")
    table.sample(frac=1, random_state=1).to_parquet(tmp_path / "bars.parquet", index=False)
    return tmp_path / "bars.parquet"


@pytest.fixture
def run(file, data_dir, monkeypatch, capsys):
    """The command with candidates that fit in a moment."""
    monkeypatch.setattr(skill, "chosen", lambda extra=(): made.quick())

    def command(*arguments):
        given = ["skill", "--data", str(file), "--market", "US", "--workers", "0", *arguments]
        monkeypatch.setattr("sys.argv", given)
        skill.main()
        return capsys.readouterr().out

    return command


def test_one_table_with_candidates_baselines_and_intervals(run, tmp_path):
    said = run("--from", "2019", "--to", "2020", "--json", str(tmp_path / "out.json"))
    assert said.startswith("6 stocks, ")
    for row in ("no_change", "drift", "blend_shrunken", "prior", "logistic_context"):
        assert f"\n{row} " in said
    assert "cannot be told apart from no change" in said
    figures = json.loads((tmp_path / "out.json").read_text())
    assert figures["stocks"] == 6
    assert figures["first_week"].startswith("2019-01")
    assert f"{figures['blend.MAE_ratio']:.4f} [" in said
    assert figures["blend.IC.low"] < figures["blend.IC"]
    assert "blend.sector" not in "".join(figures)


def test_a_second_run_gives_the_same_figures(run, tmp_path):
    made_ = []
    for name in ("one.json", "two.json"):
        run("--from", "2020", "--to", "2020", "--json", str(tmp_path / name))
        figures = json.loads((tmp_path / name).read_text())
        del figures["seconds"]
        made_.append(figures)
    assert made_[0] == made_[1]


def test_only_the_symbols_asked_for_and_their_sectors(run, tmp_path):
    listing = tmp_path / "listing.csv"
    listing.write_text("symbol,sector,exchange\nS0,Banks,A\nS2,Steel,A\n")
    out = tmp_path / "out.json"
    said = run(
        *("--from", "2020", "--to", "2020", "--symbols", "S2,S0"),
        *("--listing", str(listing), "--json", str(out)),
    )
    assert said.startswith("2 stocks, ")
    assert "blend.sector.Steel.MAE_ratio" in json.loads(out.read_text())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--from", "2030", "--to", "2031"), "No week from 2030 to 2031 can be judged"),
        (("--from", "2020", "--to", "2020", "--symbols", "S0,NONE"), "Not in bars.parquet: NONE."),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(run, arguments, sentence):
    with pytest.raises(SystemExit) as left:
        run(*arguments)
    assert str(left.value).startswith(sentence)
