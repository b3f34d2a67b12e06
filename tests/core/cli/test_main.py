import json
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from core.__main__ import COMMANDS, main
from core.db import SCHEMA_VERSION, connect, path
from core.market.sample import ensure_sample
from core.settings import PROJECT

NAMES = (
    *("import", "symbols", "quality", "train", "versions", "promote", "forecast", "share"),
    *("export", "watchlists", "refresh", "sources", "live", "audit"),
    *("evaluate", "evaluations", "jobs", "compare", "rollback", "trail"),
    *("backtest", "alerts", "check", "tokens", "serve", "mcp"),
    *("backup", "restore"),
)


def run(*arguments, **options):
    """A real process, as a reader starts it."""
    return subprocess.run(
        [sys.executable, "-m", "core", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_help_names_every_command_and_the_exit_codes(data_dir):
    done = run("--help")
    assert done.returncode == 0
    first_words = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("    ")]
    assert [name for name in NAMES if name not in first_words] == []
    assert "Exit codes: 0 done, 1 the work failed, 2 the request cannot be met." in " ".join(
        done.stdout.split()
    )
    assert done.stderr == ""


def test_a_reader_that_leaves_early_sees_no_traceback(data_dir, store):
    ensure_sample(store)
    done = subprocess.run(
        f"{shlex.quote(sys.executable)} -m core symbols | head -c 10 > /dev/null",
        cwd=PROJECT,
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_json_in_a_pipe_parses(data_dir, store):
    ensure_sample(store)
    done = run("symbols", "--json")
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["symbols"]) == 5


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_no_command_is_untested():
    assert len(NAMES) == len(COMMANDS)


@pytest.mark.parametrize("arguments", [[], ["fly"], ["train"], ["promote", "model"]])
def test_wrong_usage_exits_with_two(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m core" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["symbols"],
        ["train", "--all", "--market", "VN"],
        ["forecast", "--symbol", "VNM"],
        ["import", "missing.csv"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_store_from_a_newer_schema_is_one_sentence(data_dir, capsys, monkeypatch, arguments):
    with connect(data_dir):
        pass
    with closing(sqlite3.connect(path(data_dir))) as db:
        db.execute("PRAGMA user_version = 99")
    file = data_dir / "missing.csv"
    file.write_text("symbol,date,open,high,low,close,volume\nVNM,2024-01-02,1,1,1,1,1\n")
    monkeypatch.chdir(data_dir)
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    formats = f"(format 99, this one reads {SCHEMA_VERSION})"
    assert f"was written by a newer Weeklens {formats}" in said.err
    assert said.err.count("\n") == 1
