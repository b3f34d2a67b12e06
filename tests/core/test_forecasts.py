import json

import numpy as np
import pandas as pd
import pytest

from core import forecasts, registry
from core.db import connect
from core.errors import UserError
from core.jobs.kinds import KINDS
from core.jobs.progress import Progress
from core.jobs.store import JobStore
from core.market.follows import Asked, note_asked
from core.market.store import BarStore, fingerprint
from core.registry import PATTERN, PRICE
from models.baselines import CLASSES
from tests.core.indicators.generate import walk
from tests.core.trained import LAST_WEEK, STEADY, UNFIT

NUMBERS = ["close", "ret", "ret_low", "ret_high", "p_down", "p_sideways", "p_up"]
PAIR = (1, 1)


@pytest.fixture
def shown(trained):
    """What the pages show after the first training, one record a stock."""
    return forecasts.latest(trained, "VN").set_index("symbol")


@pytest.fixture
def told(shown):
    """Those of the stocks that have a forecast."""
    return shown[shown["call"] != ""]


def compute(data_dir, **asked):
    """The steps of a forecast job, in this process."""
    params = {PRICE: 1, PATTERN: 1, **asked}
    job, _ = JobStore(data_dir).submit("forecast", params, requested_by="tests")
    folder = JobStore(data_dir).folder(job.id)
    folder.mkdir(parents=True)
    files = forecasts.prepare(data_dir, params, folder)
    result = forecasts.work(params | files, folder, Progress(folder, KINDS["forecast"].stages))
    JobStore(data_dir).move(job.id, "done")
    return forecasts.finish(data_dir, job, json.loads(json.dumps(result)), folder)


def stored(data_dir):
    with connect(data_dir) as db:
        return [tuple(row) for row in db.execute("SELECT * FROM forecasts ORDER BY rowid")]


def cut_prices(data_dir, day):
    """Put back only what was known on a day."""
    store = BarStore(data_dir)
    bars = {s: b[b["date"] <= day].reset_index(drop=True) for s, b in store.panel("VN").items()}
    store.write("VN", {s: b for s, b in bars.items() if len(b)}, source="made up")
    with connect(data_dir) as db:
        db.executemany(
            "DELETE FROM symbols WHERE symbol=?", [(s,) for s, b in bars.items() if b.empty]
        )


def test_every_stock_has_a_record(shown):
    assert sorted(shown.index) == sorted([*STEADY, *UNFIT])
    assert sorted(shown.index[shown["call"] != ""]) == sorted(STEADY)


def test_a_forecast_is_for_four_weeks_after_the_last_complete_week(shown):
    assert (shown["as_of"] == LAST_WEEK).all()
    assert (shown["target_date"] == pd.Timestamp("2022-07-01")).all()


def test_intervals_are_ordered_and_hold_the_forecast(told):
    assert (told["ret_low"] < told["ret"]).all()
    assert (told["ret"] < told["ret_high"]).all()
    assert (told["price_low"] < told["price"]).all()
    assert (told["price"] < told["price_high"]).all()


def test_probabilities_sum_to_one(told):
    assert told[["p_down", "p_sideways", "p_up"]].sum(axis=1).to_numpy() == pytest.approx(1)


def test_the_call_is_the_most_probable_class(told):
    most = told[["p_down", "p_sideways", "p_up"]].to_numpy().argmax(axis=1)
    assert [CLASSES[index] for index in most] == told["call"].tolist()


def test_the_price_is_the_close_as_traded_times_the_return(told, world):
    for symbol, record in told.iterrows():
        raw = world.stocks[symbol]["raw_close"].iloc[-1]
        assert record["close"] == raw
        assert record["price"] == pytest.approx(raw * np.exp(record["ret"]), rel=1e-15)


def test_a_record_names_what_made_it(shown, world):
    assert (shown[["price_version", "pattern_version", "horizon_weeks"]] == [1, 1, 4]).all(
        axis=None
    )
    assert (shown["band"] == 0.01).all()
    assert (shown["source"] == "made up").all()
    for symbol, daily in world.stocks.items():
        assert shown.loc[symbol, "fingerprint"] == fingerprint(daily)


