"""The training desk by Streamlit's tester: the form, what it says beforehand, schedule, history."""

import pytest

from core import watchlists
from core.db import connect
from core.jobs.history import transitions
from core.jobs.store import JobStore
from core.market.follows import follow
from core.schedule import read_plan
from tests.core.market.bars import make_bars
from tests.pages.conftest import words


@pytest.fixture
def prices(store, data_dir):
    """Three stocks to learn from and one that is too young."""
    stocks = {name: make_bars(1200) for name in ("AAA", "BBB", "CCC")}
    store.write("VN", {**stocks, "YOUNG": make_bars(150)}, source="test")
    return data_dir


def params(data_dir) -> list[dict]:
    return [job.params for job in JobStore(data_dir).active()]


def test_every_parameter_explains_itself(show, prices):
    at = show("training")
    kinds = (at.number_input, at.text_input, at.date_input)
    fields = {field.key: field for kind in kinds for field in kind}
    asked = ("start", "end", "horizon", "band", "epochs-standard", "seed-standard")
    assert all(len(fields[key].help) > 40 for key in asked)
    assert len(at.selectbox(key="alpha-standard").help) > 40


def test_the_form_is_recorded_with_the_run(show, prices):
    at = show("training", symbols="AAA,BBB")
    at.radio(key="preset").set_value("quick").run()
    at.number_input(key="horizon").set_value(8)
    at.number_input(key="band").set_value(2.5)
    at.number_input(key="epochs-quick").set_value(5)
    at.text_input(key="seed-quick").set_value("11").run()
    at.button(key="train").click().run()
    assert not at.exception
    (asked,) = params(prices)
    names = ("symbols", "horizon_weeks", "band", "epochs", "seed", "preset", "alpha")
    assert [asked[name] for name in names] == [["AAA", "BBB"], 8, 0.025, 5, 11, "quick", 1e5]


def test_a_fixed_penalty_may_be_given(show, prices):
    at = show("training")
    assert [number.key for number in at.number_input] == ["horizon", "band", "epochs-standard"]
    at.selectbox(key="alpha-standard").set_value("Fixed").run()
    at.number_input(key="alpha-fixed-standard").set_value(250.0).run()
    at.button(key="train").click().run()
    assert params(prices)[0]["alpha"] == 250.0


def test_what_a_preset_fixes_is_said_with_the_reason(show, prices):
    at = show("training")
    at.radio(key="preset").set_value("thorough").run()
    assert [number.key for number in at.number_input] == ["horizon", "band"]
    text = words(at)
    assert "Fixed in the preset Thorough:" in text
    assert "several networks with seeds of their own are averaged" in text


def test_what_was_typed_under_a_preset_is_there_again(show, prices):
    at = show("training")
    at.number_input(key="epochs-standard").set_value(77).run()
    at.radio(key="preset").set_value("quick").run()
    assert at.number_input(key="epochs-quick").value == 10
    at.radio(key="preset").set_value("standard").run()
    assert at.number_input(key="epochs-standard").value == 77


def test_a_watchlist_is_learned_from(show, prices):
    watchlists.save(prices, "VN", "Mine", ["BBB", "AAA", "ZZZ"])
    at = show("training")
    at.radio(key="stocks-False").set_value("list").run()
    at.button(key="train").click().run()
    assert params(prices)[0]["symbols"] == ["AAA", "BBB"]


def test_what_would_fail_is_said_beside_the_button_and_nothing_typed_is_lost(show, prices):
    at = show("training", symbols="YOUNG")
    at.number_input(key="epochs-standard").set_value(33).run()
    assert at.button(key="train").disabled
    assert "The longest history chosen has 29 weeks" in words(at)
    at.sidebar.multiselect[0].set_value(["AAA"]).run()
    assert not at.button(key="train").disabled
    assert at.number_input(key="epochs-standard").value == 33


def test_seeds_that_are_none_are_said_at_once(show, prices):
    at = show("training")
    at.text_input(key="seed-standard").set_value("seven").run()
    assert at.button(key="train").disabled
    assert "Seeds are whole numbers" in words(at)


def test_the_same_training_is_offered_as_the_running_one(show, prices):
    at = show("training")
    at.button(key="train").click().run()
    assert at.button(key="train").disabled
    assert "The same training is under way: [see it above](#under-way)" in words(at)


