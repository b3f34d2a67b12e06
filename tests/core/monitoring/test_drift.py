"""Drift of a really trained version, in its data folder."""

import shutil

import numpy as np
import pytest

from core import forecasts, registry
from core.errors import UserError
from core.indicators.catalogue import NAMES
from core.market.store import BarStore
from core.monitoring import drift as drifting
from core.monitoring import reference as references
from core.monitoring.drift import alarm_of, drift, drift_alarm
from core.monitoring.measure import DRIFTED, WINDOW
from core.registry import PATTERN, PRICE
from tests.core.trained import LAST_WEEK, STEADY, make_stocks


@pytest.fixture(autouse=True)
def forgetful():
    yield
    drifting._measured.cache_clear()


def price_version():
    return registry.production()[PRICE]


def later(bars, change):
    """Bars whose last weeks are changed."""
    bars = bars.copy()
    after = bars["date"] > LAST_WEEK - np.timedelta64(7 * WINDOW, "D")
    change(bars, after)
    return bars


def doubled(bars, after):
    """Log moves twice as large."""
    moves = np.log(bars["close"]).diff().where(after, 0.0).fillna(0.0)
    for name in ("open", "high", "low", "close"):
        bars[name] *= np.exp(3 * moves.cumsum())


def test_all_indicators_of_the_trained_stocks_are_compared(trained):
    found = drift(trained, "VN")
    assert found.reason == ""
    assert {m.name for m in found.indicators.measures} == set(NAMES)
    assert found.indicators.weeks[-1] == LAST_WEEK
    assert len(found.indicators.weeks) == WINDOW
    tags = price_version().tags
    assert str(found.last.date()) == tags["last_week"]
    assert found.indicators.stocks == int(tags["symbols"])


def test_the_reference_is_of_the_weeks_and_stocks_learned_from_alone(trained):
    found = references.of_indicators(trained, price_version())
    run = registry.client().get_run(price_version().run_id).data.params
    assert str(found.weeks[0])[:10] == run["first_week"]
    assert str(found.weeks[-1])[:10] == run["last_week"]
    assert set(found.symbols) == set(run["symbols"].split())
    assert found.counts[:, 0].sum() == int(run["rows"])


def test_stored_forecasts_are_held_against_those_the_versions_were_judged_by(trained):
    found = drift(trained, "VN")
    assert {m.name for m in found.forecasts.measures} == {"forecast", "p_up", "width"}
    records = forecasts.latest(trained, "VN").dropna(subset=["ret"])
    told = {m.name: m for m in found.forecasts.measures}
    assert told["forecast"].now == pytest.approx(records["ret"].median())
    assert told["width"].now == pytest.approx((records["ret_high"] - records["ret_low"]).median())
    assert len(found.forecasts.weeks) == 1


def test_later_prices_never_change_the_reference(trained, world):
    before = references.of_indicators(trained, price_version())
    shutil.rmtree(trained / references.FOLDER)
    changed = {name: later(bars, doubled) for name, bars in world.stocks.items()}
    BarStore(trained).write("VN", changed, source="made up")
    after = references.of_indicators(trained, price_version())
    assert np.array_equal(before.weeks, after.weeks)
    assert np.array_equal(before.counts, after.counts)
    assert np.array_equal(before.percentiles, after.percentiles)
    assert all(map(np.array_equal, before.edges, after.edges))


def test_it_is_made_once_and_read_afterwards(trained, monkeypatch):
    drift(trained, "VN")
    drifting._measured.cache_clear()

    def refuse(*given):
        raise AssertionError("made again")

    monkeypatch.setattr(references, "make", refuse)
    assert len(drift(trained, "VN").measures) == 23


def test_a_damaged_file_is_made_again(trained):
    before = references.of_indicators(trained, price_version())
    for file in (trained / references.FOLDER).iterdir():
        file.write_bytes(file.read_bytes()[:200])
    after = references.of_indicators(trained, price_version())
    assert np.array_equal(before.counts, after.counts)


def test_nothing_is_measured_again_until_something_changes(trained, world):
    first = drift(trained, "VN")
    assert drift(trained, "VN") is first
    BarStore(trained).write("VN", {"AAA": world.stocks["AAA"].iloc[:-1]}, source="made up")
    assert drift(trained, "VN") is not first


def test_wilder_weeks_drift_and_are_told(trained, world):
    assert drift_alarm(trained, "VN") is None
    before = {m.name: m.psi for m in drift(trained, "VN").indicators.measures}
    changed = {
        name: later(bars, doubled) if name in STEADY else bars
        for name, bars in world.stocks.items()
    }
    BarStore(trained).write("VN", changed, source="made up")
    found = drift(trained, "VN")
    after = {m.name: m for m in found.indicators.measures}
    assert after["vol_4w"].state == DRIFTED
    assert after["vol_zscore_12w"].psi == before["vol_zscore_12w"]  # it knows no price
    said = drift_alarm(trained, "VN")
    assert said == alarm_of(found)
    count = len(found.indicators.drifted) + len(found.forecasts.drifted)
    assert said.startswith(f"Vietnam: {count} of 23 indicators and forecasts have drifted from")
    assert found.indicators.drifted[0].title in said


def test_without_production_it_says_what_to_do(data_dir):
    BarStore(data_dir).write("VN", {"AAA": make_stocks()["AAA"]}, source="made up")
    found = drift(data_dir, "VN")
    assert "promote one" in found.reason
    assert drift_alarm(data_dir, "VN") is None
    assert found.table().empty


def test_of_another_market_it_says_so(trained):
    assert drift(trained, "US").reason == (
        "The versions in production are of the market Vietnam, not of United States."
    )


def test_without_a_week_after_training_it_says_so(trained, world):
    until = np.datetime64(price_version().tags["last_week"])
    cut = {name: bars[bars["date"] <= until] for name, bars in world.stocks.items()}
    BarStore(trained).write("VN", cut, source="made up")
    assert drift(trained, "VN").reason.startswith("There is no complete week after")


def test_a_version_that_learned_from_few_weeks_says_so(trained, monkeypatch):
    monkeypatch.setattr(drifting, "LEAST_WINDOWS", 1000)
    assert "too few to tell drift from chance" in drift(trained, "VN").reason


def test_a_run_that_is_gone_says_so(trained, monkeypatch):
    shutil.rmtree(trained / "drift", ignore_errors=True)  # the forecast job has measured it
    monkeypatch.setattr(references, "DATA", "gone.json")
    with pytest.raises(UserError, match="does not say what it was trained on"):
        references.of_indicators(trained, price_version())


def test_the_table_names_each_in_words_the_furthest_first(trained):
    found = drift(trained, "VN")
    table = found.table()
    assert len(table) == 23
    assert "Return, 1 week" in table["title"].tolist()
    share = table["psi"] / table["alarm"]
    assert share.is_monotonic_decreasing
    assert PATTERN in found.names