@pytest.mark.parametrize(
    ("symbol", "reason"),
    [
        ("HALT", "It did not trade in the week of 2022-06-03."),
        ("YOUNG", "It has 40 weeks of prices; 68 are needed, 28 more."),
        (
            "GAP",
            "It lacks 8 complete weeks in a row: it did not trade, or too many indicators are "
            "missing, in one of the last weeks.",
        ),
    ],
)
def test_a_stock_without_forecast_says_why(shown, symbol, reason):
    assert shown.loc[symbol, "reason"] == reason
    assert shown.loc[symbol, NUMBERS].isna().all()


def test_a_stock_without_enough_indicators_says_how_many_are_missing(shown):
    reason = shown.loc["QUIET", "reason"]
    assert reason.endswith(" of its 20 indicators are missing this week.")
    assert 4 < int(reason.split()[0]) <= 20


def test_a_forecast_has_no_reason_against_it(told):
    assert (told["reason"] == "").all()


def test_the_newest_week_is_out_of_sample(shown):
    assert (shown["in_sample"] == 0).all()


@pytest.mark.parametrize(("as_of", "flag"), [("2022-05-06", 1), ("2022-05-13", 0)])
def test_a_week_the_model_learned_from_is_in_sample(trained, as_of, flag):
    compute(trained, as_of=as_of)
    records = forecasts.of_week(trained, "VN", as_of, PAIR)
    assert (records["in_sample"] == flag).all()


def test_computing_again_adds_no_record(trained):
    before = stored(trained)
    result = compute(trained)
    assert result["message"] == "5 of 9 stocks have a forecast for 2022-06-03."
    assert stored(trained) == before


def test_a_record_is_kept_as_first_made(trained):
    records = forecasts.of_week(trained, "VN", "2022-06-03", PAIR)
    again = records[["symbol", "market", "as_of", "price_version", "pattern_version"]].copy()
    record = again.iloc[0].to_dict() | {
        "as_of": "2022-06-03",
        "target_date": "2030-01-01",
        "horizon_weeks": 4,
        "band": 0.01,
        "fingerprint": records["fingerprint"].iloc[0],
        "source": "another",
    }
    record |= {name: int(record[name]) for name in ("price_version", "pattern_version")}
    before = stored(trained)
    forecasts.save(trained, [record])
    assert stored(trained) == before


@pytest.mark.parametrize("as_of", ["2022-05-20", "2021-03-05", "2020-01-03"])
def test_a_forecast_of_an_earlier_week_is_what_was_known_then(trained, as_of):
    """Promise 1 of the design: cut the prices off there, and it agrees to 1e-6."""
    compute(trained, as_of=as_of)
    whole = forecasts.of_week(trained, "VN", as_of, PAIR).set_index("symbol")
    with connect(trained) as db:
        db.execute("DELETE FROM forecasts")
    cut_prices(trained, as_of)
    compute(trained)
    known = forecasts.latest(trained, "VN").set_index("symbol")
    assert (whole["call"] != "").sum() >= len(STEADY)
    assert (known["as_of"] == pd.Timestamp(as_of)).all()
    whole = whole.loc[known.index]
    assert np.allclose(whole[NUMBERS], known[NUMBERS], rtol=0, atol=1e-6, equal_nan=True)
    assert whole["call"].tolist() == known["call"].tolist()
    assert whole["fingerprint"].tolist() == known["fingerprint"].tolist()
    assert whole["id"].tolist() == known["id"].tolist()


def test_an_earlier_week_is_named_by_any_of_its_days_or_the_week_before(trained):
    assert compute(trained, as_of="2021-03-10")["as_of"] == "2021-03-05"


def test_asking_for_an_earlier_week_does_not_change_what_is_shown(trained):
    before = forecasts.current(trained)
    compute(trained, as_of="2021-03-05")
    assert forecasts.current(trained) == before
    assert (forecasts.latest(trained, "VN")["as_of"] == LAST_WEEK).all()


