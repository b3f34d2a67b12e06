import csv
import json

from core.__main__ import main
from core.registry import PATTERN, PRICE

REASON = "=a reason that begins like a formula"


def test_every_step_is_one_line(trained, capsys):
    assert main(["trail"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[2:4] for line in lines] == [["first", PRICE], ["first", PATTERN]]
    assert "none -> v1" in lines[0]
    assert "Failed: " in lines[0]


def test_an_empty_folder_has_no_trail(data_dir, capsys):
    assert main(["trail"]) == 0
    assert capsys.readouterr().out == "Nothing was promoted yet.\n"


def test_what_was_in_production_on_a_day(trained, capsys):
    assert main(["trail", "--on", "2999-01-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["production"] == {PRICE: 1, PATTERN: 1}
    assert main(["trail", "--on", "2000-01-01"]) == 0
    assert capsys.readouterr().out == ("In production at the end of 2000-01-01 (UTC): nothing.\n")


def test_the_trail_is_written_to_a_file(trained, tmp_path, capsys):
    main(["promote", PRICE, "2", "--to", "production", "--override", "--reason", REASON])
    file = tmp_path / "trail.csv"
    assert main(["trail", "--csv", str(file)]) == 0
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["action"] for row in rows] == ["promoted", "first", "first"]
    assert rows[0]["reason"].endswith(REASON)


def test_one_step_back(trained, capsys):
    assert main(["rollback"]) == 2
    assert "nothing to go back to" in capsys.readouterr().err
    main(["promote", "both", "2", "--to", "production", "--override", "--reason", REASON])
    assert main(["rollback", "--json"]) == 0
    out = capsys.readouterr().out
    told = json.loads(out[out.index("{") :])
    assert told["message"].startswith(f"{PRICE} v1 and {PATTERN} v1 are back in Production.")
    assert told["forecasts"]["state"] == "done"
