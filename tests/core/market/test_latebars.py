"""A process that dies while it keeps the last bars leaves the old state or the new one."""

import os
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from core.files import sweep_parts
from core.indicators.store import IndicatorStore
from core.market import latebars
from core.market.barfiles import conform
from core.market.latebars import MOST_FILES, late_of
from core.market.store import BarStore
from core.settings import PROJECT
from tests.core.indicators.generate import walk

NAMES = [f"S{number}" for number in range(6)]
DAYS = 500
WEEK = 5

WRITER = """
import os, signal, sys
from pathlib import Path
from core.market import latebars
from core.market.store import BarStore
from tests.core.market.test_latebars import NAMES, history

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def half(table, handle, **how):
    whole(table, handle, **how)
    handle.flush()
    os.truncate(handle.fileno(), handle.tell() // 2)
    die()

def replace(part, path, own=os.replace):
    if "late" not in Path(path).parts:
        return own(part, path)
    if stage == "renamed":
        own(part, path)
    die()

def unlink(path, missing_ok=False, own=Path.unlink):
    own(path, missing_ok=missing_ok)
    if "late" in path.parts:
        die()

stage, whole = sys.argv[2], latebars.pq.write_table
if stage == "half":
    latebars.pq.write_table = half
elif stage == "tidied":
    Path.unlink, latebars.MOST_FILES = unlink, 1
else:
    os.replace = replace
BarStore(Path(sys.argv[1])).write("VN", {name: history(name) for name in NAMES}, source="new")
"""


def history(name, days=DAYS):
    return walk(DAYS, NAMES.index(name)).iloc[:days]


def read_alike(store, folder):
    """Every read of the store gives what one that computes everything from its bars gives."""
    fresh = BarStore(folder)
    fresh.write("VN", store.panel("VN"), source="all at once")
    mine, theirs = (IndicatorStore(one) for one in (store, fresh))
    pd.testing.assert_frame_equal(mine.recent("VN"), theirs.recent("VN"), check_exact=True)
    for name in NAMES:
        pd.testing.assert_frame_equal(
            mine.weekly("VN", name), theirs.weekly("VN", name), check_exact=True
        )


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("stage", "days"),
    [("half", DAYS - WEEK), ("written", DAYS - WEEK), ("renamed", DAYS - WEEK), ("tidied", DAYS)],
)
def test_a_writer_killed_at_the_last_bars_leaves_a_whole_state(tmp_path, stage, days):
    store = BarStore(tmp_path / "bars")
    store.write("VN", {name: history(name, DAYS - WEEK) for name in NAMES}, source="old")
    IndicatorStore(store).update("VN")
    command = [sys.executable, "-c", WRITER, str(store.data_dir), stage]
    killed = subprocess.run(command, cwd=PROJECT, check=False).returncode
    assert killed == -signal.SIGKILL
    assert {len(frame) for frame in store.panel("VN").values()} == {days}
    read_alike(store, tmp_path / "killed")
    sweep_parts(store.data_dir)
    store.write("VN", {name: history(name) for name in NAMES}, source="new")
    assert store.late("VN", NAMES).symbols == NAMES
    assert list(store.data_dir.rglob("*.part")) == []
    read_alike(store, tmp_path / "healed")


def test_a_market_written_symbol_by_symbol_keeps_few_files_and_every_last_bar(tmp_path):
    many = [f"S{number}" for number in range(70)]
    states, sizes = {}, []
    for turn in range(2):
        for number, name in enumerate(many):
            one = late_of(conform(walk(60, 100 * turn + number)))
            states[name] = f"{turn} {name}"
            latebars.write(tmp_path, {name: (states[name], one)})
            latebars.tidy(tmp_path, states)
            sizes.append(len(list(tmp_path.glob("*.parquet"))))
    found = latebars.read(tmp_path, states)
    assert max(sizes) <= MOST_FILES
    assert sorted(found.symbols) == sorted(many)
    for name in many:
        one = found.one(found.symbols.index(name))
        expected = late_of(conform(walk(60, 100 + many.index(name))))
        assert np.array_equal(one.until, expected.until)
        assert np.array_equal(one.bars["close"], expected.bars["close"])


def test_a_symbol_in_two_files_is_read_once(tmp_path):
    for _ in range(2):
        latebars.write(tmp_path, {"A": ("state", late_of(conform(walk(60))))})
    assert latebars.read(tmp_path, {"A": "state"}).symbols == ["A"]
