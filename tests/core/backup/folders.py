"""Small data folders, and what must hold in a restored one."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from core.db import connect, path
from core.jobs.store import JobStore
from core.market.barfiles import fingerprint, read_file
from core.market.store import BarStore
from tests.core.market.bars import make_bars

CHANNEL = {"url": "jsons://u:secret@h", "masked": "", "service": ""}
JOB = "20260101-000000-abcdef"


def fill(data_dir: Path) -> BarStore:
    """Bars of two symbols, an ended job with its log, and a file of each other room."""
    store = BarStore(data_dir)
    store.write("VN", {"VNM": make_bars(40), "VCB": make_bars(30)}, source="made up")
    JobStore(data_dir).submit("refresh", {"market": "VN"}, requested_by="tests")
    with connect(data_dir) as db:
        db.execute("UPDATE jobs SET id = ?, state = 'done'", (JOB,))
    files = {
        f"jobs/{JOB}/log.txt": "said",
        f"jobs/{JOB}/progress.jsonl": "{}\n",
        f"jobs/{JOB}/model.onnx": "left by a crash",
        "evaluations/one/report.json": "{}",
        "evaluations/.half/report.json": "{}",
        "evaluations/work/state/fold.parquet": "fold",
        "backtests/one/result.json": "{}",
        "calendar/VN.csv": "date,open,note\n",
        "inbox/VN/new prices.csv": "symbol\n",
        "models/a.onnx": "onnx",
        "mlflow/artifacts/run/artifacts/data.json": "{}",
        "indicators/VN/VNM.0.parquet": "derived",
        "sources/vnstock/venv/bin/python": "program",
        "cache/keras/keras.json": "{}",
        "channels.json": json.dumps({"Desk": CHANNEL}),
        "channels.json.lock": "",
        "server.json": '{"pid": 1}',
        f"x.1.{'0' * 32}.part": "half",
    }  # fmt: skip
    for name, text in files.items():
        (data_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (data_dir / name).write_text(text, "utf-8")
    with closing(sqlite3.connect(data_dir / "mlflow" / "mlflow.db")) as db:
        db.execute("CREATE TABLE t (x)")
        db.execute("INSERT INTO t VALUES (1)")
        db.commit()
    return store


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes, and every folder."""
    return {
        entry.relative_to(folder).as_posix(): None if entry.is_dir() else entry.read_bytes()
        for entry in sorted(folder.rglob("*"))
    }


def assert_consistent(folder: Path) -> None:
    """Every row of the catalogue has its file, whole; no job claims to run."""
    with closing(sqlite3.connect(path(folder))) as db:
        rows = db.execute("SELECT market, file, sha256 FROM symbols").fetchall()
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        states = {row[0] for row in db.execute("SELECT state FROM jobs WHERE phase = ''")}
    assert rows
    for market, file, digest in rows:
        assert fingerprint(read_file(folder / "bars" / market / file)) == digest
    named = {f"{market}/{file}" for market, file, _ in rows}
    bars = folder / "bars"
    assert {f.relative_to(bars).as_posix() for f in bars.rglob("*.parquet")} == named
    assert not states & {"running", "cancelling"}