def test_each_seed_starts_a_run(show, prices):
    at = show("training")
    at.text_input(key="seed-standard").set_value("1, 2").run()
    assert "2 runs one after the other" in words(at)
    at.button(key="train").click().run()
    assert sorted(asked["seed"] for asked in params(prices)) == [1, 2]


def test_the_time_is_said_before_the_start_and_follows_the_form(show, prices):
    at = show("training")
    first = next(line for line in words(at).splitlines() if "First run of Standard here" in line)
    assert "usually" in first
    at.radio(key="preset").set_value("thorough").run()
    assert "First run of Thorough here: usually" in words(at)


def test_a_waiting_job_knows_its_place(show, prices):
    at = show("training")
    at.text_input(key="seed-standard").set_value("1, 2, 3").run()
    at.button(key="train").click().run()
    text = words(at)
    assert "Next in line" in text
    assert "Number 2 in line, after Training VN: all stocks (Standard): one runs" in text
    assert "Number 3 in line, after Training VN: all stocks (Standard) and 1 more" in text


def test_an_earlier_run_tells_its_parameters_and_its_states(show, prices):
    at = show("training")
    at.button(key="train").click().run()
    (job,) = JobStore(prices).active()
    JobStore(prices).cancel(job.id)
    at.session_state[f"run-{job.id}"] = True
    at.run()
    tables = [table.value for table in at.table]
    assert "Penalty of the price model" in set(tables[0]["Parameter"])
    assert list(tables[1]["State"]) == [line["state"] for line in transitions(prices, job.id)]


def test_retry_asks_for_the_same_again(show, prices):
    at = show("training")
    at.button(key="train").click().run()
    (job,) = JobStore(prices).active()
    JobStore(prices).cancel(job.id)
    at.session_state[f"run-{job.id}"] = True
    at.run()
    at.button(key=f"retry-{job.id}").click().run()
    assert not at.exception
    (again,) = JobStore(prices).active()
    assert (again.id != job.id, again.params) == (True, job.params)


def test_more_than_thirty_runs_have_pages(show, prices):
    jobs = JobStore(prices)
    asked = {"market": "VN", "symbols": None, "preset": "default"}
    for number in range(32):
        job, _ = jobs.submit("train", {**asked, "seed": number}, requested_by="test")
        jobs.cancel(job.id)
    at = show("training")
    runs = [e for e in at.expander if "(Standard)" in e.label]
    assert len(runs) == 30
    at.number_input(key="page-Trainings").set_value(2).run()
    assert len([e for e in at.expander if "(Standard)" in e.label]) == 2


def test_other_work_is_a_click_away(show, prices):
    jobs = JobStore(prices)
    job, _ = jobs.submit("audit", {"market": "VN"}, requested_by="test")
    jobs.cancel(job.id)
    at = show("training")
    assert "Leak audit" not in " ".join(e.label for e in at.expander)
    at.button_group(key="history_kind").set_value("All work").run()
    assert "Leak audit" in " ".join(e.label for e in at.expander)


def test_the_schedule_is_switched_on_and_says_when(show, prices):
    follow(prices, "VN", ["AAA"], "file")
    at = show("training")
    assert "Nothing happens by itself for Vietnam" in words(at)
    at.toggle(key="schedule-on-VN").set_value(True)
    at.selectbox(key="schedule-preset-VN").set_value("quick").run()
    at.button(key="save_schedule").click().run()
    assert not at.exception
    assert "with the preset Quick on all stocks" in words(at)
    assert (read_plan(prices, "VN").on, read_plan(prices, "VN").preset) == (True, "quick")


def test_a_schedule_without_a_source_is_one_sentence(show, prices):
    at = show("training")
    at.toggle(key="schedule-on-VN").set_value(True).run()
    at.button(key="save_schedule").click().run()
    assert "No symbol of this market follows a source yet" in words(at)
    assert not read_plan(prices, "VN").on


def test_how_the_last_week_went_is_said(show, prices):
    with connect(prices) as db:
        db.execute(
            "INSERT INTO meta VALUES ('schedule run VN', ?)",
            (
                '{"week": "2026-11-20", "at": "2026-11-20T09:15:00.000+00:00", "step": "failed", '
                '"message": "The refresh failed: it was away."}',
            ),
        )
    text = words(show("training"))
    assert "The week to 2026-11-20" in text
    assert "The refresh failed: it was away" in text.replace("\\", "")
