"""The real yfinance on its lowest seam, the session, led to a loopback server."""

import os
import subprocess
import sys
from datetime import date

import pytest

from core.market.sources.base import SourceError
from core.market.sources.yahoo import YahooSource
from core.settings import PROJECT
from tests.core.market.bars import make_bars
from tests.core.market.sources.yahoo_server import Led, YahooServer

RANGE = (date(2024, 1, 1), date.today())
"""To the present, as a refresh asks: answers about the past are kept for good by yfinance."""


@pytest.fixture
def server():
    running = YahooServer()
    yield running
    running.close()


@pytest.fixture
def yahoo(server, tmp_path):
    source = YahooSource(tmp_path, session=Led(server.url))
    yield source
    source.close()


def sold(rows=30, scale=1.0):
    bars = make_bars(rows)
    bars[["open", "high", "low", "close"]] *= scale
    return bars.assign(adj_close=bars["close"] * 0.9)


def test_bars_come_with_their_adjusted_close(server, yahoo):
    server.bars["AAPL"] = sold()
    bars = yahoo.bars("US", "AAPL", "stock", *RANGE)
    assert bars["date"].tolist() == make_bars()["date"].tolist()
    assert bars["close"].tolist() == pytest.approx(make_bars()["close"].tolist())
    assert bars["adj_close"].tolist() == pytest.approx((0.9 * make_bars()["close"]).tolist())


def test_a_vietnamese_stock_is_asked_by_its_suffix_and_kept_in_thousands(server, yahoo):
    server.zone = "Asia/Ho_Chi_Minh"
    server.bars["VNM.VN"] = sold(scale=1000)
    bars = yahoo.bars("VN", "VNM", "stock", *RANGE)
    assert bars["close"].tolist() == pytest.approx(make_bars()["close"].tolist())
    assert bars["date"].tolist() == make_bars()["date"].tolist()


def test_an_index_is_asked_as_it_is(server, yahoo):
    server.bars["^GSPC"] = sold()
    assert len(yahoo.bars("US", "^GSPC", "index", *RANGE)) == 30


def test_the_close_as_traded_undoes_later_splits(server, yahoo):
    server.bars["AAPL"] = sold(10)
    days = server.bars["AAPL"]["date"]
    server.splits["AAPL"] = {f"{days[4]:%Y-%m-%d}": (2, 1), f"{days[8]:%Y-%m-%d}": (5, 1)}
    bars = yahoo.bars("US", "AAPL", "stock", *RANGE)
    factors = (bars["raw_close"] / bars["close"]).round(6).tolist()
    assert factors == [10.0] * 4 + [5.0] * 4 + [1.0] * 2


def test_only_the_asked_days_come(server, yahoo):
    server.bars["AAPL"] = sold(30)
    bars = yahoo.bars("US", "AAPL", "stock", date(2024, 1, 10), date(2024, 1, 15))
    assert [str(day.date()) for day in bars["date"]] == [
        *("2024-01-10", "2024-01-11", "2024-01-12", "2024-01-15"),
    ]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("429", "limited"),
        ("500", "unreachable"),
        ("403", "blocked"),
        ("html", "garbage"),
        ("columns", "garbage"),
        ("empty", "empty"),
    ],
)
def test_a_fault_is_told_apart_and_the_next_question_is_answered(server, yahoo, fault, state):
    server.bars["AAPL"] = sold()
    server.fault = fault
    with pytest.raises(SourceError) as error:
        yahoo.bars("US", "AAPL", "stock", *RANGE)
    assert error.value.state == state
    server.fault = ""
    assert len(yahoo.bars("US", "AAPL", "stock", *RANGE)) == 30


def test_an_unknown_symbol_is_said_to_have_no_prices(yahoo):
    with pytest.raises(SourceError, match="no prices of NOSUCH") as error:
        yahoo.bars("US", "NOSUCH", "stock", *RANGE)
    assert error.value.state == "empty"


def test_a_dead_server_is_unreachable(server, yahoo):
    server.close()
    with pytest.raises(SourceError, match="does not answer") as error:
        yahoo.bars("US", "AAPL", "stock", *RANGE)
    assert error.value.state == "unreachable"


ALONE = """
import sys
from datetime import date
from pathlib import Path
from core.market.sources.yahoo import YahooSource
from core.settings import PROJECT
from tests.core.market.sources.yahoo_server import Led
source = YahooSource(Path(sys.argv[2]), session=Led(sys.argv[1]))
bars = source.bars("US", "AAPL", "stock", date(2024, 1, 1), date.today())
source.close()
print(len(bars), source._session.refused)
"""


def test_its_caches_lie_in_the_data_folder_and_no_other_host_is_asked(server, tmp_path):
    server.bars["AAPL"] = sold()
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    command = [sys.executable, "-B", "-c", ALONE, server.url, str(data)]
    env = os.environ | {"HOME": str(home)}
    done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "30 []"
    assert list(home.rglob("*")) == []
    assert any((data / "sources" / "yahoo").iterdir())


def test_it_has_no_list_of_symbols(yahoo):
    assert yahoo.listing("US") is None
