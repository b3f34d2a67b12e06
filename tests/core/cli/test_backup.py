import json
import tarfile

import pytest

from core.__main__ import main
from core.cli import following
from core.market.store import BarStore
from core.settings import settings
from tests.core.market.bars import make_bars


@pytest.fixture
def filled(store, tmp_path, monkeypatch):
    store.write("VN", {"VNM": make_bars(4)}, source="made up")
    monkeypatch.chdir(tmp_path)
    return store


def test_a_backup_goes_to_the_working_folder_and_comes_back(filled, tmp_path, capsys):
    assert main(["backup"]) == 0
    (file,) = tmp_path.glob("weeklens-*.tar.gz")
    said = capsys.readouterr()
    assert said.out.startswith(f"Wrote {file}: 3 files, 0.0 MB, prices to 2024-01-05.\n")
    assert said.err == ""
    assert main(["restore", str(file), "--check"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("The archive is whole: 3 files of 20")
    assert out.endswith("UTC, prices to 2024-01-05. Nothing was written.\n")
    assert main(["restore", file.name, "--into", "there"]) == 0
    assert f"To use it, set WEEKLENS_DATA_DIR={tmp_path / 'there'}." in capsys.readouterr().out
    assert len(BarStore(tmp_path / "there").bars("VN", "VNM")) == 4


def test_the_answers_in_json(filled, tmp_path, data_dir, capsys):
    assert main(["backup", "b.tar.gz", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(tmp_path / "b.tar.gz")
    assert told["size"] == (tmp_path / "b.tar.gz").stat().st_size
    assert (told["files"], told["lost"], told["secrets"], told["on_server"]) == (
        3,
        [],
        False,
        False,
    )
    assert main(["restore", "b.tar.gz", "--replace", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["folder"] == str(data_dir)
    assert done["before"].startswith(f"{data_dir}.before-")
    assert done["made"] == told["made"]


def test_what_is_secret_and_what_is_elsewhere_is_said(filled, data_dir, monkeypatch, capsys):
    (data_dir / "channels.json").write_text("{}")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://an:password@127.0.0.1:9")
    settings.cache_clear()
    assert main(["backup", "b.tar.gz"]) == 0
    out = capsys.readouterr().out
    assert "secret addresses of alerts' channels" in out
    assert "they lie on the MLflow server" in out
    assert "password" not in out
    assert main(["backup", "b.tar.gz", "--without-secrets"]) == 0
    assert "secret addresses" not in capsys.readouterr().out
    with tarfile.open("b.tar.gz") as tar:
        assert "data/channels.json" not in tar.getnames()


def test_lost_prices_are_named(filled, data_dir, capsys):
    next((data_dir / "bars" / "VN").glob("*.parquet")).unlink()
    assert main(["backup", "b.tar.gz"]) == 0
    assert "Prices of 1 symbols were lost in the data folder before" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["backup", "b.zip"], "is no folder"),
        (["restore", "none.tar.gz"], "There is no archive"),
        (["restore", "none.tar.gz", "--check", "--replace"], "--check puts nothing anywhere"),
        (["restore", "prices.csv", "--check"], "damaged or cut short"),
    ],
)
def test_a_request_that_cannot_be_met_is_one_sentence(filled, tmp_path, capsys, arguments, words):
    (tmp_path / "prices.csv").write_text("symbol,date\n")
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_an_interrupted_backup_leaves_nothing(filled, tmp_path, monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("core.backup.archive.os.replace", interrupt)
    assert main(["backup", "b.tar.gz"]) == 130
    assert [entry.name for entry in tmp_path.iterdir()] == ["data"]
    assert list((tmp_path / "data").glob("backup.*")) == []


def test_a_long_copy_is_counted_on_a_terminal(filled, monkeypatch, capsys):
    ticks = iter(range(1000))
    monkeypatch.setattr(following.time, "monotonic", lambda: float(next(ticks)))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with following.counting("Written", quiet=False) as tell:
        tell(5_000_000, 10_000_000)
        tell(10_000_000, 10_000_000)
    shown = capsys.readouterr().err.split("\r")
    assert [line.strip() for line in shown if line.strip()] == [
        "Written 5 of 10 MB",
        "Written 10 of 10 MB",
    ]
