"""The backtest page: empty, asked for, with results, compared, in Vietnamese."""

import pytest

from core.backtest import records
from core.evaluation import records as evaluations
from core.jobs.store import JobStore
from tests.core.backtest.ran import run_one
from tests.pages.conftest import words
from tests.pages.spoken import left_in_english

SPOKEN = (
    *("pages/backtest.py", "pages/parts/backtest_form.py", "pages/parts/backtest_result.py"),
    *("core/backtest/words.py", "core/charts/backtest.py"),
)


@pytest.fixture
def two(evaluated):
    """Two backtests of the same forecasts."""
    return evaluated, [run_one(evaluated, top=top) for top in (2, 3)]


def test_before_the_first_backtest_the_page_says_what_one_is(show, evaluated):
    at = show("backtest", market="US")
    assert not at.exception
    assert "No backtest of this market has run yet" in words(at)


def test_a_click_asks_for_one_with_what_the_form_says(show, evaluated):
    at = show("backtest", market="US")
    at.number_input(key="backtest-top").set_value(3).run()
    at.button(key="backtest-run").click().run()
    assert not at.exception
    (job,) = JobStore(evaluated).active()
    assert job.kind == "backtest"
    assert job.params["choice"]["top"] == 3
    assert job.params["of"] == evaluations.names(evaluated)[0]
    assert job.params["rules"]["name"] == "us"


def test_a_result_stands_beside_its_baselines(show, two):
    data_dir, (__, name) = two
    at = show("backtest", market="US", id=name)
    assert not at.exception
    table = at.dataframe[0].value
    assert table["Portfolio"].tolist()[:3] == [
        "Following the forecasts",
        "The same without costs",
        "The same stocks, bought and held",
    ]
    one = records.get(data_dir, name)
    text = words(at)
    measured = f"{one['measures']['strategy']['sharpe']:.2f}".replace("-", "−")
    assert f"Measured: {measured}" in text
    assert "Aim: a Sharpe ratio above 0.5" in text
    assert "best of 2 settings tried" in text
    assert "Only survivors" in text


def test_the_address_names_one_and_a_strange_one_is_told(show, two):
    data_dir, both = two
    for name in both:
        assert show("backtest", market="US", id=name).selectbox[0].value == name
    at = show("backtest", market="US", id="nothing")
    assert at.selectbox[0].value == records.names(data_dir)[0]
    assert "The backtest of this address is not here" in words(at)


def test_others_are_compared_beside_it(show, two):
    __, (first, __) = two
    at = show("backtest", market="US", id=two[1][1])
    at.multiselect(key="backtests-compared").set_value([first]).run()
    assert not at.exception
    (table,) = (frame.value for frame in at.dataframe if len(frame.value) == 2)
    assert table["Portfolio"].str.startswith(("1: top 3", "2: top 2")).all()


def test_it_is_told_in_vietnamese(show, two):
    assert len(left_in_english(show("backtest", market="US"), SPOKEN)) > 20
    at = show("backtest", market="US", lang="vi")
    assert not at.exception
    assert left_in_english(at, SPOKEN) == []
