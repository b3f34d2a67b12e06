"""What an import, refreshes and the end of everything leave behind, and whom they ask."""

import os
import subprocess
import sys

import pytest

from core.errors import UserError
from core.market.sources import sandbox as sandboxes
from core.market.sources.sandbox import Sandbox
from core.settings import PROJECT
from tests.core.market.bars import CSV_HEADER, csv_lines, make_bars

WATCH = """
import os, sys
def note(event, args):
    if event == "socket.connect":
        host = args[1][0] if isinstance(args[1], tuple) else "unix"
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    with open(os.path.join(sys.prefix, "asked.txt"), "a") as log:
        log.write(f"{host}\\n")
sys.addaudithook(note)
"""
"""Runs in every process of vnstock's environment: its own, and each pip it starts."""


def test_nothing_is_left_in_home_or_project_and_only_the_loopback_is_asked(
    with_vnstock, installed_vnstock, broker, tmp_path
):
    venv = installed_vnstock.folder / "venv"
    (site,) = venv.glob("lib/python*/site-packages")
    (site / "watch_hosts.pth").write_text("import watch_hosts\n")
    (site / "watch_hosts.py").write_text(WATCH)
    home = tmp_path / "home"
    home.mkdir()
    broker.bars = {"VNM": make_bars(60), "VNINDEX": make_bars(60), "VN30": make_bars(60)}
    prices = tmp_path / "prices.csv"
    prices.write_text(CSV_HEADER + csv_lines("ACB", 30))
    before = listing()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("XDG_")
    } | {"HOME": str(home), "WEEKLENS_DATA_DIR": str(with_vnstock), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        for command in (
            ["import", str(prices), "--market", "VN"],
            ["refresh", "--symbols", "VNM", "--source", "vnstock", "--names"],
        ):
            done = subprocess.run(
                [sys.executable, "-m", "core", *command],
                cwd=PROJECT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
    finally:
        (site / "watch_hosts.pth").unlink()
    assert "60 days" in done.stdout
    assert list(home.rglob("*")) == []
    assert listing() == before
    assert set((venv / "asked.txt").read_text().split()) == {"127.0.0.1"}


def listing():
    """Every file of the project but those of git, caches and the environment."""
    skipped = {".git", ".venv", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__"}
    found = set()
    for folder, names, files in os.walk(PROJECT):
        names[:] = [name for name in names if name not in skipped]
        found |= {os.path.join(folder, name) for name in files}
    return found


def test_an_installation_that_cannot_be_made_is_one_sentence(data_dir, tmp_path, monkeypatch):
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("no-such-package-of-weeklens==1.0\n")
    monkeypatch.setattr(sandboxes, "REQUIREMENTS", wanted)
    sandbox = Sandbox(data_dir)
    with pytest.raises(UserError, match="could not be installed") as error:
        sandbox.install()
    assert "no-such-package-of-weeklens" in str(error.value)
    assert "Everything else works" in str(error.value)
    assert not sandbox.installed
