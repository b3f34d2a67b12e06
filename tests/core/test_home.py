from datetime import UTC, datetime

import pytest

from core import home
from core.jobs.store import JobStore
from core.market.follows import Asked, note_asked
from core.market.quality.record import inspect
from core.market.sample import ensure_sample
from tests.core.indicators.generate import walk
from tests.core.records import WEEKS, put_on_show, two_weeks

NOW = datetime(2024, 4, 8, 12, tzinfo=UTC)  # a Monday; bars end on Friday 2024-04-05


@pytest.fixture
def world(store):
    two_weeks(store)
    return store


def texts(data_dir):
    return [notice.text for notice in home.notices(data_dir, NOW)]


def test_an_empty_folder_has_no_markets_and_needs_nothing(data_dir):
    assert home.market_states(data_dir) == []
    assert home.notices(data_dir) == []


def test_the_sample_is_history_and_not_stale(store):
    ensure_sample(store)
    (state,) = home.market_states(store.data_dir)
    assert (state.market, state.sample, state.behind, state.late) == ("US", True, 0, 0)
    assert home.notices(store.data_dir) == []


def test_a_stock_that_lags_and_an_old_week_want_attention(world):
    found = texts(world.data_dir)
    assert "Vietnam: 1 stock's prices end more than a week before the newest." in found
    assert any("calls are of the week to 2024-03-08" in text for text in found)
    assert not any("weeks ago" in text for text in found)


def test_stale_prices_want_attention(world):
    later = datetime(2024, 4, 23, tzinfo=UTC)
    found = [notice.text for notice in home.notices(world.data_dir, later)]
    assert any("prices end 2 weeks ago" in text for text in found)


def test_old_versions_want_attention(world):
    learned = {"last_week": "2023-12-29"}
    put_on_show(world.data_dir, WEEKS[1], trained={"price": learned, "pattern": learned})
    assert home.production_age(world.data_dir, "VN") == 14
    assert any("have not seen the last 14 weeks" in text for text in texts(world.data_dir))


def test_a_failed_job_wants_attention_until_one_of_its_kind_goes_well(store):
    jobs, now = JobStore(store.data_dir), datetime.now(UTC)
    first, _ = jobs.submit("train", {"n": 1}, requested_by="tests")
    jobs.move(first.id, "failed", message="Too little\nhistory.")
    (notice,) = home.notices(store.data_dir, now)
    assert notice.text.startswith("Training failed on ")
    assert notice.text.endswith(": Too little history.")
    assert notice.page == "training"
    second, _ = jobs.submit("train", {"n": 2}, requested_by="tests")
    jobs.move(second.id, "done")
    assert home.notices(store.data_dir, now) == []


def test_a_refused_refresh_and_doubtful_prices_want_attention(store):
    bars = walk(300, 1, start="2023-01-02")
    bars.loc[250:, ["open", "high", "low", "close"]] /= 2
    store.write("VN", {"AAA": bars}, source="file")
    inspect(store, "VN")
    said = Asked("vnstock", "2024-04-05T09:00:00+00:00", "refused", "Another unit.", 0)
    note_asked(store.data_dir, "VN", "AAA", said)
    found = [notice.text for notice in home.notices(store.data_dir)]
    assert "Vietnam: the last refresh failed or was refused for AAA." in found
    assert "Vietnam: 1 stock has doubtful prices." in found
