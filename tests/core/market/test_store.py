import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import UserError
from core.market.barfiles import UnreadableBars
from core.market.schema import BAR_COLUMNS
from core.market.store import BarStore, fingerprint
from tests.core.market.bars import make_bars

PROJECT = Path(__file__).resolve().parents[3]


def test_what_was_written_is_read_back(store):
    bars = make_bars()
    store.write("VN", {"vnm": bars}, source="file")
    back = store.bars("vn", "vnm")
    assert tuple(back.columns) == BAR_COLUMNS
    assert back["date"].dtype == "datetime64[ns]"
    pd.testing.assert_frame_equal(back, bars)


def test_absent_value_and_raw_close_are_unknown(store):
    store.write("VN", {"VNM": make_bars().drop(columns=["value", "raw_close"])}, source="file")
    assert store.bars("VN", "VNM")[["value", "raw_close"]].isna().all(axis=None)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda bars: bars.iloc[:0],
        lambda bars: bars.iloc[::-1],
        lambda bars: pd.concat([bars, bars.tail(1)]),
        lambda bars: bars.assign(date=bars["date"] + pd.Timedelta(hours=7)),
        lambda bars: bars.drop(columns="volume"),
    ],
)
def test_a_frame_out_of_shape_is_a_defect(store, spoil):
    with pytest.raises(ValueError, match="bars"):
        store.write("VN", {"VNM": spoil(make_bars())}, source="file")


def test_panel_holds_stocks_only(store):
    store.write("VN", {f"S{n}": make_bars(level=n + 1) for n in range(12)}, source="file")
    store.write("VN", {"VNINDEX": make_bars()}, source="file", kind="index")
    panel = store.panel("VN")
    assert list(panel) == sorted(f"S{n}" for n in range(12))
    assert panel["S3"]["close"].iloc[0] == 4.0
    assert list(store.panel("VN", ["s2", "S1"])) == ["S1", "S2"]
    with pytest.raises(UserError, match="VNINDEX is not a stock"):
        store.panel("VN", ["VNINDEX"])


def test_members_of_a_group_are_replaced_whole(store):
    store.set_members("VN", " VN30\n", ["vnm", "ACB", "VNM"])
    assert store.members("VN") == {"VN30": ["ACB", "VNM"]}
    store.set_members("VN", "VN30", ["FPT"])
    assert store.members("VN") == {"VN30": ["FPT"]}
    assert store.members("US") == {}
    store.set_members("VN", "VN30", [])
    assert store.members("VN") == {}


def test_a_wrong_member_leaves_the_group_as_it_was(store):
    store.set_members("VN", "VN30", ["VNM"])
    with pytest.raises(UserError, match="is not a symbol"):
        store.set_members("VN", "VN30", ["ACB", "../x"])
    with pytest.raises(UserError, match="needs a name"):
        store.set_members("VN", "\0", ["ACB"])
    assert store.members("VN") == {"VN30": ["VNM"]}


def test_a_listing_says_memberships_of_the_symbols_it_lists(store):
    store.set_members("VN", "VN30", ["ACB", "VNM"])
    names = pd.DataFrame({"symbol": ["VNM"], "name": ["Vinamilk"]})
    store.set_listing("VN", names)
    assert store.members("VN") == {"VN30": ["ACB", "VNM"]}
    store.set_listing("VN", names.assign(indices="VN100; Dairy | VN100"))
    assert store.members("VN") == {"Dairy": ["VNM"], "VN100": ["VNM"], "VN30": ["ACB"]}
    store.set_listing("VN", names.assign(indices=None))
    assert store.members("VN") == {"VN30": ["ACB"]}


def test_replaced_files_and_remains_of_a_crash_are_removed(store):
    store.write("VN", {"VNM": make_bars()}, source="file")
    folder = store.data_dir / "bars" / "VN"
    (folder / "XXX.0123.parquet").write_bytes(b"orphan")
    (folder / "YYY.0123.parquet.00.part").write_bytes(b"half")
    store.write("VN", {"VNM": make_bars(31)}, source="file")
    assert len(list(folder.iterdir())) == 1


def test_a_damaged_file_is_named_and_can_be_mended(store):
    store.write("VN", {"VNM": make_bars(), "ACB": make_bars(9)}, source="file")
    path = next((store.data_dir / "bars" / "VN").glob("VNM.*"))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(UnreadableBars, match="VNM are lost or damaged"):
        store.bars("VN", "VNM")
    assert len(store.bars("VN", "ACB")) == 9
    store.write("VN", {"VNM": make_bars()}, source="file")
    assert len(store.bars("VN", "VNM")) == 30