def test_corrected_prices_make_a_new_record_and_the_new_one_is_shown(trained):
    store = BarStore(trained)
    bars = store.bars("VN", "AAA")
    bars.loc[bars.index[-3:], ["open", "high", "low", "close", "raw_close"]] *= 1.05
    store.write("VN", {"AAA": bars}, source="corrected")
    compute(trained)
    told = forecasts.history(trained, "VN", "AAA")
    assert told["source"].tolist() == ["made up", "corrected"]
    assert told["fingerprint"].nunique() == 2
    shown = forecasts.latest(trained, "VN").set_index("symbol")
    assert shown.loc["AAA", "source"] == "corrected"
    assert len(shown) == 9


def test_history_runs_from_the_oldest_week(trained):
    for as_of in ("2022-05-20", "2021-03-05"):
        compute(trained, as_of=as_of)
    weeks = forecasts.history(trained, "VN", "AAA")["as_of"]
    assert [str(week.date()) for week in weeks] == ["2021-03-05", "2022-05-20", "2022-06-03"]


def test_what_is_shown_names_versions_data_and_scores(trained):
    shown = forecasts.current(trained)
    assert (shown["market"], shown["as_of"]) == ("VN", "2022-06-03")
    assert (shown["price_version"], shown["pattern_version"]) == PAIR
    assert shown["scores"][PRICE] == registry.get(PRICE, 1).metrics
    assert shown["promoted_by"] == "tests"
    assert sum(shown["usual"]) == pytest.approx(1)


def test_another_market_has_no_forecasts(trained):
    empty = forecasts.latest(trained, "US")
    assert empty.empty
    assert list(empty) == list(forecasts.latest(trained, "VN"))


def test_before_the_first_forecast_there_are_none(data_dir):
    assert forecasts.current(data_dir) == {}
    assert forecasts.latest(data_dir, "VN").empty
    assert forecasts.history(data_dir, "VN", "AAA").empty


def test_a_market_that_lost_its_prices_is_one_sentence(trained):
    with connect(trained) as db:
        db.execute("DELETE FROM symbols")
    with pytest.raises(UserError, match="no prices of the market VN: import some first"):
        compute(trained)


def test_versions_of_a_model_that_is_not_there_are_refused(trained, tmp_path):
    with pytest.raises(UserError, match="There is no version 7"):
        forecasts.prepare(trained, {PRICE: 7, PATTERN: 1}, tmp_path)


WEEKS = pd.DatetimeIndex(["2024-01-05", "2024-01-12", "2024-01-26"])


@pytest.mark.parametrize(
    ("asked", "week"),
    [
        (None, "2024-01-26"),
        ("2024-01-12", "2024-01-12"),
        ("2024-01-25", "2024-01-12"),  # the week of 19 January had no session
        ("2030-01-01", "2024-01-26"),
    ],
)
def test_the_week_asked_for_is_the_last_complete_one_until_then(asked, week):
    assert forecasts.as_of_week(WEEKS, asked) == pd.Timestamp(week)


def test_a_day_before_all_prices_is_one_sentence():
    with pytest.raises(UserError, match="no prices on or before 2020-01-01: choose a later date"):
        forecasts.as_of_week(WEEKS, "2020-01-01")


def test_the_last_complete_week(store, data_dir):
    assert forecasts.last_complete_week(data_dir, "VN") is None
    store.write("VN", {"AAA": walk(12, start="2024-01-01")}, source="test")
    # Twelve sessions: two whole weeks and Monday and Tuesday of the third.
    assert forecasts.last_complete_week(data_dir, "VN") == pd.Timestamp("2024-01-12")


def test_a_stock_whose_source_was_not_asked_since_the_week_closed_gets_none(trained):
    store = BarStore(trained)
    stock = STEADY[0]
    bars = store.bars("VN", stock)
    store.write("VN", {stock: bars[bars["date"] < LAST_WEEK]}, source="vnstock")
    compute(trained)
    record = forecasts.latest(trained, "VN").set_index("symbol").loc[stock]
    assert (record["call"], record["reason"]) == ("", forecasts.LATE)
    at = f"{LAST_WEEK + pd.Timedelta(days=1):%Y-%m-%d}T00:00:00+00:00"
    note_asked(trained, "VN", stock, Asked("vnstock", at, "ok", "", 0))
    compute(trained)
    assert forecasts.latest(trained, "VN").set_index("symbol").loc[stock]["call"] != ""
