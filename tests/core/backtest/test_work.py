import pandas as pd
import pytest

from core.backtest import records, work
from core.backtest.market import PRESETS
from core.backtest.portfolio import Choice
from core.backtest.request import request_backtest
from core.backtest.words import ahead_sentence, said_of
from core.errors import UserError
from core.jobs.store import JobStore
from tests.core.backtest.ran import run_one


@pytest.fixture
def one(evaluated):
    return evaluated, records.get(evaluated, run_one(evaluated, top=2))


def test_a_record_has_its_curves_trades_and_measures(one):
    data_dir, found = one
    equity = records.table(data_dir, found["id"], "equity")
    assert equity.columns.tolist() == ["date", "strategy", "without_costs", "buy_and_hold"]
    assert equity.iloc[0, 1:].tolist() == pytest.approx([1e4] * 3)
    trades = records.table(data_dir, found["id"], "trades")
    assert len(trades) == found["trades"] > 20
    assert sorted(trades["start"].unique()) == [0, 1, 2, 3]
    assert found["costs"]["fee"] == pytest.approx(trades["fee"].sum())
    m = found["measures"]
    assert m["strategy"]["sharpe"] < m["without_costs"]["sharpe"]
    assert m["strategy"]["sharpe_low"] < m["strategy"]["sharpe"] < m["strategy"]["sharpe_high"]
    gain = equity["strategy"].iloc[-1] / 1e4 - 1
    assert sum(found["contribution"].values()) == pytest.approx(gain)
    assert (found["not_applied"], found["on_grid"]) == ([], found["trades"])
    assert len(found["starts"]) == 4


def test_no_order_is_filled_in_the_week_of_its_signal(one):
    data_dir, found = one
    trades = records.table(data_dir, found["id"], "trades")
    assert trades["date"].min() > pd.Timestamp(found["first"])
    assert found["first"] >= "2019-01-04"


def test_settings_tried_on_the_same_forecasts_are_counted(one):
    data_dir, first = one
    assert first["tried"] == 1
    again, other = (run_one(data_dir, top=top) for top in (2, 3))
    assert [records.get(data_dir, name)["tried"] for name in (again, other)] == [1, 2]
    assert len(records.names(data_dir)) == 3


def test_kept_twice_it_is_kept_once(one):
    data_dir, found = one
    job = JobStore(data_dir).get(found["id"])
    result = {"sharpe": 0.0, "trades": 1, "seconds": 1.0}
    work.finish(data_dir, job, result, JobStore(data_dir).folder(job.id))
    assert records.get(data_dir, job.id) == found


def test_where_nothing_is_ever_bought_that_is_said(evaluated):
    name = run_one(evaluated, by="up", least=1.0)
    found = records.get(evaluated, name)
    assert (found["trades"], found["measures"]["strategy"]["sharpe"]) == (0, None)
    assert "Nothing was ever bought" in JobStore(evaluated).get(name).result["message"]
    assert "Nothing was ever bought" in said_of(found)[0]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.05, "grew faster"),
        (-0.05, -0.01, "grew slower"),
        (-0.05, 0.05, "does not tell which is better"),
    ],
)
def test_it_says_whether_it_beat_holding(one, low, high, said):
    told = ahead_sentence(one[1] | {"ahead_of_hold": {"mean": 0.02, "low": low, "high": high}})
    assert said in told
    assert "+2.0" in told


def test_its_lead_over_holding_stands_among_what_it_says(one):
    assert ahead_sentence(one[1]) in said_of(one[1])


def test_it_says_whose_forecasts_were_followed_and_when(one):
    __, found = one
    told = said_of(found)[-1]
    assert f"{found['source']}, {found['forecasts']:,} forecasts of {found['weeks']}" in told
    assert found["created"][:10] in told


def test_a_damaged_one_says_so_and_stands_in_nobodys_way(one):
    data_dir, found = one
    other = run_one(data_dir, top=3)
    (records.place(data_dir) / found["id"] / records.RESULT).write_text("{")
    assert [kept["id"] for kept in records.all_results(data_dir)] == [other]
    with pytest.raises(UserError, match="cannot be read"):
        records.get(data_dir, found["id"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"capital": 0.0}, "capital"),
        ({"cash_rate": 2.0}, "rate on cash"),
        ({"liquidity": 2.0}, "liquidity cap"),
        ({"of": "nothing"}, "There is no evaluation"),
        ({"source": "version", "of": "x"}, "whole number"),
        ({"symbols": ["NOPE"]}, "NOPE"),
    ],
)
def test_a_request_that_cannot_run_is_refused(evaluated, wrong, said):
    with pytest.raises(UserError, match=said):
        request_backtest(evaluated, "US", Choice(), PRESETS["us"], by="tests", **wrong)


def test_without_an_evaluation_the_next_step_is_said(store, data_dir):
    with pytest.raises(UserError, match="start one on the Evidence page"):
        request_backtest(data_dir, "US", Choice(), PRESETS["us"], by="tests")


def test_an_unknown_backtest_is_one_sentence(data_dir):
    with pytest.raises(UserError, match=r"There is no backtest '\.\./x'"):
        records.get(data_dir, "../x")
    with pytest.raises(UserError, match="There is no backtest"):
        records.get(data_dir, "a" * 9000)
