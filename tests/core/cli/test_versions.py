import json

from core import registry
from core.__main__ import main
from core.registry import PATTERN, PRICE
from core.settings import settings
from core.tracking import client


def test_an_empty_store_says_how_to_start(data_dir, capsys):
    assert main(["versions"]) == 0
    assert "No version is registered yet: start with `python -m core train" in (
        capsys.readouterr().out
    )


def test_one_line_a_version_with_stage_and_baseline(trained, capsys):
    assert main(["versions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line.split()[:2] for line in lines) == [
        [PATTERN, "v1"],
        [PATTERN, "v2"],
        [PRICE, "v1"],
        [PRICE, "v2"],
    ]
    scores = registry.get(PRICE, 1).metrics
    (line,) = (line for line in lines if line.startswith(PRICE) and " v1 " in line)
    assert "Production" in line
    assert "8 stocks to 2022-05-06" in line
    assert line.endswith(
        f"test MAPE {scores['test_MAPE']:.2%}, no change {scores['test_MAPE_no_change']:.2%}"
    )


def test_versions_of_one_model(trained, capsys):
    main(["versions", PATTERN, "--json"])
    told = json.loads(capsys.readouterr().out)["versions"]
    assert [(v["model"], v["version"], v["stage"]) for v in told] == [
        (PATTERN, 2, ""),
        (PATTERN, 1, "Production"),
    ]
    assert told[0]["metrics"] == registry.get(PATTERN, 2).metrics


def test_an_unknown_model_is_one_sentence(data_dir, capsys):
    assert main(["versions", "price"]) == 2
    assert "There is no model 'price'" in capsys.readouterr().err


def test_a_version_made_by_hand_is_listed_without_scores(trained, tmp_path, capsys):
    (tmp_path / "model.onnx").write_bytes(b"not ours")
    client().create_model_version(PRICE, source=tmp_path.as_uri())
    assert main(["versions", PRICE]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith(PRICE)
    assert first.endswith("no scores recorded")


def test_a_server_that_does_not_answer_is_one_sentence(data_dir, monkeypatch, capsys):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    settings.cache_clear()
    assert main(["versions"]) == 2
    said = capsys.readouterr().err
    assert "The model store at http://127.0.0.1:9 does not answer" in said
    assert said.count("\n") == 1


def test_a_version_is_archived_taken_back_and_deleted(trained, capsys):
    for todo, said in (("archive", "is archived."), ("unarchive", "is no longer archived.")):
        assert main(["versions", todo, PRICE, "2"]) == 0
        assert capsys.readouterr().out == f"{PRICE} v2 {said}\n"
    assert main(["versions", "delete", PRICE, "2"]) == 2
    assert f"type the version's name, {PRICE} v2" in capsys.readouterr().err
    assert main(["versions", "delete", PRICE, "2", "--name", f"{PRICE} v2"]) == 0
    assert capsys.readouterr().out == f"{PRICE} v2 is deleted.\n"


def test_a_change_without_its_version_is_one_sentence(data_dir, capsys):
    assert main(["versions", "archive", PRICE]) == 2
    assert "versions archive MODEL VERSION" in capsys.readouterr().err
