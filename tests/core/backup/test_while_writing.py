"""Backups made while prices, forecasts and promotions are written: each is one state."""

import shutil
import threading
import time

import pytest

from core import forecasts, registry, stages, trail
from core.__main__ import main
from core.backup.making import make
from core.backup.restoring import restore
from core.db import connect
from core.forecasts.saving import save
from core.market.store import BarStore
from core.registry import MODELS, PATTERN, PRICE
from tests.conftest import forget
from tests.core.backup.folders import assert_consistent
from tests.core.market.bars import make_bars


class Writers:
    """Threads that go on writing until the block ends; what one of them raised is raised there."""

    def __init__(self, *works):
        self._works, self._stop, self._errors = works, threading.Event(), []
        self.rounds = [0 for _ in works]

    def __enter__(self):
        self._threads = [
            threading.Thread(target=self._go, args=(number, work))
            for number, work in enumerate(self._works)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def _go(self, number, work):
        try:
            while not self._stop.is_set():
                work(self.rounds[number])
                self.rounds[number] += 1
        except BaseException as error:
            self._errors.append(error)


def writers(data_dir):
    store = BarStore(data_dir)
    with connect(data_dir) as db:
        row = dict(db.execute("SELECT * FROM forecasts WHERE reason = '' LIMIT 1").fetchone())

    def write_bars(number):
        names = ("AAA", "BBB", "CCC")
        store.write("VN", {n: make_bars(60 + number % 50) for n in names}, source="test")

    def keep_forecasts(number):
        made = {**row, "id": f"{number:016x}", "fingerprint": f"{number:064x}"}
        save(data_dir, [made])

    def promote(number):
        version = 2 - number % 2
        moves = [(PRICE, version), (PATTERN, version)]
        stages.change(data_dir, moves, trail.PROMOTED, by="An")
        time.sleep(0.2)  # who asks for the lock again at once lets nobody else have it

    return write_bars, keep_forecasts, promote


def assert_whole(folder, monkeypatch):
    """Every row of the restored folder has its file, and the two databases tell one story."""
    assert_consistent(folder)
    with monkeypatch.context() as moved:
        moved.setenv("WEEKLENS_DATA_DIR", str(folder))
        moved.delenv("MLFLOW_TRACKING_URI", raising=False)  # MLflow itself sets it in a process
        forget()
        with connect(folder) as db:
            assert db.execute("SELECT count(*) FROM intents").fetchone()[0] == 0
            rows = db.execute("SELECT price_version, pattern_version FROM forecasts").fetchall()
        known = {model: {v.version for v in registry.versions(model)} for model in MODELS}
        assert {row[0] for row in rows} <= known[PRICE]
        assert {row[1] for row in rows} <= known[PATTERN]
        assert trail.last_known(folder) == stages.in_production()
        assert len(set(stages.in_production().values())) == 1, "both were promoted, or neither"
        # Kept copies aside, so that each version's own artifact is what is read and checked.
        shutil.rmtree(folder / "models", ignore_errors=True)
        for version in registry.versions():
            assert registry.model_file(version).is_relative_to(folder)
    forget()


def backups(data_dir, tmp_path, monkeypatch, times):
    with Writers(*writers(data_dir)) as working:
        for number in range(times):
            before = forecasts.count(data_dir)
            made = make(data_dir, tmp_path / f"{number}.tar.gz")
            into = tmp_path / f"restored-{number}"
            assert made.lost == []
            restore(made.file, into)
            with connect(into) as db:
                held = db.execute("SELECT count(*) FROM forecasts").fetchone()[0]
            assert held >= before
    assert min(working.rounds) > 0
    for number in range(times):
        assert_whole(tmp_path / f"restored-{number}", monkeypatch)


def test_a_backup_is_one_state_while_everything_is_written(trained, tmp_path, monkeypatch):
    backups(trained, tmp_path, monkeypatch, times=2)


@pytest.mark.long
def test_many_backups_are_one_state_each(trained, tmp_path, monkeypatch):
    backups(trained, tmp_path, monkeypatch, times=30)


def test_a_restored_folder_forecasts_from_its_new_place(trained, tmp_path, monkeypatch, capsys):
    made = make(trained, tmp_path / "b.tar.gz")
    into = tmp_path / "elsewhere"
    restore(made.file, into)
    shown = forecasts.latest(trained, "VN")
    shutil.rmtree(trained)  # nothing may be read from where it was
    monkeypatch.setenv("WEEKLENS_DATA_DIR", str(into))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    forget()
    assert forecasts.latest(into, "VN").equals(shown)
    assert main(["versions"]) == 0
    assert capsys.readouterr().out.count("Production") == 2
    shutil.rmtree(into / "models")
    with connect(into) as db:
        db.execute("DELETE FROM forecasts")
    assert main(["forecast", "--symbol", "AAA"]) == 0
    with connect(into) as db:
        again = db.execute("SELECT ret, p_up FROM forecasts WHERE symbol = 'AAA'").fetchone()
    row = shown.set_index("symbol").loc["AAA"]
    assert tuple(again) == (row["ret"], row["p_up"])
    forget()
