"""The real vnstock client in its own environment, talking to a loopback broker."""

import os
import time
from datetime import date

import psutil
import pytest

from core.market.sources.base import SourceError
from core.market.sources.vnstock import VnstockSource
from core.settings import settings
from tests.core.market.bars import make_bars

RANGE = (date(2024, 1, 1), date(2024, 12, 31))


@pytest.fixture
def vnstock(with_vnstock, broker):
    broker.bars = {"VNM": make_bars(30, level=60), "VNINDEX": make_bars(30, level=1200)}
    source = VnstockSource(with_vnstock)
    yield source
    source.close()


def test_one_worker_answers_for_stocks_indices_and_names(vnstock, broker):
    bars = vnstock.bars("VN", "VNM", "stock", *RANGE)
    assert bars["date"].tolist() == [f"{day:%Y-%m-%d}" for day in make_bars(30)["date"]]
    assert bars["close"].tolist() == pytest.approx(make_bars(30, level=60)["close"].tolist())
    assert bars["volume"].tolist() == make_bars(30)["volume"].tolist()
    index = vnstock.bars("VN", "VNINDEX", "index", *RANGE)
    assert index["close"].tolist() == pytest.approx(make_bars(30, level=1200)["close"].tolist())
    with pytest.raises(SourceError, match="no such prices") as error:
        vnstock.bars("VN", "ZZZ", "stock", *RANGE)
    assert error.value.state == "empty"
    with pytest.raises(SourceError, match="empty list of symbols"):
        vnstock.listing("VN")
    named = {"symbol": "VNM", "name": "CTCP Sữa Việt Nam", "nameEn": "Vinamilk"}
    traded = {"exchange": "HOSE", "type": "stock", "index": 1, "re": 1, "ceiling": 2, "floor": 1}
    broker.names = [named | traded]
    broker.groups = {"VN30": ["VNM", "ACB"]}
    level = {"code": "3000", "name": "Consumer Goods"}
    broker.industries = [{"code": "VNM", "name": "x", "comTypeCode": "CT", "icbLv1": level}]
    listing = vnstock.listing("VN")
    row = listing.names.iloc[0]
    assert (row["symbol"], row["name"], row["name_vi"]) == ("VNM", "Vinamilk", "CTCP Sữa Việt Nam")
    assert (row["exchange"], row["sector"]) == ("HOSE", "Consumer Goods")
    assert listing.members == {"VN30": ["VNM", "ACB"]}
    assert len(worker_of(os.getpid())) == 1


def test_the_other_feed_is_clipped_to_the_range(vnstock, monkeypatch):
    monkeypatch.setenv("WEEKLENS_VNSTOCK_FEED", "vci")
    settings.cache_clear()
    bars = vnstock.bars("VN", "VNM", "stock", date(2024, 1, 10), date(2024, 1, 15))
    assert bars["date"].tolist() == ["2024-01-10", "2024-01-11", "2024-01-12", "2024-01-15"]


def test_a_hanging_worker_is_ended_and_the_next_question_gets_a_new_one(
    vnstock, broker, monkeypatch
):
    vnstock.bars("VN", "VNM", "stock", *RANGE)
    first = worker_of(os.getpid())
    broker.fault = "hang"
    monkeypatch.setenv("WEEKLENS_SOURCE_TIMEOUT", "2")
    settings.cache_clear()
    with pytest.raises(SourceError, match="did not answer within 2 s") as error:
        vnstock.bars("VN", "VNM", "stock", *RANGE)
    assert error.value.state == "unreachable"
    broker.fault = ""
    monkeypatch.setenv("WEEKLENS_SOURCE_TIMEOUT", "60")
    settings.cache_clear()
    assert len(vnstock.bars("VN", "VNM", "stock", *RANGE)) == 30
    assert worker_of(os.getpid()) != first


def test_a_killed_worker_is_one_sentence_and_is_started_anew(vnstock):
    vnstock.bars("VN", "VNM", "stock", *RANGE)
    psutil.Process(worker_of(os.getpid())[0]).kill()
    with pytest.raises(SourceError, match="process ended"):
        vnstock.bars("VN", "VNM", "stock", *RANGE)
    assert len(vnstock.bars("VN", "VNM", "stock", *RANGE)) == 30


def test_its_own_limiter_is_a_wait_and_not_the_end_of_anything(vnstock):
    with pytest.raises(SourceError, match="asks for fewer requests") as error:  # noqa: PT012
        for _ in range(25):
            vnstock.bars("VN", "VNM", "stock", *RANGE)
    assert error.value.state == "limited"
    assert 0 < error.value.wait <= 60
    assert len(worker_of(os.getpid())) == 1


def test_without_an_installation_it_says_what_to_do(data_dir):
    source = VnstockSource(data_dir)
    with pytest.raises(SourceError, match="not installed: run `make live`") as error:
        source.bars("VN", "VNM", "stock", *RANGE)
    assert error.value.state == "missing"


def test_closing_ends_the_worker(vnstock):
    vnstock.bars("VN", "VNM", "stock", *RANGE)
    (pid,) = worker_of(os.getpid())
    vnstock.close()
    until = time.monotonic() + 10
    while psutil.pid_exists(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not psutil.pid_exists(pid)


def worker_of(parent: int) -> list[int]:
    """The vnstock workers among a process's children."""
    return [
        child.pid
        for child in psutil.Process(parent).children()
        if any("vnstock_worker" in part for part in child.cmdline())
    ]
