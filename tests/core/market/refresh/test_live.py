"""Refreshes through the real vnstock client, with what goes wrong at brokers."""

import re

import numpy as np
import pytest

from core.jobs.kinds import KINDS
from core.jobs.progress import Progress
from core.market.barfiles import fingerprint
from core.market.follows import asked
from core.market.refresh.work import work
from core.market.sources.registry import open_source
from core.settings import settings
from tests.core.market.bars import make_bars

MESSAGES = {
    "empty": "no such prices",
    "half": r"\d of the 8 days that are stored",
    "thousandth": "no usable prices|another unit",
    "html": "is not prices, or vnstock cannot read it",
    "nonsense": "is not prices, or vnstock cannot read it",
    "500": "does not answer",
    "403 json": "does not answer",
    "reset": "does not answer",
    "hang": "did not answer within 2 s",
    "429": "asks for fewer requests",
    "429 wait": "asks for fewer requests",
    "403 cdn": "refuses requests from here",
}
STAINS = {"hang", "429", "429 wait", "403 cdn"}
"""Faults after which the client itself remembers, so that only a new process forgets them."""


class Kept:
    """A source that outlives the refreshes of this test."""

    def __init__(self, source):
        self._source = source

    def __getattr__(self, name):
        return getattr(self._source, name)

    def close(self):
        pass


@pytest.fixture
def refresh(with_vnstock, broker, tmp_path, monkeypatch):
    """``refresh(...)``: an account; one worker serves all of a test, unless it is stained."""
    monkeypatch.setenv("WEEKLENS_SOURCE_PATIENCE", "0")
    settings.cache_clear()
    folder = tmp_path / "job"
    folder.mkdir()
    kept = {}

    def opener(name, where):
        if name not in kept:
            kept[name] = open_source(name, where)
        return Kept(kept[name])

    def run(*, anew=False, **params):
        if anew and kept:
            kept.pop("vnstock").close()
        tell = Progress(folder, KINDS["refresh"].stages)
        return work({"market": "VN", **params}, folder, tell, opener=opener)

    yield run
    for source in kept.values():
        source.close()


def bars_of(rows):
    return {
        "VNM": make_bars(rows, level=60),
        "VNINDEX": make_bars(rows, level=1200),
        "VN30": make_bars(rows, level=1100),
    }


ALIKE = {"nonsense", "403 json", "reset", "429 wait", "empty", "half"}
"""Met by `make test-long`: what the client makes of them, another fault shows too; how nothing and
too little are judged, `test_vnstock` and `test_judging` do."""


@pytest.mark.parametrize(
    "fault",
    [pytest.param(name, marks=[pytest.mark.long] * (name in ALIKE)) for name in MESSAGES],
)
def test_after_a_fault_no_bar_is_lost_and_the_next_refresh_recovers(
    refresh, broker, store, data_dir, monkeypatch, fault
):
    broker.bars = bars_of(60)
    assert refresh(symbols=["VNM"], source="vnstock")["counts"]["added"] == 3
    before = fingerprint(store.bars("VN", "VNM"))
    broker.bars = bars_of(62)
    broker.only = {"VNM"}
    if fault == "hang":
        monkeypatch.setenv("WEEKLENS_SOURCE_TIMEOUT", "2")
        settings.cache_clear()
    broker.fault = fault
    account = refresh(force=True)
    note = next(row["note"] for row in account["symbols"] if row["symbol"] == "VNM")
    assert re.search(MESSAGES[fault], note)
    assert asked(data_dir, "VN")["VNM"].state in ("refused", "failed")
    assert fingerprint(store.bars("VN", "VNM")) == before
    broker.fault = ""
    monkeypatch.setenv("WEEKLENS_SOURCE_TIMEOUT", "60")
    settings.cache_clear()
    again = refresh(anew=fault in STAINS)
    assert again["counts"]["added"] + again["counts"]["unchanged"] >= 1
    after = store.bars("VN", "VNM")
    assert after["date"].tolist() == bars_of(62)["VNM"]["date"].tolist()
    assert np.allclose(after["close"], bars_of(62)["VNM"]["close"])
