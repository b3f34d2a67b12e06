"""The evidence page: empty, running, with an evaluation, after an audit."""

import pytest

from core.evaluation import records
from core.jobs.store import JobStore
from core.language import using
from core.market.store import BarStore
from tests.core.market.bars import make_bars
from tests.pages.conftest import words
from tests.pages.spoken import left_in_english

DIFFERENCE = "indicators, ret_4w of AAA in the week of 2020-01-03: 0.1 with prices up to X."


@pytest.fixture
def unjudged(evaluated):
    """Prices, and no evaluation."""
    (record,) = records.names(evaluated)
    (records.place(evaluated) / record / records.REPORT).unlink()
    return evaluated


def test_before_the_first_evaluation_the_page_says_what_one_is(show, unjudged):
    at = show("evidence", market="US")
    assert not at.exception
    assert "No evaluation of this market has run yet" in words(at)
    assert "It takes about" in words(at)
    assert "None has run yet." in words(at)
    assert list(at.dataframe) == []


def test_a_click_asks_for_an_evaluation_of_these_years_once(show, unjudged):
    at = show("evidence", market="US")
    at.number_input(key="first-US-all").set_value(2020).run()
    at.button(key="evaluate").click().run()
    at.button(key="evaluate").click().run()
    assert not at.exception
    (job,) = JobStore(unjudged).active()
    assert job.params == {"market": "US", "symbols": None, "first": 2020, "last": 2020}
    at.button(key=f"cancel-{job.id}").click().run()
    assert JobStore(unjudged).get(job.id).state == "cancelled"
    assert "was cancelled." in words(at.run())


def test_chosen_stocks_are_evaluated_alone(show, unjudged):
    at = show("evidence", market="US", symbols="S0,S1")
    at.radio(key="evaluated-True").set_value("chosen").run()
    at.button(key="evaluate").click().run()
    (job,) = JobStore(unjudged).active()
    assert job.params["symbols"] == ["S0", "S1"]


def test_years_the_wrong_way_round_are_one_sentence(show, unjudged):
    at = show("evidence", market="US")
    at.number_input(key="first-US-all").set_value(2020).run()
    at.number_input(key="last-US-all").set_value(2019).run()
    at.button(key="evaluate").click().run()
    assert "The first year (2020) lies after the last (2019)." in words(at)


def test_too_short_a_history_is_said_in_place_of_the_form(show, store):
    store.write("VN", {"AAA": make_bars(80)}, source="test")
    at = show("evidence")
    assert not at.exception
    assert "an evaluation needs more than" in words(at)
    assert [button.key for button in at.button if button.key == "evaluate"] == []


def test_an_evaluation_is_told_in_words_before_its_tables(show, evaluated):
    at = show("evidence", market="US")
    assert not at.exception
    text = words(at)
    for question in ("How much will a stock move?", "Which stocks will", "Which way will it go?"):
        assert question in text
    price, pattern, groups = (frame.value for frame in at.dataframe)
    assert price["row"].tolist()[:2] == ["Weeklens forecast", "No change"]
    assert pattern["row"].tolist()[:2] == ["Weeklens probabilities", "Usual shares"]
    assert groups["group"].tolist() == ["2019", "2020"]
    assert "Sharpe ratio above 0.5" in text
    assert "latency" not in text
    assert "6 stocks of US (source: made up)" in text
    figures = records.newest(evaluated, "US")["figures"]
    error = figures["blend_pattern.calibration_error"]
    assert f"Expected calibration error {error:.3f}" in text


def test_the_groups_follow_the_choice(show, evaluated):
    at = show("evidence", market="US")
    at.segmented_control(key="split").set_value("sector").run()
    assert not at.exception
    assert at.dataframe[2].value["group"].tolist() == ["Banks", "Steel", "unknown"]


def found(evaluated, **changes):
    """An audit that has ended, as its job keeps it."""
    jobs = JobStore(evaluated)
    job, _ = jobs.submit("audit", {"market": "US", "symbols": None}, requested_by="tests")
    jobs.move(job.id, "running")
    result = {
        "stocks": 6,
        "cuts": ["2018-01-05", "2019-01-04"],
        "compared": {"indicators": 1234, "labels": 99},
        "first_differences": [],
        "forecasts": {"compared": 0, "differences": [], "revised": [], "unread": []},
        "said": [],
        "failed": False,
    } | changes
    jobs.move(job.id, "done", result=result)


def test_a_clean_audit_says_that_every_bit_is_the_same(show, evaluated):
    found(evaluated)
    at = show("evidence", market="US")
    assert [s.value for s in at.success] == ["Every bit the same: nothing looks into the future."]
    text = words(at)
    assert "| The 20 indicators | 1,234 values | every bit the same |" in text
    assert "| Stored forecasts | 0 records | none to check |" in text
    assert "2018-01-05, 2019-01-04" in text


def test_an_audit_names_the_first_difference_and_what_was_revised(show, evaluated):
    found(
        evaluated,
        first_differences=[{"check": "indicators"}],
        said=[DIFFERENCE],
        failed=True,
        forecasts={"compared": 3, "differences": [], "revised": ["BBB as of D"], "unread": []},
    )
    at = show("evidence", market="US")
    assert "First difference: indicators, ret" in at.error[0].value.replace("\\", "")
    text = words(at)
    assert "| The 20 indicators | 1,234 values | **differs** |" in text
    assert "| Outcomes (labels) | 99 values | every bit the same |" in text
    assert "**Data revised since**, so not compared: BBB as of D." in text
    assert "3 records | the same to 1e-6" in text


def test_a_click_asks_for_an_audit(show, evaluated):
    at = show("evidence", market="US")
    at.button(key="audit").click().run()
    assert not at.exception
    (job,) = JobStore(evaluated).active()
    assert (job.kind, job.params) == ("audit", {"market": "US", "symbols": None})


def test_without_any_prices_the_page_leads_to_them(show, data_dir):
    at = show("evidence")
    assert not at.exception
    assert "There are no prices yet" in words(at)
    assert BarStore(data_dir).symbols().empty


SPOKEN = (
    *("pages/evidence.py", "pages/parts/evidence.py", "pages/parts/evaluating.py"),
    *(f"core/evaluation/{name}.py" for name in ("conclusions", "words", "tables", "report")),
    *("core/evaluation/request.py", "core/charts/evidence.py"),
)


def test_an_evaluation_is_told_in_vietnamese(show, evaluated):
    assert len(left_in_english(show("evidence", market="US"), SPOKEN)) > 50
    at = show("evidence", market="US", lang="vi")
    assert not at.exception
    assert left_in_english(at, SPOKEN) == []
    for split in ("volatility", "sector"):
        with using("vi"):  # the tester finds options by their names, in its own language
            at.segmented_control(key="split").set_value(split).run()
        assert not at.exception
        assert left_in_english(at, SPOKEN) == []
    error = records.newest(evaluated, "US")["figures"]["blend_pattern.calibration_error"]
    assert f"Sai số hiệu chỉnh kỳ vọng {error:.3f}".replace(".", ",") in words(at)


def test_before_the_first_evaluation_vietnamese_is_spoken_too(show, unjudged):
    at = show("evidence", market="US", lang="vi", symbols="S0,S1")
    with using("vi"):  # the tester finds options by their names, in its own language
        at.number_input(key="first-US-all").set_value(2020).run()
        at.number_input(key="last-US-all").set_value(2019).run()
        at.button(key="evaluate").click().run()
    assert not at.exception
    assert "Năm đầu (2020) nằm sau năm cuối (2019)." in words(at)
    assert left_in_english(at, SPOKEN) == []
