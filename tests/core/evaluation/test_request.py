import pandas as pd
import pytest

from core.errors import UserError
from core.evaluation.request import expected_seconds, request_evaluation, span, stocks_of
from tests.core.evaluation.test_records import leave
from tests.core.indicators.generate import walk


def catalogue(first, last):
    return pd.DataFrame({"first": [pd.Timestamp(first)], "last": [pd.Timestamp(last)]})


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2015-01-05", "2024-06-28", (2021, 2024)),  # four years from 2016-02-29 on: 2020-02-29
        ("2000-01-03", "2013-03-01", (2006, 2013)),  # the sample: from 2001-02-26 on
        ("2018-01-01", "2022-06-30", (2021, 2022)),  # half of 2019-02-25 to 2022-06-02: 2020-10-14
        ("2020-01-06", "2022-11-30", (2022, 2022)),  # half: 2021-12-14
        ("2020-06-01", "2022-11-30", (2022, 2022)),  # no whole year after half: the last
    ],
)
def test_years_judged_unless_others_are_asked_for(first, last, years):
    found = span(catalogue(first, last), 4)
    assert (found.first, found.last) == years


def test_too_short_a_history_is_one_sentence():
    with pytest.raises(UserError, match="has 104 weeks; an evaluation needs more than 129: 61"):
        span(catalogue("2020-01-06", "2022-01-07"), 4)


@pytest.fixture
def stocked(store):
    store.write("VN", {"AAA": walk(1400, 1), "BBB": walk(1400, 2)}, source="test")
    return store


def test_the_same_request_is_submitted_once(stocked):
    job, new = request_evaluation(stocked.data_dir, "VN", None, None, None, by="t")
    assert new
    assert job.params == {"market": "VN", "symbols": None, "first": 2019, "last": 2020}
    again, new = request_evaluation(stocked.data_dir, "VN", None, 2019, 2020, by="t")
    assert (again.id, new) == (job.id, False)


@pytest.mark.parametrize(
    ("symbols", "first", "last", "said"),
    [
        (None, 2020, 2019, r"The first year \(2020\) lies after the last \(2019\)"),
        (None, 2031, 2032, "There are no weeks to judge from 2031 to 2032: these prices have"),
        (["AAA", "ZZZ"], None, None, "Not in the store of VN: ZZZ"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(stocked, symbols, first, last, said):
    with pytest.raises(UserError, match=said):
        request_evaluation(stocked.data_dir, "VN", symbols, first, last, by="t")


def test_a_market_without_prices_is_one_sentence(stocked):
    with pytest.raises(UserError, match="no prices of the market US"):
        stocks_of(stocked, "US", None)


def test_the_time_it_takes_is_learned_from_the_last_whole_run(stocked):
    stocks = stocks_of(stocked, "VN", None)
    known = span(stocks, 4)

    def ask():
        return expected_seconds(stocked.data_dir, stocks, known, 2019, 2020)

    _, seen = ask()
    assert not seen
    leave(stocked.data_dir, "a", folds=10, count=2, seconds=50.0, folds_reused=0)
    fast, seen = ask()
    assert seen
    leave(stocked.data_dir, "b", folds=10, count=2, seconds=1.0, folds_reused=9)
    assert ask() == (fast, True)  # what reused folds says nothing of a whole run
    leave(stocked.data_dir, "c", folds=10, count=2, seconds=100.0, folds_reused=0)
    assert ask() == (pytest.approx(2 * fast), True)