def test_a_lost_file_is_named(store):
    store.write("VN", {"VNM": make_bars()}, source="file")
    next((store.data_dir / "bars" / "VN").glob("VNM.*")).unlink()
    with pytest.raises(UnreadableBars, match="VNM are lost or damaged"):
        store.panel("VN")
    with pytest.raises(UnreadableBars, match="VNM are lost or damaged"):
        store.sessions("VN")


def test_a_reader_beside_a_writer_sees_one_state(store):
    symbols = [f"S{n}" for n in range(10)]
    states = [{s: make_bars(level=level) for s in symbols} for level in (10.0, 20.0)]
    store.write("VN", states[0], source="file")
    stop = threading.Event()

    def rewrite():
        turn = 0
        while not stop.is_set():
            turn += 1
            store.write("VN", states[turn % 2], source="file")

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        for _ in range(30):
            levels = {f["close"].iloc[0] for f in BarStore(store.data_dir).panel("VN").values()}
            assert len(levels) == 1
    finally:
        stop.set()
        writer.join()


def test_one_writer_waits_for_another(store):
    order = []

    def second():
        with BarStore(store.data_dir).exclusive():
            order.append("second")

    with store.exclusive():
        other = threading.Thread(target=second)
        other.start()
        time.sleep(0.2)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


WRITER = """
import itertools, sys
from pathlib import Path
from core.market.store import BarStore
from tests.core.market.bars import make_bars
store = BarStore(Path(sys.argv[1]))
symbols = [f"S{n}" for n in range(40)]
for turn in itertools.count(1):
    store.write("VN", {s: make_bars(200, level=10.0 + turn) for s in symbols}, source="file")
    print(turn, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("delay", [0.005, 0.02, 0.05, 0.11])
def test_a_writer_killed_midway_leaves_the_old_or_the_new_state(store, delay):
    kill_a_writer(store, delay)


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("turn", range(50))
def test_fifty_writers_killed_at_random(store, turn):
    kill_a_writer(store, random.Random(turn).uniform(0, 0.25))


def kill_a_writer(store, delay):
    """Kill a writer after a moment: all bars are of one of its turns, and no file is left over."""
    command = [sys.executable, "-c", WRITER, str(store.data_dir)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as writer:
        turn = int(writer.stdout.readline())
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        turn = max([turn, *map(int, writer.stdout.read().split())])
    panel = store.panel("VN")
    levels = {frame["close"].iloc[0] for frame in panel.values()}
    assert len(panel) == 40
    assert levels in ({10.0 + turn}, {11.0 + turn})
    store.write("VN", {"S0": make_bars()}, source="file")
    assert len(list((store.data_dir / "bars" / "VN").iterdir())) == 40


def test_the_fingerprint_is_of_values_alone():
    bars = make_bars()
    same = bars.assign(
        date=bars["date"].astype("datetime64[us]"), volume=bars["volume"].astype(int)
    )
    same = same.drop(columns=["value", "raw_close"]).set_index(np.arange(len(bars)) + 7)
    assert fingerprint(bars) == fingerprint(same)
    assert len(fingerprint(bars)) == 64
    for name in BAR_COLUMNS[1:]:
        other = bars.copy()
        other.loc[3, name] = 1.5
        assert fingerprint(other) != fingerprint(bars)
    assert fingerprint(bars.iloc[1:]) != fingerprint(bars)


def test_a_symbol_cannot_leave_the_folder(store):
    with pytest.raises(UserError, match="is not a symbol"):
        store.write("VN", {"../../X": make_bars()}, source="file")
    with pytest.raises(UserError, match="is not a symbol"):
        store.bars("VN", "../../etc/passwd")


def test_what_a_listing_does_not_say_stays_as_it_was(store):
    store.write("VN", {"VNM": make_bars()}, source="file")
    known = {"symbol": "VNM", "name": "Vinamilk", "sector": "Consumer Staples"}
    store.set_listing("VN", pd.DataFrame([known]))
    store.set_listing("VN", pd.DataFrame([{"symbol": "VNM", "name": "Vinamilk JSC"}]))
    row = store.symbols("VN").iloc[0]
    assert (row["name"], row["sector"]) == ("Vinamilk JSC", "Consumer Staples")
